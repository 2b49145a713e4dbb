"""Ending tasks for certain. Plain asyncio."""

import asyncio
from collections.abc import Iterable

AGAIN_S = 0.2


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel until every task has ended: redis-py swallows a cancellation that meets it while it connects.

    What the tasks raised is not raised again. Their clean-up must not wait for anything: it may be cancelled again.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        done, pending = await asyncio.wait(pending, timeout=AGAIN_S)
        for task in done:
            if not task.cancelled():
                task.exception()  # asked for, so that asyncio does not report it as forgotten
