"""How many camera workers one portal runs on its machine (DESIGN 1; ADR 0019).

All threads of a process take turns at being Python, which a light network makes the bottleneck: with FastestDet on two
cores one process looks at 150 pictures a second, two processes at 190. Each takes about 260 MB of memory.
"""

import os
from collections.abc import Mapping

MOST, MOST_USUAL = 64, 4


def camera_workers(asked: int, *, share_runs: bool) -> int:
    """asked: LOOKOUT_CAMERA_WORKERS; 0: one for each core, four at most.

    share_runs: a GPU is wanted, on which cameras share runs; one worker then. Raises ValueError, naming what was
    given and what is expected.
    """
    if not 0 <= asked <= MOST:
        raise ValueError(f"LOOKOUT_CAMERA_WORKERS is {asked}; expected are 1 to {MOST}, or 0 for the usual.")
    return asked or (1 if share_runs else min(MOST_USUAL, os.cpu_count() or 1))


def inference_threads(workers: int) -> int:
    """Of one camera worker: all of this machine's have one for each core together, for more only sweep the caches.

    workers: LOOKOUT_CAMERA_WORKERS, which the supervisor tells each of its own; 0: unknown, so it may be alone.
    """
    return -(-(os.cpu_count() or 1) // max(1, workers))


def camera_worker_env(environ: Mapping[str, str]) -> dict[str, str]:
    """What a camera worker's environment has beside `environ`: the memory that glibc hands out may lie in huge pages.

    Frames and what networks compute are more than the processor knows the places of in pages of 4 KB: 2 % less time a
    look, and no more memory. It is read when a process begins. What an operator chose of glibc stays chosen.
    """
    return {} if "GLIBC_TUNABLES" in environ else {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def own_core(number: str, workers: int) -> int | None:
    """Which core a camera worker keeps to, where there is one for each; None: any.

    A hundred threads of two processes on two cores wander between them, and find their caches full of the other's:
    with FastestDet a tenth of the looks. Of cores that somebody chose, none is chosen again.
    number: LOOKOUT_CAMERA_WORKER_NUMBER, from 1 on; under systemd the unit's name after the @, whatever somebody made
    of that; empty: nobody said.    workers: as above.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    one_each = workers == len(cores) == os.cpu_count()
    mine = int(number) if number.isdecimal() else 0
    return cores[mine - 1] if one_each and 1 <= mine <= workers else None
