"""The life of an alarm on the operator's desk (OPR-2), as one table. Plain Python.

The area begins and ends an alarm (`ended`, `resumed`: a camera takes back an end that was only guessed, OUT-10);
people do the rest, step by step. What the table does not name is not allowed, and nothing comes of it.

An alarm is closed once it is over: what goes on is silenced by shelving its area. Who closes or has closed an alarm has
seen it, so a closed one is acknowledged. An end that is taken back takes the closing with it.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Active or ended, unacknowledged or acknowledged; or closed."""

    ACTIVE_UNACKNOWLEDGED = "active_unacknowledged"
    ACTIVE_ACKNOWLEDGED = "active_acknowledged"
    ENDED_UNACKNOWLEDGED = "ended_unacknowledged"
    ENDED_ACKNOWLEDGED = "ended_acknowledged"
    CLOSED = "closed"


class Step(StrEnum):
    """What an operator does with an alarm."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    NOTE = "note"
    CLOSE = "close"
    REOPEN = "reopen"


class Fate(StrEnum):
    """What becomes of an alarm by itself."""

    ENDED = "ended"
    RESUMED = "resumed"


_STAYS = (Step.ASSIGN, Step.UNASSIGN, Step.NOTE)

TABLE: Mapping[State, Mapping[Step | Fate, State]] = {
    State.ACTIVE_UNACKNOWLEDGED: {
        **dict.fromkeys(_STAYS, State.ACTIVE_UNACKNOWLEDGED),
        Step.ACKNOWLEDGE: State.ACTIVE_ACKNOWLEDGED,
        Fate.ENDED: State.ENDED_UNACKNOWLEDGED,
    },
    State.ACTIVE_ACKNOWLEDGED: {
        **dict.fromkeys(_STAYS, State.ACTIVE_ACKNOWLEDGED),
        Fate.ENDED: State.ENDED_ACKNOWLEDGED,
    },
    State.ENDED_UNACKNOWLEDGED: {
        **dict.fromkeys(_STAYS, State.ENDED_UNACKNOWLEDGED),
        Step.ACKNOWLEDGE: State.ENDED_ACKNOWLEDGED,
        Step.CLOSE: State.CLOSED,
        Fate.RESUMED: State.ACTIVE_UNACKNOWLEDGED,
    },
    State.ENDED_ACKNOWLEDGED: {
        **dict.fromkeys(_STAYS, State.ENDED_ACKNOWLEDGED),
        Step.CLOSE: State.CLOSED,
        Fate.RESUMED: State.ACTIVE_ACKNOWLEDGED,
    },
    State.CLOSED: {
        Step.NOTE: State.CLOSED,
        Step.REOPEN: State.ENDED_ACKNOWLEDGED,
        Fate.RESUMED: State.ACTIVE_ACKNOWLEDGED,
    },
}


def state_of(*, ended: bool, acknowledged: bool, closed: bool) -> State:
    """The state that an alarm's facts say. Raises ValueError for facts that the table cannot lead to."""
    if closed:
        if not (ended and acknowledged):
            raise ValueError(f"a closed alarm is ended ({ended}) and acknowledged ({acknowledged})")
        return State.CLOSED
    if ended:
        return State.ENDED_ACKNOWLEDGED if acknowledged else State.ENDED_UNACKNOWLEDGED
    return State.ACTIVE_ACKNOWLEDGED if acknowledged else State.ACTIVE_UNACKNOWLEDGED


def allowed(state: State, *, assigned: bool) -> tuple[Step, ...]:
    """The steps that an operator can take now, in their usual order; nobody takes away what nobody has."""
    return tuple(step for step in Step if step in TABLE[state] and (assigned or step is not Step.UNASSIGN))
