"""What an alarm tells the rest of the house: it started, it is to be notified, it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    STARTED = "alarm_started"  # the state: always, also when nobody is to be told
    NOTIFIED = "notified"  # tell the destinations; sequence 0 is the start, then the repeats
    ENDED = "alarm_ended"
    WITHHELD = "withheld"  # the alarm ends before D let its start be told (SPEC 4.6); comes just before its end
    JOINED = "joined"  # the notification of another alarm tells of this one, too (MASK-7): it has none of its own


class Cause(StrEnum):
    """Which of an area's two alarms it is, or that of a face."""

    THRESHOLD = "threshold"  # the count threshold is reached: the vendor's alarm, message ids 98-101
    MINIMUM = "minimum"  # fewer than the minimum (OCC-32): no vendor message id, never sent as one
    NO_MASK = "no_mask"  # somebody wears no mask (MASK-7): message id 69


class EndReason(StrEnum):
    """Why an alarm ended (SPEC 4.11, MASK-7)."""

    COUNT = "count"
    PAUSE = "pause"
    CAMERA_LOST = "camera lost"
    SCHEDULE = "schedule"
    STATUS_OFF = "status off"
    SETTINGS = "settings"
    UNINSTALLED = "uninstalled"
    CAMERA_REMOVED = "camera removed"
    MASK_ON = "mask on"  # the face is judged to wear one (MASK-7)
    FACE_GONE = "face gone"  # it was not seen for five seconds


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One thing that happened to one alarm.

    at_ms: when it happened on the capture clock; it may be learnt later (a frame shows that a pause ended before it).
    count: of the area at that instant; None while it is unknown.    threshold: N.    Of a face: how many wear no mask
    then, of a notification how many non-wearers it tells of; its threshold is 1.
    reason: of an end.    sequence: of a notification within its alarm, 0 = the start; 0 for every other kind.
    cause: of the alarm; `threshold` is M for a minimum-occupancy alarm.
    """

    kind: EventKind
    at_ms: int
    alarm_id: str
    count: int | None
    threshold: int
    reason: EndReason | None = None
    sequence: int = 0
    cause: Cause = Cause.THRESHOLD

    def to_json(self) -> dict[str, Any]:
        """Plain values for a stream or a state key; `from_json` gives an equal event."""
        return {
            "kind": str(self.kind),
            "at_ms": self.at_ms,
            "alarm_id": self.alarm_id,
            "count": self.count,
            "threshold": self.threshold,
            "reason": None if self.reason is None else str(self.reason),
            "sequence": self.sequence,
            "cause": str(self.cause),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AlarmEvent":
        """Raises KeyError for what is missing, ValueError for a kind or a reason that does not exist."""
        return cls(
            kind=EventKind(data["kind"]),
            at_ms=data["at_ms"],
            alarm_id=data["alarm_id"],
            count=data["count"],
            threshold=data["threshold"],
            reason=None if data["reason"] is None else EndReason(data["reason"]),
            sequence=data["sequence"],
            cause=Cause(data.get("cause", Cause.THRESHOLD)),
        )
