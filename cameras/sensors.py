"""Which sensor of a device a camera is (CAM-10). Plain Python."""

import re

_OF_ADDRESS = re.compile(r"/ch_([1-4])(?:[/?]|$)")
_OF_NAME = re.compile(r" · ([1-4])$")


def channel_of(url: str, name: str) -> int:
    """1-4, as the address says (WIRE 9), else the name as `device_create` gives it; 1 where neither does."""
    found = _OF_ADDRESS.search(url) or _OF_NAME.search(name)
    return int(found[1]) if found else 1
