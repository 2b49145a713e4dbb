"""`python -m portal.supervisor LAUNCH`: what `manage.py up` turns into, so that no Django stays in memory."""

import os
import sys
from collections.abc import Sequence

from portal.supervisor.child import Child
from portal.supervisor.keyvalue import KeyValueError
from portal.supervisor.lock import DataFolderBusyError, lock_folder
from portal.supervisor.notes import Notes
from portal.supervisor.plan import Launch, plan, port_problem
from portal.supervisor.screen import View, open_screen
from portal.supervisor.supervisor import Supervisor


def main(text: str) -> int:
    """Run the portal that `text` (a Launch as JSON) describes; 1 with a line on stderr when it cannot start."""
    launch = Launch.from_json(text)
    try:
        with lock_folder(launch.path("run", "up.lock"), launch.address):
            return _supervise(launch)
    except (DataFolderBusyError, KeyValueError) as exc:
        return _refuse(str(exc))


def _supervise(launch: Launch) -> int:
    if problem := port_problem(launch.host, launch.port):
        return _refuse(problem)
    screen = open_screen()

    def show(children: Sequence[Child], warnings: tuple[str, ...]) -> None:
        rows = tuple((child.spec.name, child.state, child.pid) for child in children)
        screen.show(View(launch.address, launch.user, launch.data, rows, warnings))

    return Supervisor(plan(launch, os.environ), show, Notes(launch, os.environ.get("REDIS_URL", ""))).run()


def _refuse(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
