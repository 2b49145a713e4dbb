"""How long a child that ended has to wait."""

from portal.supervisor.restarts import LONGEST_S, Restarts


def delays(*lives_s: float) -> list[float]:
    restarts, seen = Restarts(), []
    for life in lives_s:
        restarts = restarts.after_a_life_of(life)
        seen.append(restarts.delay_s)
    return seen


def test_each_end_doubles_the_wait() -> None:
    """RUN-1: restart with back-off."""
    assert delays(1, 1, 1, 1) == [0.25, 0.5, 1.0, 2.0]


def test_the_wait_has_an_end() -> None:
    """RUN-1: the longest wait is half a minute, after any number of ends."""
    assert delays(*[0.0] * 5000)[-1] == LONGEST_S


def test_a_quiet_minute_is_forgiven() -> None:
    """RUN-1: a child that ran for a minute starts again at once."""
    assert delays(1, 1, 1, 60.0, 1) == [0.25, 0.5, 1.0, 0.25, 0.5]
