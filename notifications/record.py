"""What every protocol carries about an alarm and about counts, apart from any wire format. Plain Python.

A record is made once, when its notification is queued, and stored with it as JSON (DESIGN 6): a try an hour later,
after a rename or an upgrade, tells the same facts under the same id. A field that is added later needs a default.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

NONMASK = "nonmask"
NONMASK_MESSAGE_ID = 69
MESSAGE_IDS = {1: 98, 2: 99, 3: 100, 4: 101}
"""Number of the area -> the vendor's message id (WIRE 5)."""

MAC = re.compile(r"[0-9a-f]{12}")


class RecordError(ValueError):
    """A record that cannot be: says which field, what was given and what was expected."""


class Event(StrEnum):
    """What the notification tells of its alarm."""

    STARTED = "started"
    REPEATED = "repeated"
    ENDED = "ended"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"  # nobody acknowledged it in time (OPR-7)


class Direction(StrEnum):
    """Which of an area's two alarms it is: the count threshold is reached, or there are fewer than the minimum."""

    AT_OR_ABOVE = "AtOrAbove"
    BELOW = "Below"


def mac_of(camera_id: int, known: str = "", *, channel: int = 1) -> str:
    """The address that a camera sends under, 12 lower-case hex digits (WIRE 1).

    known: as the camera told it, with or without separators; it belongs to sensor 1. Whoever has none is given a
    locally administered one (second digit 2), which follows from the camera's id and stays. Raises RecordError.
    """
    if not known or channel != 1:
        return f"02{camera_id:010x}"
    return _clean_mac(re.sub(r"[:.\-]", "", known).lower())


