"""How the threads of a camera worker share a core: always the same one, and in long turns, because every change costs
what the caches held.

A worker has two threads for each camera and some more. With the usual policy of Linux each that wakes interrupts the
one that runs, mostly in the middle of a network's run or while it holds Python's lock, which the other then waits for:
30 changes a look while all cores are busy. As a batch, whoever wakes waits for the end of a turn of a few milliseconds:
12 changes. A turn of TURN_MS lasts for several looks; others wake as quickly as before, because theirs are shorter.
"""

import ctypes
import os
import platform

import structlog

log = structlog.get_logger(__name__)

TURN_MS = 60
# sched_setattr(2), which neither Python nor every libc has a name for. Linux minds the length from 6.12 on.
_SET_ATTRIBUTES = {"x86_64": 314, "aarch64": 274}


class Attributes(ctypes.Structure):
    """`struct sched_attr`. runtime: the length of a turn in nanoseconds, for the policies of ordinary threads."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("flags", ctypes.c_uint64),
        ("nice", ctypes.c_int32),
        ("priority", ctypes.c_uint32),
        ("runtime", ctypes.c_uint64),
        ("deadline", ctypes.c_uint64),
        ("period", ctypes.c_uint64),
    )


def take_long_turns() -> None:
    """For this thread, and for those that it begins from now on. A policy that somebody chose stays as it is."""
    if not hasattr(os, "SCHED_BATCH") or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return
    try:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        _lengthen_turns()
    except OSError as error:  # a container may forbid it: everything works, a little slower
        log.info("threads keep taking short turns", error=str(error))


def keep_to(core: int | None) -> None:
    """This thread, and those that it begins from now on. None: any core."""
    if core is None:
        return
    try:
        os.sched_setaffinity(0, {core})
    except OSError as error:
        log.info("threads stay on any core", core=core, error=str(error))


def _lengthen_turns() -> None:
    """Raises OSError. On other processors than those of `_SET_ATTRIBUTES` turns stay as they are."""
    number = _SET_ATTRIBUTES.get(platform.machine())
    if number is None:
        return
    wanted = Attributes(policy=os.SCHED_BATCH, nice=os.getpriority(os.PRIO_PROCESS, 0), runtime=TURN_MS * 1_000_000)
    wanted.size = ctypes.sizeof(wanted)
    if ctypes.CDLL(None, use_errno=True).syscall(number, 0, ctypes.byref(wanted), 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
