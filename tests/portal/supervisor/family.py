"""A supervisor with children as the tests order them: `python family.py CHILDREN_JSON`.

Each line of its output is a JSON list of [name, state, pid] with the warnings: what its screen would show.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.supervisor.child import Child, ChildSpec
from portal.supervisor.supervisor import Supervisor


def spec(order: dict[str, Any], folder: Path) -> ChildSpec:
    """A child from its order: name, argv, and what is not default. `ready_file`: ready once that file exists."""
    ready_file = order.pop("ready_file", None)
    ready = (folder / ready_file).exists if ready_file else None
    argv, name = tuple(order.pop("argv")), order.pop("name")
    return ChildSpec(name=name, argv=argv, env=os.environ, cwd=folder, log=folder / f"{name}.log", ready=ready, **order)


def show(children: Sequence[Child], warnings: tuple[str, ...]) -> None:
    """One line for every turn of the loop."""
    rows = [(child.spec.name, child.state, child.pid) for child in children]
    sys.stdout.write(json.dumps({"rows": rows, "warnings": warnings}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    where = Path(sys.argv[2])
    sys.exit(Supervisor([spec(order, where) for order in json.loads(sys.argv[1])], show).run())
