"""`make soak`: everything real, killed in turn; the parts run one after the other, each prints a table (SPEC 15).

Each part is a process of its own that ends with 1 when something that must hold did not; it is ended when it takes
longer than its limit. `make soak ARGS=deliveries` runs that one.
"""

import argparse
import signal
import subprocess
import sys
import time

PARTS = {"cameras": 600, "deliveries": 600, "broker_away": 1000}  # limits in seconds; about 4, 4 and 11 min


def main() -> int:
    """1 when a part found something wrong, or took too long."""
    parser = argparse.ArgumentParser(prog="make soak ARGS=…", description="Kill things; nothing may be lost.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; default all")
    parts: list[str] = parser.parse_args().parts or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    failed = [part for part in parts if not _holds(part)]
    if failed:
        print(f"WRONG  {', '.join(failed)}")
    return 1 if failed else 0


def _holds(part: str) -> bool:
    print(f"--- {part}", flush=True)
    begin = time.monotonic()
    with subprocess.Popen([sys.executable, "-m", f"tests.soak.{part}"]) as process:
        try:
            status = process.wait(PARTS[part])
        except subprocess.TimeoutExpired:
            print(f"WRONG  {part}: not over after {PARTS[part]} s")
            process.send_signal(signal.SIGINT)  # it ends what it has started
            status = process.wait()
    print(f"--- {part}: {time.monotonic() - begin:.0f} s\n", flush=True)
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