@dataclass(frozen=True, slots=True)
class Face:
    """One judged face of a non-mask alarm. xyxy: corners, fractions 0..1 of the frame, origin top left.

    track: the number of its track, never reused.    score: 0..1.    mask: worn or not; None: not judged (MASK-4).
    """

    track: int
    xyxy: tuple[float, float, float, float]
    score: float
    mask: bool | None


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """One notification of one alarm.

    id: of the alarm.    notification_id: of this message; a repeat after a crash carries the same one.
    at: of the event, aware.    since: start of the alarm, aware.    sequence: number of the repeat, 0 = the start.
    camera_id: None for a combined area, and then mac is empty; camera_name names the cameras of its parts.
    channel: sensor of the device, 1-4.    mac: from `mac_of`.    host: of the camera's address, empty for a clip.
    area_number: 1-4, None for a whole camera or a combined area.    count: of the area, or faces without mask; None
    while unknown.    threshold: N, or M of a minimum; None for non-mask.    end_reason: of `ended` (SPEC 4.11).
    faces: of non-mask, all that were judged.    test: a test alarm (OUT-9).    simulated: the picture is drawn by us.
    combined: the id of the combined area (DASH-6).    origin, external_ref: the system through which it was
    acknowledged, and what it is called there (API-8).    Raises RecordError.
    """

    id: UUID
    notification_id: UUID
    event: Event
    at: datetime
    since: datetime
    site_id: int
    site_name: str
    camera_id: int | None
    camera_name: str
    mac: str
    extension: str
    area_number: int | None
    area_name: str
    count: int | None
    threshold: int | None
    direction: Direction = Direction.AT_OR_ABOVE
    sequence: int = 0
    channel: int = 1
    host: str = ""
    end_reason: str = ""
    faces: tuple[Face, ...] = ()
    test: bool = False
    simulated: bool = False
    combined: int | None = None
    origin: str = ""
    external_ref: str = ""

    def __post_init__(self) -> None:
        if self.camera_id is not None:
            _clean_mac(self.mac)
        _check("channel", self.channel, range(1, 5))
        if self.area_number is not None:
            _check("area_number", self.area_number, MESSAGE_IDS)
        for name in ("at", "since"):
            _check_aware(name, getattr(self, name))

    @property
    def device(self) -> int:
        """The camera's id, for protocols that only tell of cameras. Raises RecordError for a combined area."""
        if self.camera_id is None:
            raise RecordError(f"record of combined area {self.combined}: it is on no camera")
        return self.camera_id

    @property
    def message_id(self) -> int | None:
        """98-101 for the areas, 69 for non-mask; None where the vendor has none: a minimum, a combined area."""
        if self.extension == NONMASK:
            return NONMASK_MESSAGE_ID
        if self.area_number is None or self.direction is Direction.BELOW:
            return None
        return MESSAGE_IDS[self.area_number]

    @property
    def figures(self) -> str:
        """Count and threshold for people: 12/10, ?/10 while the count is unknown. Cameras that tell of an alarm may
        name neither: 12, or blank."""
        if self.threshold is None:
            return "" if self.count is None else str(self.count)
        return f"{'?' if self.count is None else self.count}/{self.threshold}"

    def to_json(self) -> dict[str, Any]:
        """Plain values, as the outbox stores them; `from_json` gives an equal record."""
        instants = {"at": self.at.isoformat(), "since": self.since.isoformat()}
        ids = {"id": str(self.id), "notification_id": str(self.notification_id)}
        return asdict(self) | ids | instants | {"event": self.event.value, "direction": self.direction.value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises RecordError for what `to_json` did not write."""
        known = dict(data)
        try:
            for name in ("id", "notification_id"):
                known[name] = UUID(known[name])
            for name in ("at", "since"):
                known[name] = datetime.fromisoformat(known[name])
            known["event"], known["direction"] = Event(known["event"]), Direction(known["direction"])
            known["faces"] = tuple(Face(**{**face, "xyxy": tuple(face["xyxy"])}) for face in known["faces"])
            return cls(**known)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise RecordError(f"stored record of an alarm: {exc!r}") from exc


@dataclass(frozen=True, slots=True)
class CountedArea:
    """One area's newest count, 0-40; None: the area is Off."""

    number: int
    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class CountRecord:
    """The newest counts of one camera; there is none while a count is unknown, stale or outside the schedule.

    at: when they were counted, aware.    picture: objects in the whole picture, 0-40.    objects: the kinds that are
    counted.    areas: those that exist, by number.    saturated: the picture holds more than 40 (OCC-8).
    Raises RecordError.
    """

    at: datetime
    site_id: int
    site_name: str
    camera_id: int
    camera_name: str
    mac: str
    picture: int
    areas: tuple[CountedArea, ...]
    objects: tuple[str, ...] = ("human",)
    channel: int = 1
    saturated: bool = False
    simulated: bool = False

    def __post_init__(self) -> None:
        _clean_mac(self.mac)
        _check("channel", self.channel, range(1, 5))
        _check_aware("at", self.at)
        for area in self.areas:
            _check("area number", area.number, MESSAGE_IDS)

    def area(self, number: int) -> CountedArea | None:
        """The area of that number, None when there is none."""
        return next((area for area in self.areas if area.number == number), None)

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` gives an equal record."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises RecordError for what `to_json` did not write."""
        known = dict(data)
        try:
            known["at"] = datetime.fromisoformat(known["at"])
            known["objects"] = tuple(known["objects"])
            known["areas"] = tuple(CountedArea(**area) for area in known["areas"])
            return cls(**known)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise RecordError(f"stored record of counts: {exc!r}") from exc


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """A change of a camera's health (CAM-6). at, since: aware.    error: without credentials, empty when it is well."""

    at: datetime
    site_id: int
    site_name: str
    camera_id: int
    camera_name: str
    status: str
    since: datetime
    error: str = ""


def _clean_mac(mac: str) -> str:
    if not MAC.fullmatch(mac):
        raise RecordError(f"mac: {mac!r} given, 12 hex digits expected")
    return mac


def _check(name: str, value: int, allowed: range | Mapping[int, Any]) -> None:
    if value not in allowed:
        raise RecordError(f"{name}: {value!r} given, one of {', '.join(map(str, allowed))} expected")


def _check_aware(name: str, value: datetime) -> None:
    if value.utcoffset() is None:
        raise RecordError(f"{name}: {value.isoformat()} has no time zone, an aware instant expected")
