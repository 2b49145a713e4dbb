"""The alarms of one camera's faces (MASK-7): one for each non-wearer, told once, several in one notification.

1. An alarm starts on a frame in which the face is judged, has been followed for long enough, and is voted to be without
   mask. It ends with the frame that completes the vote for a mask, or five seconds after the face's last sighting.
2. A start is told at once; inside D of the last notification it waits for the end of D, together with all others that
   wait by then: the oldest is notified, with their number, the others joined it. Who is over before is withheld.
3. Without a frame for G, or with a frozen picture, the camera is lost (SPEC 4.9): nothing is told, and what is open
   ends five seconds later. The portal's own gaps, up to H, move no clock but D's (SPEC 4.10).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analytics.engine.alarm.events import AlarmEvent, Cause, EndReason, EventKind
from analytics.engine.alarm.rule import HANDOVER_MS, lost_after_ms
from analytics.engine.masks.book import GONE_MS
from analytics.engine.masks.result import FaceEvent

Events = tuple[FaceEvent, ...]


class FaceAlarms:
    """Open alarms, those that wait to be told, and the clocks. Faces are known by their numbers only."""

    def __init__(self, *, deactivation_s: int, notification: bool, fps: float, new_id: Callable[[], str]) -> None:
        self._lost_after_ms = lost_after_ms(max(1, round(1000 / fps)))
        self._new_id = new_id
        self._open: dict[int, str] = {}  # face -> UUID, oldest first
        self._waiting: list[int] = []  # faces whose start is not told, oldest first
        self._told_ms: int | None = None
        self._last_ms = 0  # the last frame
        self._lost_ms: int | None = None  # since when the picture is frozen
        self._count: int | None = None
        self.apply(deactivation_s=deactivation_s, notification=notification)

    @property
    def faces(self) -> tuple[int, ...]:
        """Whose alarm is open."""
        return tuple(self._open)

    def apply(self, *, deactivation_s: int, notification: bool) -> None:
        """New values from the next frame on. Disabled: alarms go on, silently; what waits is not told later."""
        self._deactivation_ms, self._notification = deactivation_s * 1000, notification
        if not notification:
            self._waiting = []

    def advance(self, at_ms: int, gone_ms: Mapping[int, int]) -> tuple[Events, bool]:
        """What happened before `at_ms`, and whether the camera was lost for so long that nobody is known any more.

        gone_ms: when faces that are out of sight are gone.
        """
        lost_ms = self._last_ms + self._lost_after_ms if self._lost_ms is None else self._lost_ms
        over_ms = lost_ms + GONE_MS
        events: list[FaceEvent] = []
        for face, instant in sorted(gone_ms.items(), key=lambda one: one[1]):
            if instant < at_ms:
                instant_ms = max(instant, self._last_ms)
                events += self._told_before(min(instant_ms, lost_ms))
                events += self.end([face], instant_ms, EndReason.FACE_GONE)
        events += self._told_before(min(at_ms, lost_ms))
        if over_ms >= at_ms:
            return tuple(events), False
        self._count = None
        return (*events, *self.end(self.faces, over_ms, EndReason.CAMERA_LOST)), True

    def frame(self, at_ms: int, *, starts: Sequence[int], ends: Sequence[int], count: int) -> Events:
        """The frame taken at `at_ms`, after `advance`. count: of faces without mask in it."""
        self._last_ms, self._lost_ms, self._count = at_ms, None, count
        events = list(self.end(ends, at_ms, EndReason.MASK_ON))
        for face in starts:
            self._open[face] = self._new_id()
            self._waiting += [face] * self._notification
            events.append(self._event(EventKind.STARTED, face, at_ms, count))
        if self._free(at_ms):
            events += self._tell(at_ms)
        return tuple(events)

    def lose(self, at_ms: int) -> None:
        """From here on the picture is frozen."""
        if self._lost_ms is None:
            self._lost_ms = at_ms

    def end(self, faces: Sequence[int], at_ms: int, reason: EndReason) -> Events:
        """End the alarms of these faces, where they have any; one that was never told is withheld first."""
        events = []
        for face in [face for face in faces if face in self._open]:
            if face in self._waiting:
                self._waiting.remove(face)
                events.append(self._event(EventKind.WITHHELD, face, at_ms, self._count))
            events.append(self._event(EventKind.ENDED, face, at_ms, self._count, reason))
            del self._open[face]
        return tuple(events)

    def export(self) -> dict[str, Any]:
        """JSON-able; `restore` takes it up."""
        return {
            "open": list(self._open.items()),
            "waiting": self._waiting,
            "told_ms": self._told_ms,
            "last_ms": self._last_ms,
            "lost_ms": self._lost_ms,
            "count": self._count,
        }

    def restore(self, data: Mapping[str, Any], *, shift_ms: int, gap_ms: int) -> None:
        """Adopt another owner's alarms (SPEC 4.10): see `AreaAlarm.resume`. Raises KeyError, ValueError."""
        moved_ms = paused_ms(shift_ms, gap_ms)
        self._open = dict(data["open"])
        self._waiting = [face for face in data["waiting"] if self._notification and face in self._open]
        self._told_ms = None if data["told_ms"] is None else data["told_ms"] + shift_ms
        self._last_ms = data["last_ms"] + moved_ms
        self._lost_ms = None if data["lost_ms"] is None else data["lost_ms"] + moved_ms
        self._count = data["count"]

    def _free(self, at_ms: int) -> bool:
        """Somebody waits, and D is over."""
        return bool(self._waiting) and self._due_ms() <= at_ms

    def _due_ms(self) -> int:
        """The end of D, or the last frame where that is later: then it could not be told in time."""
        return self._last_ms if self._told_ms is None else max(self._last_ms, self._told_ms + self._deactivation_ms)

    def _told_before(self, until_ms: int) -> Events:
        return self._tell(self._due_ms()) if self._free(until_ms - 1) else ()

    def _tell(self, at_ms: int) -> Events:
        told, self._waiting, self._told_ms = self._waiting, [], at_ms
        kinds = [EventKind.NOTIFIED, *[EventKind.JOINED] * (len(told) - 1)]
        return tuple(self._event(kind, face, at_ms, len(told)) for kind, face in zip(kinds, told, strict=True))

    def _event(
        self, kind: EventKind, face: int, at_ms: int, count: int | None, reason: EndReason | None = None
    ) -> FaceEvent:
        return face, AlarmEvent(kind, at_ms, self._open[face], count, 1, reason, cause=Cause.NO_MASK)


def paused_ms(shift_ms: int, gap_ms: int) -> int:
    """How far a clock is moved that a gap of the portal's own does not count on, in a process `shift_ms` ahead."""
    return shift_ms + gap_ms if gap_ms <= HANDOVER_MS else shift_ms
