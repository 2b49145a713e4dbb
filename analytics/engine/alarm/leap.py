"""When the time of day went further than time does (SPEC 15): somebody set the clock.

Timers do not go by the time of day; what is kept by the minute and the hour does. Its owners look several times a
second, so that nothing else brings two looks this far apart.
"""

LEAP_MS = 60_000


def leapt(last_ms: int, at_ms: int) -> bool:
    """Whether the clock was set between two looks, ahead or back. A smaller step back is waited out."""
    return abs(at_ms - last_ms) > LEAP_MS
