"""Kill -9 of the workers, the database, the key-value server, the broker; a receiver in every kind of trouble.

    python -m tests.soak.deliveries     about four minutes

All the while four alarms a second are told to two webhooks and an MQTT server. Prints a table and ends with 1 when a
message was lost, came under a second id or out of order in its area, or when it took too long to catch up.
"""

import sys
import tempfile
from pathlib import Path

from tests.soak.outset import portal_on_postgres


def main() -> int:
    with portal_on_postgres() as database, tempfile.TemporaryDirectory(prefix="lookout-soak-") as folder:
        from tests.soak.storm import storm

        wrong = storm(database, Path(folder))
    for one in wrong:
        print(f"WRONG  {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
