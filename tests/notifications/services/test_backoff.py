"""How long to wait after a failure (SPEC 7)."""

from hypothesis import given
from hypothesis import strategies as st

from notifications.services.backoff import FIRST_S, LONGEST_S, backoff_s


@given(st.integers(1, 10_000))
def test_a_pause_is_never_longer_than_ten_minutes(failures: int) -> None:
    """SPEC 7: full jitter, from nothing up to 1, 2, 4 … s."""
    assert 0.0 <= backoff_s(failures) <= min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 60))


def test_pauses_are_spread_over_the_whole_range() -> None:
    """Who failed together does not come back together."""
    pauses = sorted(backoff_s(20) for _ in range(400))

    assert pauses[0] < 0.1 * LONGEST_S
    assert pauses[-1] > 0.9 * LONGEST_S
