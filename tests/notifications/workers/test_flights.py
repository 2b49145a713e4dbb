"""Who waits for which acknowledgement (OUT-3)."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from notifications.workers.flights import Flight, Flights


def begun(**facts: int) -> Flights:
    """Packets 1, 2 … are the messages of these names and qualities of service, each with one parcel."""
    flights = Flights()
    for packet_id, (name, qos) in enumerate(facts.items(), start=1):
        flights.begin(packet_id, Flight(name, qos, {f"parcel of {name}"}))
    return flights


def test_an_acknowledgement_goes_to_who_waits() -> None:
    """OUT-3: delivered only then."""
    flights = begun(a=1)

    assert flights.end(2) is None
    ended = flights.end(1)
    assert ended
    assert ended.waiting == {"parcel of a"}
    assert flights.end(1) is None
    assert flights.find("a") is None


def test_what_was_acknowledged_is_known_until_its_sender_has_heard() -> None:
    """SPEC 7: an answer may be lost, and nothing is published twice; once heard, a re-send is one."""
    flights = begun(a=1)
    flights.end(1)

    assert flights.arrived("a")
    assert flights.arrived("a")
    flights.heard(["a", "of a former owner"])
    assert not flights.arrived("a")


def test_what_the_link_sends_itself_is_not_kept() -> None:
    """SPEC 7: counts are latest-value; nobody asks for one again."""
    flights = Flights()
    flights.begin(1, Flight("count:1", 1))
    flights.end(1)

    assert not flights.arrived("count:1")


def test_what_was_sent_at_qos_0_goes_with_the_connection() -> None:
    """OUT-3: the others go on by themselves."""
    flights = begun(a=0, b=1)

    assert sorted(flights.broken()) == ["parcel of a", "parcel of b"]
    assert flights.find("a") is None
    assert flights.find("b")
    flights.end(2)
    assert flights.arrived("b")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: senders that are killed before they can say that they heard."""
    monkeypatch.setattr("notifications.workers.flights.MOST_UNHEARD", 2)
    flights = begun(a=1, b=1, c=1)
    for packet_id in (1, 2, 3):
        flights.end(packet_id)

    assert [flights.arrived(name) for name in "abc"] == [False, True, True]


class Senders(RuleBasedStateMachine):
    """One message and its sender, who tries until told, as `MqttLink._take` does it; any answer may be lost."""

    def __init__(self) -> None:
        super().__init__()
        self.flights = Flights()
        self.published = self.tries = 0
        self.acknowledged = self.told = False

    @precondition(lambda self: not self.told)
    @rule(read=st.booleans())
    def try_again(self, read: bool) -> None:
        self.tries += 1
        if self.flights.arrived("a"):
            self.answer(read)
        elif flight := self.flights.find("a"):
            flight.waiting.add(str(self.tries))
        else:
            self.published += 1
            self.flights.begin(1, Flight("a", 1, {str(self.tries)}))

    @rule()
    def break_off(self) -> None:
        self.flights.broken()

    @precondition(lambda self: self.published and not self.acknowledged)
    @rule(read=st.booleans())
    def acknowledge(self, read: bool) -> None:
        self.acknowledged = True
        ended = self.flights.end(1)
        assert ended
        assert str(self.tries) in ended.waiting
        self.answer(read)

    def answer(self, read: bool) -> None:
        if read:
            self.told = True
            self.flights.heard(["a"])

    @invariant()
    def nothing_comes_twice(self) -> None:
        assert self.published <= 1
        assert self.flights.arrived("a") == (self.acknowledged and not self.told)


TestSenders = Senders.TestCase
