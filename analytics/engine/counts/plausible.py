"""Counts that could have been: opening hours, busy noons, quiet weekends, noise, and hours without a picture.

For looking at charts only (`manage.py demo_history`): every slot is marked SIMULATED. The same camera, area and day
always give the same counts.
"""

from datetime import date
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from analytics.engine.counts.days import MINUTE_S
from analytics.engine.counts.slots import COUNTED, LIMITED, SIMULATED, SLOT, Slots

MINUTE_MS = 1000 * MINUTE_S
MOST = 40
"""More are not counted (OCC-8)."""
OPENS_H, CLOSES_H = 8, 20
_BUSY = ((9.0, 1.0, 0.6), (12.6, 1.2, 1.0), (17.4, 1.5, 0.85))  # hour, how long it lasts (h), how busy it is
_WEEK = (0.9, 0.95, 1.0, 1.0, 1.1, 0.6, 0.25)  # Monday first
_AWAY = 0.04
"""The part of all days on which the camera was away for a while."""


def plausible_day(
    *, camera_id: int, number: int, day: date, clock_h: NDArray[np.float64], peak: int, fps: float
) -> Slots:
    """One area's day (n,). clock_h: what the site's clock shows at each of its minutes, in hours; (n,).

    peak: how many there are when it is busiest.    fps: analysed pictures per second.
    """
    dice = np.random.default_rng(crc32(f"{camera_id}/{number}/{day}".encode()))
    drift = np.convolve(dice.normal(0, 1, len(clock_h) + 29), np.ones(30) / 30, "valid")
    level = np.maximum(0.0, peak * _WEEK[day.weekday()] * _season(day) * _curve(clock_h) * (1 + 1.2 * drift))
    last = np.clip(dice.poisson(level), 0, MOST)
    low, high = np.clip(last - dice.poisson(0.2 * level), 0, MOST), np.clip(last + dice.poisson(0.25 * level), 0, MOST)
    slots = np.zeros(len(clock_h), SLOT)
    slots["minimum"], slots["maximum"], slots["last"] = low, high, last
    slots["known_ms"], slots["frames"] = MINUTE_MS, round(fps * MINUTE_S)
    slots["count_ms"] = np.round((low + (high - low) * dice.beta(2, 2, len(slots))) * MINUTE_MS)
    slots["alarm_ms"] = np.where((number > 0) & (last >= max(4, round(0.9 * peak))), MINUTE_MS, 0)
    slots["flags"] = COUNTED | SIMULATED | np.where(high == MOST, LIMITED, 0)
    slots[_unseen(camera_id, day, len(clock_h))] = np.zeros((), SLOT)
    return slots


def _curve(clock_h: NDArray[np.float64]) -> NDArray[np.float64]:
    """How busy it is through the day, 0 to about 1; next to nobody outside the opening hours."""
    open_now = (clock_h >= OPENS_H) & (clock_h < CLOSES_H)
    busy = sum(height * np.exp(-(((clock_h - at) / width) ** 2)) for at, width, height in _BUSY)
    return np.where(open_now, 0.12 + busy, 0.01)


def _season(day: date) -> float:
    """Summer is quieter, December busier."""
    return float(1 + 0.15 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 350) / 365))


def _unseen(camera_id: int, day: date, minutes: int) -> slice:
    """When the camera was away: the same for all its areas."""
    dice = np.random.default_rng(crc32(f"away {camera_id}/{day}".encode()))
    if dice.random() >= _AWAY:
        return slice(0, 0)
    begin = int(dice.integers(0, minutes))
    return slice(begin, begin + int(dice.integers(20, 300)))
