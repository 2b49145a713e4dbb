"""What a worker tells the writer, as it travels on a stream: one place for both ends (DESIGN 6, 7). Plain Python.

Instants are POSIX seconds UTC. A key is the same whenever and by whomever a message is sent: it is what makes a second
write harmless, and what the writer marks as done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypedDict
from uuid import UUID

OWNER = "owner"
START, NOTIFIED, END, WITHHELD = "alarm_started", "notified", "alarm_ended", "withheld"
JOINED = "joined"
KINDS = (START, NOTIFIED, JOINED, END, WITHHELD)
ADVICE, VIEW, COMPLIANCE, CLIP = "advice", "view", "compliance", "clip"
CAUSES = ("threshold", "minimum", "no_mask")


class NewsError(ValueError):
    """A message that no worker of ours sent; it says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class OwnerNews:
    """A camera has a new owner: the database records the epoch, and everything older is fenced off (DESIGN 2)."""

    owner: str

    def to_json(self) -> dict[str, Any]:
        return {"kind": OWNER, "owner": self.owner}


class FaceNews(TypedDict):
    """One face of a moment. box: x1 y1 x2 y2, fractions.    score: 0-99.    mask: is it worn? None: not judged."""

    track: int
    box: list[float]
    score: int
    mask: bool | None


@dataclass(frozen=True, slots=True)
class AlarmNews:
    """One thing that happened to one alarm, with all that a row needs: whatever comes first can make it.

    kind: of KINDS.    count: of the area then; None while unknown.    at: when it happened.
    reason: of an end.    sequence: of a notification, 0 = the start.    overlay: boxes and areas of the first picture.
    cause: threshold or minimum, which of the area's two alarms it is (OCC-32); no_mask, of the whole camera, area 0.
    test: of a test alarm (OUT-9).    face: the track of who wears no mask (MASK-7).    faces: everybody's of that
    moment, `FaceNews`.    clip: id of the clip that shows it, "" for none.
    """

    kind: str
    alarm_id: str
    area_number: int
    area_name: str
    count: int | None
    threshold: int
    at: float
    started_at: float
    started_count: int
    reason: str = ""
    sequence: int = 0
    extension: str = "occupancy"
    simulated: bool = False
    overlay: Mapping[str, Any] = field(default_factory=dict)
    cause: str = "threshold"
    test: bool = False
    face: int | None = None
    faces: Sequence[FaceNews] = ()
    clip: str = ""

    @property
    def key(self) -> str:
        return f"{self.alarm_id}:{self.kind}:{self.sequence}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AlarmNews":
        """Raises NewsError."""
        try:
            news = cls(**data)
        except TypeError as exc:
            raise NewsError(f"news of an alarm: {exc}") from exc
        if news.cause not in CAUSES:
            raise NewsError(f"news of an alarm: cause {news.cause!r} given, one of {', '.join(CAUSES)} expected")
        if news.kind not in KINDS:
            raise NewsError(f"news of an alarm: kind {news.kind!r} given, one of {', '.join(KINDS)} expected")
        return news


@dataclass(frozen=True, slots=True)
class CountNews:
    """One owner's part of one minute of one camera (CNT-1, CNT-3) with its change log (CNT-7).

    minute_ms: start of the minute, ms UTC.    part: the epoch under which it was counted; a part replaces itself.
    areas: area number -> `MinuteSum.to_json`; 0 is the whole picture.    The packed change log travels as blobs.
    """

    minute_ms: int
    part: int
    areas: Mapping[str, Mapping[str, Any]]

    @property
    def key(self) -> str:
        return f"{self.minute_ms}:{self.part}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": "minute", **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CountNews":
        """Raises NewsError."""
        try:
            return cls(int(data["minute_ms"]), int(data["part"]), dict(data["areas"]))
        except (KeyError, TypeError, ValueError) as exc:
            raise NewsError(f"news of a minute: {exc!r}") from exc


@dataclass(frozen=True, slots=True)
class ComplianceNews:
    """One owner's part of one minute of people with and without a mask (MASK-9); the fields are as in `CountNews`.

    people: `ComplianceSum.to_json`.
    """

    minute_ms: int
    part: int
    people: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{COMPLIANCE}:{self.minute_ms}:{self.part}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": COMPLIANCE, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ComplianceNews":
        """Raises NewsError."""
        try:
            return cls(int(data["minute_ms"]), int(data["part"]), dict(data["people"]))
        except (KeyError, TypeError, ValueError) as exc:
            raise NewsError(f"news of people with and without a mask: {exc!r}") from exc


@dataclass(frozen=True, slots=True)
class AdviceNews:
    """A piece of scene advice came (`began`) or went (CAM-8). advice: a word of `analytics.engine.scene.advice`."""

    advice: str
    began: bool
    at: float
    value: float | None = None

    @property
    def key(self) -> str:
        return f"{ADVICE}:{self.advice}:{round(self.at * 1000)}:{self.began:d}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": ADVICE, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AdviceNews":
        """Raises NewsError."""
        try:
            return cls(str(data["advice"]), bool(data["began"]), float(data["at"]), data["value"])
        except (KeyError, TypeError, ValueError) as exc:
            raise NewsError(f"news of a scene: {exc!r}") from exc


@dataclass(frozen=True, slots=True)
class ViewNews:
    """The view that a camera is compared with (CAM-8); its pictures travel as blobs, by mode.

    confirmed_ms: of the confirmation after which it was learnt, ms UTC, 0 without one.    at: when it was sent.
    """

    confirmed_ms: int
    at: float

    @property
    def key(self) -> str:
        return f"{VIEW}:{round(self.at * 1000)}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": VIEW, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ViewNews":
        """Raises NewsError."""
        try:
            return cls(int(data["confirmed_ms"]), float(data["at"]))
        except (KeyError, TypeError, ValueError) as exc:
            raise NewsError(f"news of a view: {exc!r}") from exc


@dataclass(frozen=True, slots=True)
class ClipNews:
    """A clip of alarms as far as it has come (OPR-3); its video and what is drawn on it travel as blobs.

    began_at: of its first picture.    whole: nothing follows.
    """

    clip: str
    began_at: float
    whole: bool

    @property
    def key(self) -> str:
        return f"{CLIP}:{self.clip}:{self.whole:d}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": CLIP, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ClipNews":
        """Raises NewsError."""
        try:
            return cls(str(UUID(data["clip"])), float(data["began_at"]), bool(data["whole"]))
        except (AttributeError, KeyError, TypeError, ValueError) as exc:
            raise NewsError(f"news of a clip: {exc!r}") from exc
