"""Who waits for which acknowledgement (OUT-3)."""

from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from notifications.workers.flights import Flight, Flights


def test_an_acknowledgement_goes_to_who_waits() -> None:
    """OUT-3: delivered only then."""
    flights = Flights()
    flights.begin(1, Flight("a", 1, {"p": 10.0}))

    assert flights.end(2, 5.0) is None
    ended = flights.end(1, 5.0)
    assert ended
    assert ended[1] == ["p"]
    assert flights.end(1, 5.0) is None


def test_one_that_comes_late_is_kept_for_the_next_try() -> None:
    """SPEC 7: nothing is published twice; told once, so that a re-send is one."""
    flights = Flights()
    flights.begin(1, Flight("a", 1, {"p": 10.0}))
    ended = flights.end(1, 11.0)

    assert ended
    assert ended[1] == []
    assert flights.arrived_late("a")
    assert not flights.arrived_late("a")


def test_what_was_sent_at_qos_0_goes_with_the_connection() -> None:
    """OUT-3: the others go on by themselves."""
    flights = Flights()
    flights.begin(1, Flight("a", 0, {"p": 10.0}))
    flights.begin(2, Flight("b", 1, {"q": 10.0}))

    assert sorted(flights.broken()) == ["p", "q"]
    assert flights.find("a") is None
    assert flights.find("b")
    flights.end(2, 5.0)
    assert flights.arrived_late("b")


class Senders(RuleBasedStateMachine):
    """One message and its sender, who tries until told: as `MqttLink._post` and `_end` do it."""

    def __init__(self) -> None:
        super().__init__()
        self.flights = Flights()
        self.published = self.told = self.tries = 0
        self.packet = 0
        self.acknowledged = False

    @precondition(lambda self: not self.told)
    @rule()
    def try_again(self) -> None:
        self.tries += 1
        if self.flights.arrived_late("a"):
            self.told += 1
        elif flight := self.flights.find("a"):
            flight.waiting[str(self.tries)] = self.tries + 1.0
        else:
            self.published += 1
            self.packet += 1
            self.flights.begin(self.packet, Flight("a", 1, {str(self.tries): self.tries + 1.0}))

    @rule()
    def break_off(self) -> None:
        self.flights.broken()

    @precondition(lambda self: self.published and not self.acknowledged)
    @rule()
    def acknowledge(self) -> None:
        self.acknowledged = True
        ended = self.flights.end(self.packet, float(self.tries))
        self.told += bool(ended and ended[1])

    @invariant()
    def nothing_comes_twice(self) -> None:
        assert self.published <= 1
        assert self.told <= 1


TestSenders = Senders.TestCase
