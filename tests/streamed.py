"""Answers that are made while they are sent, read to their end."""

from typing import Any

from asgiref.sync import async_to_sync


def read(answer: Any) -> bytes:
    """The whole of an answer of the test client."""
    if not answer.streaming:
        return bytes(answer.content)
    return async_to_sync(_gathered)(answer) if answer.is_async else b"".join(answer.streaming_content)


async def _gathered(answer: Any) -> bytes:
    return b"".join([piece async for piece in answer.streaming_content])
