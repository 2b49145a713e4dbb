"""One part of the soak, in a process of its own: `python -m tests.soak.part NAME`."""

import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.soak import outset


@dataclass(frozen=True, slots=True)
class Part:
    """outset: what it stands on.    limit_s: it is ended then.    long: only runs when it is named."""

    outset: Callable[[], AbstractContextManager[object]]
    limit_s: float = 360
    long: bool = False


PARTS = {
    "cameras": Part(outset.on_sqlite),
    "servers": Part(outset.on_postgres),
    "hosts": Part(outset.on_two_hosts),
    "clock": Part(outset.on_sqlite),
    "disk": Part(outset.on_small_disk),
    "sources": Part(outset.on_sqlite),
    "deliveries": Part(outset.on_postgres, limit_s=600),
    "broker_away": Part(outset.on_postgres, limit_s=1000, long=True),  # eleven minutes, ten of them by the clock
}
"""The name of a part is that of its module, whose `part(outset, folder)` tells what did not hold."""


def main(name: str) -> int:
    """1 when something did not hold."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts it in the background leaves it ignored
    with PARTS[name].outset() as given, tempfile.TemporaryDirectory(prefix="lookout-soak-") as folder:
        wrong = import_module(f"tests.soak.{name}").part(given, Path(folder))
    for one in wrong:
        print(f"WRONG  {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
