"""Why and when a camera's loop ends (DESIGN 2)."""

from enum import Enum

LONGEST_S = 900.0  # then the camera is offered to other workers; where none takes it, it stays
SPREAD, STEPS = 0.25, 16


class End(Enum):
    """Why a loop ended."""

    HANDED_OVER = "handed over"
    NOT_WANTED = "not wanted"
    FENCED = "fenced"
    FAILED = "failed"


def longest_s(camera_id: int) -> float:
    """How long a loop runs between two offers: cameras that began together are not all opened elsewhere together."""
    return LONGEST_S * (1 - SPREAD * (camera_id % STEPS) / STEPS)
