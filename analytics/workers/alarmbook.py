"""The open alarms of one extension, and what the writer is told of them (SPEC 4, MASK-7; DESIGN 6)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from analytics.engine.alarm.events import AlarmEvent, Cause, EndReason, EventKind
from analytics.engine.alarms import Key
from analytics.news import END, AlarmNews, FaceNews
from analytics.workers.keyvalue import ALARMS
from analytics.workers.outbox import Entry
from analytics.workers.plan import OpenAlarm


@dataclass(frozen=True, slots=True)
class Scene:
    """What goes with the start of an alarm: the picture of that moment, what was on it, and the id of its clip."""

    jpeg: bytes = b""
    overlay: Mapping[str, Any] | None = None
    clip: str = ""


class Place(NamedTuple):
    """Where on the camera an alarm is: an area, or a face of the whole picture (area 0), by the number of its track."""

    area_number: int
    area_name: str = ""
    face: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What news of a frame is told with. place: of the number that an event comes with.    utc: capture clock, ms ->
    POSIX s.    scene: asked only for a start, by the same number.    faces: everybody's of the frame.
    """

    place: Callable[[int], Place]
    utc: Callable[[int], float]
    scene: Callable[[int], Scene] = lambda _number: Scene()
    faces: Sequence[FaceNews] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Of an alarm, as it started. started_at: POSIX seconds.    cause: of `Cause`."""

    area_number: int
    area_name: str
    count: int
    threshold: int
    started_at: float
    cause: str = Cause.THRESHOLD
    face: int | None = None
    clip: str = ""


class AlarmBook:
    """Knows every open alarm by its id; each event becomes an entry that can make the alarm's row by itself."""

    def __init__(self, extension: str, *, simulated: bool) -> None:
        self._extension, self._simulated = extension, simulated
        self._open: dict[str, Facts] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, alarm_id: str) -> bool:
        return alarm_id in self._open

    @property
    def open(self) -> tuple[str, ...]:
        """The ids, oldest first."""
        return tuple(self._open)

    @property
    def ids(self) -> dict[Key, str]:
        """(area, cause) -> id of its open alarm; of areas, which have one of a cause at most."""
        return {(facts.area_number, Cause(facts.cause)): alarm_id for alarm_id, facts in self._open.items()}

    @property
    def areas(self) -> set[int]:
        """The areas in alarm, whatever the cause."""
        return {facts.area_number for facts in self._open.values()}

    def adopt(self, alarm: OpenAlarm) -> None:
        """An alarm that the database knows and no state told of."""
        place = Place(alarm.area_number, alarm.area_name, alarm.face)
        self._open[alarm.alarm_id] = _facts(place, alarm.count, alarm.threshold, alarm.started_at, alarm.cause)

    def entries(self, events: Iterable[tuple[int, AlarmEvent]], told: Told) -> list[Entry]:
        """Entries of (number, event), in order."""
        made = []
        for number, event in events:
            if event.kind is EventKind.STARTED:
                # One that was adopted under this very id is the older one, and stays what it was.
                facts = event.count or 0, event.threshold, told.utc(event.at_ms), str(event.cause)
                scene = told.scene(number)
                started = replace(_facts(told.place(number), *facts), clip=scene.clip)
                self._open.setdefault(event.alarm_id, started)
                made.append(self._entry(event, told, scene))
            elif event.alarm_id in self._open:
                made.append(self._entry(event, told, Scene()))
                if event.kind is EventKind.ENDED:
                    del self._open[event.alarm_id]
        return made

    def end_all(self, reason: EndReason, at: float, *, alarms: Iterable[str] | None = None) -> list[Entry]:
        """End what is open without a timer that could: no network, nobody knows. at: POSIX s. alarms: None for all."""
        ended = list(self._open) if alarms is None else [one for one in alarms if one in self._open]
        entries = []
        for alarm_id in ended:
            entries.append(_news_entry(self._news(END, alarm_id, at, reason=str(reason)), Scene()))
            del self._open[alarm_id]
        return entries

    def to_json(self) -> dict[str, Any]:
        """For the saved state."""
        return {alarm_id: asdict(facts) for alarm_id, facts in self._open.items()}

    def restore(self, data: Mapping[str, Any]) -> None:
        """Raises TypeError for what `to_json` did not give."""
        self._open = {alarm_id: Facts(**facts) for alarm_id, facts in data.items()}

    def _entry(self, event: AlarmEvent, told: Told, scene: Scene) -> Entry:
        facts: dict[str, Any] = {"count": event.count, "reason": str(event.reason or ""), "sequence": event.sequence}
        if event.kind in (EventKind.STARTED, EventKind.NOTIFIED):
            facts["faces"] = told.faces
        return _news_entry(self._news(str(event.kind), event.alarm_id, told.utc(event.at_ms), **facts), scene)

    def _news(self, kind: str, alarm_id: str, at: float, **more: Any) -> AlarmNews:
        facts = self._open[alarm_id]
        given: dict[str, Any] = {
            "area_number": facts.area_number,
            "area_name": facts.area_name,
            "count": None,
            "threshold": facts.threshold,
            "started_at": facts.started_at,
            "started_count": facts.count,
            "extension": self._extension,
            "simulated": self._simulated,
            "cause": facts.cause,
            "face": facts.face,
            "clip": facts.clip,
        }
        return AlarmNews(kind=kind, alarm_id=alarm_id, at=at, **given | more)


def _facts(place: Place, count: int, threshold: int, started_at: float, cause: str) -> Facts:
    return Facts(place.area_number, place.area_name, count, threshold, started_at, cause, place.face)


def _news_entry(news: AlarmNews, scene: Scene) -> Entry:
    data = news.to_json() | ({"overlay": dict(scene.overlay)} if scene.overlay else {})
    return Entry(ALARMS, news.key, data, {"snapshot": scene.jpeg} if scene.jpeg else {})
