"""Going on where somebody stopped: the portal's own gaps (SPEC 4.10).

Kill, hand-over, yield, restart, reopening of the stream are all the same here: a state, the moment of its last frame,
and the first frame after it. Between processes the gap is measured with the key-value server's clock, because monotonic
clocks do not compare; the state is put back only with the first frame, so that the whole gap is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analytics.engine.alarm.rule import HANDOVER_MS
from analytics.workers.state import SavedState


@dataclass(frozen=True, slots=True)
class Resume:
    """A state that waits for the next frame.

    pipeline: as `CameraPipeline.export_state` gave it.    shift_ms: what our capture clock shows more than the one of
    the state.    last_ms: the state's last frame, on our clock.
    """

    pipeline: Mapping[str, Any]
    shift_ms: int
    last_ms: int

    @classmethod
    def between_processes(cls, saved: SavedState, *, clock_ms: int) -> "Resume | None":
        """clock_ms: our capture clock when the state was loaded. None when the former owner never had a network.

        Raises KeyError for a strange state.
        """
        if not saved.data["pipeline"]:
            return None
        since_ms = max(0, saved.now_us - saved.us) // 1000
        shift_ms = clock_ms - (int(saved.data["clock_ms"]) + since_ms)
        return cls(saved.data["pipeline"], shift_ms, int(saved.data["frame_ms"]) + shift_ms)

    def gap_ms(self, at_ms: int) -> int:
        """How long nobody watched when the next frame was taken at `at_ms`."""
        return max(0, at_ms - self.last_ms)

    def too_late(self, at_ms: int) -> bool:
        """Longer than H: no gap of the portal's own any more, the camera is lost (SPEC 4.9)."""
        return self.gap_ms(at_ms) > HANDOVER_MS
