"""`make soak`: everything real, something is done to it, and nothing may be lost (SPEC 15).

The parts run one after the other, each in a process of its own that prints a table and ends with 1 when something that
must hold did not; it is ended when it takes longer than its limit. `make soak ARGS=deliveries` runs that one.
"""

import argparse
import signal
import subprocess
import sys
import time

from tests.soak.part import PARTS


def main() -> int:
    """1 when a part found something wrong, or took too long."""
    usual = [name for name, part in PARTS.items() if not part.long]
    parser = argparse.ArgumentParser(prog="make soak ARGS=…", description="Kill things; nothing may be lost.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; else {', '.join(usual)}")
    parts: list[str] = parser.parse_args().parts or usual
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    failed = [part for part in parts if not _holds(part)]
    if failed:
        print(f"WRONG  {', '.join(failed)}")
    return 1 if failed else 0


def _holds(part: str) -> bool:
    print(f"--- {part}", flush=True)
    begin = time.monotonic()
    with subprocess.Popen([sys.executable, "-m", "tests.soak.part", part]) as process:
        try:
            status = process.wait(PARTS[part].limit_s)
        except subprocess.TimeoutExpired:
            print(f"WRONG  {part}: not over after {PARTS[part].limit_s:g} s")
            process.send_signal(signal.SIGINT)  # it ends what it has started
            status = process.wait()
    print(f"--- {part}: {time.monotonic() - begin:.0f} s\n", flush=True)
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
