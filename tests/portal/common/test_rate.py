"""API-4: limits as a deployment writes them, and as programs read them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.common.rate import Limit, Spent, headers


@pytest.mark.parametrize(
    ("text", "quota", "window_s"), [("3000/m", 3000, 60), ("1/s", 1, 1), ("9/h", 9, 3600), ("5/d", 5, 86400)]
)
def test_a_limit_is_a_number_for_a_time(text: str, quota: int, window_s: int) -> None:
    """API-4: settings from the environment."""
    assert Limit.parse("token", text) == Limit("token", quota, window_s)


def test_a_limit_can_be_off() -> None:
    """API-4: for who limits elsewhere."""
    assert Limit.parse("token", "off") is None


@pytest.mark.parametrize("text", ["", "0/m", "-1/m", "many/m", "10", "10/", "10/w", "1e3/m", "10/m/s", "²/m"])
def test_a_limit_that_makes_no_sense_stops_the_start(text: str) -> None:
    """API-4: it names the limit, the value and what was expected."""
    with pytest.raises(ValueError, match=f"each token is “{re.escape(text)}”; a number of requests is expected"):
        Limit.parse("token", text)


@given(quota=st.integers(1, 1000), used=st.integers(1, 2000), reset_s=st.integers(1, 60))
def test_what_is_left_is_never_less_than_nothing(quota: int, used: int, reset_s: int) -> None:
    """API-4: and nothing is left exactly from the last request on."""
    spent = Spent(Limit("token", quota, 60), used, reset_s)

    assert spent.left == max(0, quota - used)
    assert spent.exceeded == (used > quota)


def test_the_fields_are_those_of_the_draft() -> None:
    """API-4: structured fields, one item for each limit."""
    spent = [Spent(Limit("token", 100, 60), 1, 42), Spent(Limit("user", 9, 3600), 10, 7)]

    assert headers(spent) == {
        "RateLimit-Policy": '"token";q=100;w=60, "user";q=9;w=3600',
        "RateLimit": '"token";r=99;t=42, "user";r=0;t=7',
    }
    assert headers([]) == {}
