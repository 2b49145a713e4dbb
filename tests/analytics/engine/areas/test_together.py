"""One figure over several areas (DASH-4, DASH-6)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.areas.together import Part, Together

KNOWN = st.tuples(st.integers(0, 40), st.sampled_from(["live", "stale", "limited"]))
UNKNOWN = st.tuples(st.none() | st.integers(0, 40), st.just("unknown"))


@settings(deadline=None)
@given(st.lists(KNOWN, min_size=1, max_size=12), st.sampled_from(Together))
def test_known_areas_give_their_sum_or_their_most(parts: list[Part], how: Together) -> None:
    """DASH-6: sum, max; `limited` when one of them is not live."""
    counts = [count for count, _ in parts]
    count, quality = how.of(parts)

    assert count == (sum(counts) if how is Together.SUM else max(counts))
    assert quality == ("live" if {one for _, one in parts} == {"live"} else "limited")


@settings(deadline=None)
@given(st.lists(KNOWN, max_size=6), UNKNOWN, st.lists(KNOWN | UNKNOWN, max_size=6), st.sampled_from(Together))
def test_one_unknown_area_makes_it_unknown(before: list[Part], unknown: Part, after: list[Part], how: Together) -> None:
    """CNT-6: never a number that looks like all of them."""
    assert how.of([*before, unknown, *after]) == (None, "unknown")


def test_no_area_is_no_zero() -> None:
    """CNT-6."""
    assert Together.SUM.of([]) == (None, "unknown")
