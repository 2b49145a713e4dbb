"""How long to wait after a failure: exponential, with full jitter, so that nobody comes back in step. Plain Python."""

import random

FIRST_S = 1.0
LONGEST_S = 600.0


def backoff_s(failures: int) -> float:
    """Seconds after the `failures`-th failure in a row: anywhere up to 1, 2, 4 … s, never more than 10 min."""
    most_s = min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 60))
    return random.uniform(0.0, most_s)  # noqa: S311 - keeps senders out of step, no secret
