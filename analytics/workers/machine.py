"""Which process this is, among all processes of all machines; and whether one of this machine is still alive.

A process that was killed on this machine need not be waited for until its lease runs out: everybody here can see that
it is gone. A frozen one is alive, one on another machine is unknown: both keep their leases until these run out.
"""

import os
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def machine() -> str:
    """This boot of this machine, and the name space of its process ids (a container has one of its own)."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}.{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""  # no such things here: nobody is known to be dead


def stamp() -> str:
    """The name of this process: `machine:pid`."""
    return f"{machine()}:{os.getpid()}"


def surely_dead(stamped: str) -> bool:
    """Whether the process of a stamp (anything that begins with `machine:pid:`) was of this machine and is gone."""
    home, _, rest = stamped.partition(":")
    pid = rest.partition(":")[0]
    return bool(home) and home == machine() and pid.isdigit() and not _alive(int(pid))


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")  # a killed child that its parent has not noticed yet
