"""How the threads of a camera worker share a core: in long turns, because every change costs what the caches held.

A worker has two threads for each camera and some more. With the usual policy of Linux each that wakes interrupts the
one that runs, mostly in the middle of a network's run or while it holds Python's lock, which the other then waits for:
30 changes a look while all cores are busy. As a batch, whoever wakes waits for the end of a turn of a few milliseconds:
12 changes.
"""

import os

import structlog

log = structlog.get_logger(__name__)


def take_long_turns() -> None:
    """For this thread, and for those that it begins from now on. A policy that somebody chose stays as it is."""
    if not hasattr(os, "SCHED_BATCH") or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return
    try:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    except OSError as error:  # a container may forbid it: everything works, a little slower
        log.info("threads keep taking short turns", error=str(error))
