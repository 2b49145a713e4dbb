"""How long the table of cameras takes on the server with 1,000 cameras on 20 sites, all of them running (issue 4).

python -m tests.bench.camera_table     prints JSON: `camera_table_ms`, the slowest of its orders and filters, each the
median of fifteen; and how many queries it took
"""

import json
import sys

from tests.bench.fleet import CAMERAS, fleet, measure

SITES = 20
QUERIES = {
    "by name": "",
    "by frames per second": "?sort=-fps",
    "by alarms": "?sort=alarms",
    "in trouble, by worker": "?status=trouble&sort=worker",
    "searched": "?q=camera+9&sort=-site",
    "last page": "?page=10",
}


def main() -> None:
    """The slowest of its orders and filters."""
    with fleet(SITES) as many:
        found = {name: measure(many, f"/cameras/{query}") for name, query in QUERIES.items()}
    taken_ms = {name: ms for name, (ms, _) in found.items()}
    figures = {"camera_table_ms": max(taken_ms.values())}
    details = {"cameras": CAMERAS, "queries": max(queries for _, queries in found.values()), "ms": taken_ms}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


if __name__ == "__main__":
    main()
