"""The open alarms of one camera, and what the writer is told of them (SPEC 4; DESIGN 6)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from analytics.engine.alarm.events import AlarmEvent, Cause, EndReason, EventKind
from analytics.engine.alarms import Key
from analytics.news import END, AlarmNews
from analytics.workers.keyvalue import ALARMS
from analytics.workers.outbox import Entry
from analytics.workers.plan import OpenAlarm


@dataclass(frozen=True, slots=True)
class Scene:
    """What goes with the start of an alarm: the picture of that moment, and what was on it."""

    jpeg: bytes = b""
    overlay: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Of an alarm, as it started. started_at: POSIX seconds.    cause: of `Cause`."""

    area_number: int
    area_name: str
    count: int
    threshold: int
    started_at: float
    cause: str = Cause.THRESHOLD


class AlarmBook:
    """Knows every open alarm by its id; each event becomes an entry that can make the alarm's row by itself."""

    def __init__(self, *, simulated: bool) -> None:
        self._simulated = simulated
        self._open: dict[str, Facts] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, alarm_id: str) -> bool:
        return alarm_id in self._open

    @property
    def ids(self) -> dict[Key, str]:
        """(area, cause) -> id of its open alarm."""
        return {(facts.area_number, Cause(facts.cause)): alarm_id for alarm_id, facts in self._open.items()}

    @property
    def areas(self) -> set[int]:
        """The areas in alarm, whatever the cause."""
        return {facts.area_number for facts in self._open.values()}

    def adopt(self, alarm: OpenAlarm) -> None:
        """An alarm that the database knows and no state told of."""
        count, threshold = alarm.count, alarm.threshold
        facts = Facts(alarm.area_number, alarm.area_name, count, threshold, alarm.started_at, alarm.cause)
        self._open[alarm.alarm_id] = facts

    def entries(
        self,
        events: Iterable[tuple[int, AlarmEvent]],
        *,
        names: Mapping[int, str],
        utc: Callable[[int], float],
        scene: Callable[[], Scene] = Scene,
    ) -> list[Entry]:
        """Entries of (area, event), in order. utc: capture clock, ms -> POSIX s.    scene: asked only for a start."""
        made = []
        for area, event in events:
            if event.kind is EventKind.STARTED:
                name, count = names.get(area, ""), event.count or 0
                at = utc(event.at_ms)
                self._open[event.alarm_id] = Facts(area, name, count, event.threshold, at, str(event.cause))
                made.append(self._entry(event, utc, scene()))
            elif event.alarm_id in self._open:
                made.append(self._entry(event, utc, Scene()))
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

    def _entry(self, event: AlarmEvent, utc: Callable[[int], float], scene: Scene) -> Entry:
        facts: dict[str, Any] = {"count": event.count, "reason": str(event.reason or ""), "sequence": event.sequence}
        return _news_entry(self._news(str(event.kind), event.alarm_id, utc(event.at_ms), **facts), scene)

    def _news(
        self, kind: str, alarm_id: str, at: float, *, count: int | None = None, reason: str = "", sequence: int = 0
    ) -> AlarmNews:
        facts = self._open[alarm_id]
        return AlarmNews(
            kind=kind,
            alarm_id=alarm_id,
            area_number=facts.area_number,
            area_name=facts.area_name,
            count=count,
            threshold=facts.threshold,
            at=at,
            started_at=facts.started_at,
            started_count=facts.count,
            reason=reason,
            sequence=sequence,
            simulated=self._simulated,
            cause=facts.cause,
        )


def _news_entry(news: AlarmNews, scene: Scene) -> Entry:
    data = news.to_json() | ({"overlay": dict(scene.overlay)} if scene.overlay else {})
    return Entry(ALARMS, news.key, data, {"snapshot": scene.jpeg} if scene.jpeg else {})
