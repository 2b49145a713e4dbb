"""What several cameras say of their areas, as one step of one figure (DASH-6; SPEC 4.9, 4.10).

The figure is of the instant up to which all its parts were seen: that of the oldest of their newest pictures. So a part
whose pictures stop is a lost camera to the timer, after `G` and from its last picture, as to an area's own. A part
whose worker says nothing at all is another matter: that is a gap of the portal's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analytics.engine.areas.together import Together

SILENT_AFTER_MS = 2_000
"""A worker says how its camera is about once a second; after this long it is taken for gone. Shorter than any G: who
is gone must not look like a lost camera first."""


@dataclass(frozen=True, slots=True)
class PartSight:
    """One area. Instants are milliseconds of the looker's clock.

    count: None while nobody knows it.    frame_ms: of the picture that was counted; None: there was none.
    told_ms: of its worker's last word; None: there is none.    opening: its stream is being opened.
    """

    count: int | None
    frame_ms: int | None
    told_ms: int | None
    opening: bool = False


class Sighting(NamedTuple):
    """figure: holds from `at_ms` on; None: unknown from there on.    silent: nobody watches one of the parts."""

    at_ms: int
    figure: int | None
    silent: bool = False


def sighting(parts: Sequence[PartSight], how: Together, *, now_ms: int, lost_after_ms: int) -> Sighting:
    """The step that the figure takes at `now_ms`. lost_after_ms: G."""
    if any(one.opening or one.told_ms is None or now_ms - one.told_ms > SILENT_AFTER_MS for one in parts):
        return Sighting(now_ms, None, silent=True)
    frames = [one.frame_ms for one in parts if one.frame_ms is not None]
    counts = [one.count for one in parts if one.count is not None]
    if not parts or len(frames) < len(parts) or len(counts) < len(parts):
        return Sighting(now_ms, None)
    if now_ms - min(frames) > lost_after_ms:
        return Sighting(now_ms, None)
    figure, _quality = how.of([(count, "live") for count in counts])
    return Sighting(min(now_ms, *frames), figure)
