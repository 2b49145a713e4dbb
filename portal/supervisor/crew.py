"""How many camera workers one portal runs on its machine (DESIGN 1; ADR 0019).

All threads of a process take turns at being Python, which a light network makes the bottleneck: with FastestDet on two
cores one process looks at 150 pictures a second, two processes at 190. Each takes about 260 MB of memory.
"""

import os

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
