"""What receivers got, against what was told: nothing lost, no second id for one message, every area in its order."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

from tests.servers.hook import Received
from tests.servers.mosquitto import Heard

Area = tuple[int, int]
"""Camera, number."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one receiver. disordered: areas.    repeats: messages that came again under their own id: it drops them."""

    messages: int
    lost: int
    second_ids: int
    disordered: int
    repeats: int

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(*(one + another for one, another in zip(astuple(self), astuple(other), strict=True)))

    @property
    def faultless(self) -> bool:
        return self.lost == self.second_ids == self.disordered == 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message about the start of an alarm, as its receiver sees it."""

    id: str
    area: Area
    alarm: str


def from_webhook(request: Received) -> Arrival:
    """WIRE 7: by its header."""
    alarm = json.loads(request.body)["data"]
    return Arrival(request.headers["webhook-id"], (alarm["camera"], alarm["area_number"]), alarm["id"])


def from_mqtt(heard: Heard) -> Arrival:
    """WIRE 2: a message is known by alarm, state and time; a camera without an address of its own by its number."""
    alarm = json.loads(heard.payload)
    name = ":".join(alarm[key] for key in ("AlarmID", "State", "Time"))
    return Arrival(name, (int(alarm["CameraMACaddress"][2:], 16), int(alarm["Area"])), alarm["AlarmID"])


def judge(told: Mapping[Area, list[str]], arrivals: Iterable[Arrival]) -> Verdict:
    """told: the alarms of each area, one message each, in their order."""
    came = list(arrivals)
    ids: dict[str, set[str]] = defaultdict(set)
    order: dict[Area, dict[str, None]] = defaultdict(dict)
    for one in came:
        ids[one.alarm].add(one.id)
        order[one.area].setdefault(one.alarm)
    expected = {alarm for alarms in told.values() for alarm in alarms}
    return Verdict(
        messages=len(expected),
        lost=len(expected - set(ids)),
        second_ids=sum(len(one) for one in ids.values()) - len(ids) + len(set(ids) - expected),
        disordered=sum(list(order[area]) != [one for one in alarms if one in ids] for area, alarms in told.items()),
        repeats=len(came) - len({one.id for one in came}),
    )
