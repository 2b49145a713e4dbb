"""Hardware addresses of devices, by which a message says who sent it (WIRE 1). Plain Python."""

import re

_DIGITS = re.compile(r"[0-9a-f]{12}")
_BETWEEN = re.compile(r"[:.\-\s]")
OURS = "0200"
"""So begin the addresses that the portal gives to cameras without a known one (`notifications.record.mac_of`)."""


def mac_digits(text: str) -> str:
    """12 lower-case hex digits, however they are separated; blank for what is no address."""
    digits = _BETWEEN.sub("", text).lower()
    return digits if _DIGITS.fullmatch(digits) else ""


def mac_shown(digits: str) -> str:
    """With colons, as people write it: a spreadsheet takes bare digits for a number. Blank stays blank."""
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def is_device(digits: str) -> bool:
    """Whether one device can have this address: none of a group, not all zeros, none of those that the portal gives."""
    return bool(digits.strip("0")) and not int(digits[:2], 16) & 1 and not digits.startswith(OURS)
