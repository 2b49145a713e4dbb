"""The judge of the other tests here: it must see each fault (SPEC 15)."""

import pytest

from tests.notifications.faults.verdict import Arrival, Verdict, judge

LOBBY, STAIRS = (1, 1), (1, 2)
TOLD = {LOBBY: ["a", "b"], STAIRS: ["c"]}
A, B, C = Arrival("1", LOBBY, "a"), Arrival("2", LOBBY, "b"), Arrival("3", STAIRS, "c")


@pytest.mark.parametrize(
    ("arrivals", "verdict"),
    [
        pytest.param([C, A, B], Verdict(3, 0, 0, 0, 0), id="areas do not wait for each other"),
        pytest.param([A, A, B, A, C], Verdict(3, 0, 0, 0, 2), id="repeats are dropped by their id"),
        pytest.param([A, C], Verdict(3, 1, 0, 0, 0), id="lost"),
        pytest.param([A, B, C, Arrival("4", LOBBY, "b")], Verdict(3, 0, 1, 0, 0), id="a second id"),
        pytest.param([A, B, C, Arrival("4", LOBBY, "x")], Verdict(3, 0, 1, 1, 0), id="nobody told it"),
        pytest.param([B, A, C], Verdict(3, 0, 0, 1, 0), id="out of order"),
    ],
)
def test_each_fault_is_seen(arrivals: list[Arrival], verdict: Verdict) -> None:
    """SPEC 7: nothing lost, one id for one message, order by area."""
    assert judge(TOLD, arrivals) == verdict
    assert verdict.faultless == (verdict.lost + verdict.second_ids + verdict.disordered == 0)
