"""`make soak`: everything real, something is done to it, and nothing may be lost (SPEC 15).

The parts run two at a time, each in a process of its own, with servers of its own, that prints a table and ends with 1
when something that must hold did not; it is ended when it takes longer than its limit. `make soak ARGS=deliveries` runs
that one, `make soak ARGS="--together 1"` all of them one after the other.
"""

import argparse
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.soak.part import PARTS

TOGETHER = 2  # most of a part is waiting: it takes a quarter of a core


def main() -> int:
    """1 when a part found something wrong, or took too long."""
    usual = [name for name, part in PARTS.items() if not part.long]
    parser = argparse.ArgumentParser(prog="make soak ARGS=…", description="Kill things; nothing may be lost.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; else {', '.join(usual)}")
    parser.add_argument("--together", type=int, default=TOGETHER, metavar="N", help=f"so many at a time ({TOGETHER})")
    asked = parser.parse_args()
    parts: list[str] = asked.parts or usual
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if failed := _failed(parts, max(1, asked.together)):
        print(f"WRONG  {', '.join(failed)}")
    return 1 if failed else 0


def _failed(parts: list[str], together: int) -> list[str]:
    """Run them all; those that did not hold."""
    pool = ThreadPoolExecutor(together)
    try:
        return [part for part, holds in zip(parts, pool.map(_holds, parts), strict=True) if not holds]
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C ends those that run; the others are not to begin


def _holds(part: str) -> bool:
    say, limit_s = partial(_say, part), PARTS[part].limit_s
    begin, argv = time.monotonic(), [sys.executable, "-m", "tests.soak.part", part]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        late = threading.Timer(limit_s, _end, [process, partial(say, f"WRONG  not over after {limit_s:g} s")])
        late.start()
        for line in process.stdout or ():
            say(line.rstrip())
        status = process.wait()
        late.cancel()
    say(f"{time.monotonic() - begin:.0f} s in all, {'holds' if status == 0 else 'DOES NOT HOLD'}")
    return status == 0


def _end(process: subprocess.Popen[str], say: partial[None]) -> None:
    say()
    process.send_signal(signal.SIGINT)  # it ends what it has started


def _say(part: str, line: str) -> None:
    print(f"{part:<12}{line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
