"""How often somebody may ask: limits, and what is left of them, as programs read it. Plain Python.

The header fields are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` says the limits,
`RateLimit` what is left and for how many seconds it has to last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

WINDOWS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Limit:
    """`quota` requests in each `window_s` seconds, counted for each `name`: token, user, address."""

    name: str
    quota: int
    window_s: int

    @classmethod
    def parse(cls, name: str, text: str) -> Self | None:
        """`3000/m`; the units are s, m, h and d. None for `off`. Raises ValueError."""
        if text == "off":
            return None
        quota, _, unit = text.partition("/")
        if not quota.isdecimal() or not 1 <= int(quota) <= 10**9 or unit not in WINDOWS_S:
            raise ValueError(
                f"The limit for each {name} is “{text}”; a number of requests is expected, as in 3000/m, or off."
            )
        return cls(name, int(quota), WINDOWS_S[unit])


@dataclass(frozen=True, slots=True)
class Spent:
    """How far somebody is in a limit. used: requests in this window, also those beyond.    reset_s: until the next."""

    limit: Limit
    used: int
    reset_s: int

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit.quota

    @property
    def left(self) -> int:
        return max(0, self.limit.quota - self.used)


def headers(spent: Sequence[Spent]) -> dict[str, str]:
    """The fields of an answer; none without a limit."""
    if not spent:
        return {}
    return {
        "RateLimit-Policy": ", ".join(
            f'"{one.limit.name}";q={one.limit.quota};w={one.limit.window_s}' for one in spent
        ),
        "RateLimit": ", ".join(f'"{one.limit.name}";r={one.left};t={one.reset_s}' for one in spent),
    }
