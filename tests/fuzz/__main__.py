"""`make fuzz`: 20,000 requests out of the OpenAPI document, each by four people, to a real web process (SEC-1, API-1).

It ends with 1 when something was found: an error of the server, an answer that the document does not allow, or one that
tells a member of a site of another site. `make fuzz ARGS="--requests 2000 --seed 7 --only cameras"` asks less.
"""

import argparse
import os
import sys
import time
from contextlib import suppress

from tests.bench.stage import stage, web

OPEN = {f"LOOKOUT_RATE_{name}": "off" for name in ("TOKEN", "USER", "ADDRESS")}


def main() -> int:
    """What was asked and found, on standard output."""
    given = _arguments()
    with stage(**OPEN, LOOKOUT_ALLOWED_NETWORKS="", LOOKOUT_LOG_LEVEL="ERROR") as here:
        from tests.fuzz.fuzz import Fuzz  # imports models

        fuzz = Fuzz(here, seed=given.seed, only=given.only)
        with web(here):
            begin = time.monotonic()
            with suppress(KeyboardInterrupt):  # what was found until then is told
                fuzz.run(requests=given.requests)
            spent_s = time.monotonic() - begin
    print(fuzz.told())
    print(f"{fuzz.asked} requests in {spent_s:.0f} s, seed {given.seed}: {len(fuzz.findings)} findings")
    return 1 if fuzz.findings or fuzz.asked < given.requests else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description="Ask the API what its document allows.")
    parser.add_argument("--requests", type=int, default=20_000, help="at least so many (20000)")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)), help="the same requests again")
    parser.add_argument("--only", default="", metavar="TEXT", help="addresses with this text in them")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
