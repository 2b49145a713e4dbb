"""Several areas taken together: one figure, and how far it can be trusted (DASH-4, DASH-6; CNT-6)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

Part = tuple[int | None, str]
"""The count of one area, and its quality: live, stale, limited or unknown."""


class Together(StrEnum):
    """How the counts become one."""

    SUM = "sum"
    MOST = "max"

    def of(self, parts: Sequence[Part]) -> Part:
        """The figure of all parts. One that is not live makes it `limited`.

        A part that nobody knows makes it unknown: a sum without one of its rooms looks like the sum of all of them.
        """
        counts = [count for count, quality in parts if count is not None and quality != "unknown"]
        if not counts or len(counts) < len(parts):
            return None, "unknown"
        quality = "live" if all(one == "live" for _, one in parts) else "limited"
        return (sum(counts) if self is Together.SUM else max(counts)), quality
