"""OPR-2: the table of an alarm's life, over all sequences."""

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.desk import TABLE, Fate, State, Step, allowed, state_of

MOVES = st.lists(st.sampled_from([*Step, *Fate]), max_size=30)


@dataclass
class Facts:
    """What the database would keep of an alarm, written without the table."""

    ended: bool = False
    acknowledged: bool = False
    closed: bool = False

    def take(self, move: Step | Fate) -> None:
        if move is Fate.ENDED:
            self.ended = True
        elif move is Fate.RESUMED:
            self.ended = self.closed = False
        elif move is Step.ACKNOWLEDGE:
            self.acknowledged = True
        elif move is Step.CLOSE:
            self.closed = self.acknowledged = True
        elif move is Step.REOPEN:
            self.closed = False

    @property
    def state(self) -> State:
        return state_of(ended=self.ended, acknowledged=self.acknowledged, closed=self.closed)


def walk(moves: list[Step | Fate]) -> list[tuple[State, Step | Fate, State]]:
    """The moves that were allowed, each with the state before and after."""
    facts, taken = Facts(), []
    for move in moves:
        before = facts.state
        if move in TABLE[before]:
            facts.take(move)
            taken.append((before, move, facts.state))
    return taken


@given(MOVES)
def test_the_table_and_the_facts_always_agree(moves: list[Step | Fate]) -> None:
    """OPR-2: after every allowed move the kept facts say the state that the table names."""
    assert all(TABLE[before][move] is after for before, move, after in walk(moves))


@given(MOVES)
def test_an_alarm_is_acknowledged_at_most_once(moves: list[Step | Fate]) -> None:
    """OPR-2: the first acknowledger wins, for good: nothing takes an acknowledgement back."""
    taken = [move for _before, move, _after in walk(moves)]

    assert taken.count(Step.ACKNOWLEDGE) <= 1


@given(MOVES)
def test_closings_and_reopenings_take_turns(moves: list[Step | Fate]) -> None:
    """OPR-2: nothing is closed twice, and nothing is reopened that is not closed."""
    order = [move for _before, move, _after in walk(moves) if move in (Step.CLOSE, Step.REOPEN, Fate.RESUMED)]

    for before, after in itertools.pairwise(order):
        assert (before, after) != (Step.CLOSE, Step.CLOSE)
        assert after is not Step.REOPEN or before is Step.CLOSE


@given(MOVES)
def test_what_goes_on_is_never_closed(moves: list[Step | Fate]) -> None:
    """OPR-2: an alarm is closed after its end only."""
    for before, move, after in walk(moves):
        assert move is not Step.CLOSE or before in (State.ENDED_UNACKNOWLEDGED, State.ENDED_ACKNOWLEDGED)
        assert move is not Fate.RESUMED or after in (State.ACTIVE_UNACKNOWLEDGED, State.ACTIVE_ACKNOWLEDGED)


def test_every_state_can_be_reached_and_left() -> None:
    """OPR-2: no state is a dead end, none is dead."""
    reached, todo = set(), {State.ACTIVE_UNACKNOWLEDGED}
    while todo:
        state = todo.pop()
        reached.add(state)
        todo |= set(TABLE[state].values()) - reached

    assert reached == set(State) == set(TABLE)


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (State.ACTIVE_UNACKNOWLEDGED, {Step.ACKNOWLEDGE, Step.ASSIGN, Step.NOTE}),
        (State.ACTIVE_ACKNOWLEDGED, {Step.ASSIGN, Step.NOTE}),
        (State.ENDED_UNACKNOWLEDGED, {Step.ACKNOWLEDGE, Step.ASSIGN, Step.NOTE, Step.CLOSE}),
        (State.ENDED_ACKNOWLEDGED, {Step.ASSIGN, Step.NOTE, Step.CLOSE}),
        (State.CLOSED, {Step.NOTE, Step.REOPEN}),
    ],
)
def test_the_steps_of_a_state(state: State, steps: set[Step]) -> None:
    """OPR-2: and nobody is taken off an alarm that nobody has."""
    assert set(allowed(state, assigned=False)) == steps
    assert set(allowed(state, assigned=True)) - steps <= {Step.UNASSIGN}


@pytest.mark.parametrize(("ended", "acknowledged"), [(False, True), (True, False), (False, False)])
def test_facts_that_cannot_be_are_no_state(ended: bool, acknowledged: bool) -> None:
    """OPR-2: closed means ended and acknowledged."""
    with pytest.raises(ValueError, match="a closed alarm is ended"):
        state_of(ended=ended, acknowledged=acknowledged, closed=True)
