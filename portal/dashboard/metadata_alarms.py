"""The alarms of one camera as properties of a metadata stream: what a reader was told, and what follows (WIRE 3).

Plain values in and out. Every rule is told first as it is, then each of its changes; an alarm that begins and ends
between two looks, as a test alarm does, is told with both.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from notifications.protocols.onvif_event import OnvifEvent, alarm_events, carries, no_alarm_event
from notifications.protocols.onvif_event_xml import Operation
from notifications.record import NONMASK, AlarmRecord
from portal.dashboard.metadata_facts import Granted, Rule, ToldAlarm

Told = tuple[OnvifEvent, Operation]


class AlarmStates:
    """began_at: what ended before is history, and not told."""

    def __init__(self, began_at: datetime) -> None:
        self._began_at = began_at
        self._known: dict[Rule, str] = {}  # rules that were told, with the names of their areas
        self._open: dict[Rule, UUID] = {}
        self._over: set[UUID] = set()  # told whole

    @property
    def open_ids(self) -> set[UUID]:
        """The alarms that the reader takes for going on."""
        return set(self._open.values())

    def alarms(self, alarms: Iterable[ToldAlarm]) -> Iterator[Told]:
        """What is news of these. In the order in which they began, with all of `open_ids` among them."""
        for one in alarms:
            yield from self._face(one) if one.start.extension == NONMASK else self._alarm(one)

    def rules(self, reader: Granted, at: datetime) -> Iterator[Told]:
        """Rules that are new and have no alarm; rules that are gone, whose area was switched off or removed."""
        camera_id = reader.counted.camera_id
        for rule, name in reader.rules.items():
            if rule not in self._known:
                self._known[rule] = name
                yield no_alarm_event(camera_id, rule[0], name, rule[1], at), Operation.INITIALIZED
        for rule in [one for one in self._known if one not in reader.rules and one not in self._open]:
            yield no_alarm_event(camera_id, rule[0], self._known.pop(rule), rule[1], at), Operation.DELETED

    def _alarm(self, one: ToldAlarm) -> Iterator[Told]:
        number = one.start.area_number
        if number is None or one.id in self._over:
            return
        rule = number, one.start.direction
        if self._open.get(rule) != one.id:
            if one.ended_at is not None and one.ended_at < self._began_at:
                return
            yield from self._state(one.start, rule)
            self._open[rule] = one.id
        if one.end is not None:
            yield from self._state(one.end, rule)
            del self._open[rule]
            self._over.add(one.id)

    def _state(self, record: AlarmRecord, rule: Rule) -> Iterator[Told]:
        operation = Operation.CHANGED if rule in self._known else Operation.INITIALIZED
        self._known.setdefault(rule, record.area_name)
        yield from ((event, operation) for event in alarm_events(record))

    def _face(self, one: ToldAlarm) -> Iterator[Told]:
        """Somebody without a mask: it happened, and has no end."""
        if one.id in self._over or one.start.since < self._began_at or not carries(one.start):
            return
        self._over.add(one.id)
        yield from ((event, Operation.CHANGED) for event in alarm_events(one.start))
