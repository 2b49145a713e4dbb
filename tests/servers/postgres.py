"""A real PostgreSQL, private and thrown away (DESIGN 8).

`python -m tests.servers.postgres` runs the database tests on it, with arguments for pytest; what follows `--` is run in
their place. The command finds LOOKOUT_TEST_DATABASE_URL, which `tests.environment` hands to the settings. `initdb`
refuses root, so as root the server runs as the user postgres.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.ports import free_port

# Nothing has to survive a power cut of the machine: what this saves in syncs is most of the tests' time.
FAST = ("fsync=off", "full_page_writes=off")
# Nor the end of the server, unless a test ends it.
FORGETFUL = "synchronous_commit=off"


class Postgres:
    """Runs while it is open, with an empty database; its folder is gone afterwards.

    In between it can be stopped and started again, on the same port with the same rows. lasting: what was committed is
    there also after `stop(crash=True)`. also: another address to be reached by, and by all of its network.
    """

    def __init__(self, *, lasting: bool = False, also: str = "") -> None:
        self.port, self.password = free_port(), secrets.token_hex(8)
        self._options = [*FAST] if lasting else [*FAST, FORGETFUL]
        self._folder, self._also = Path(), also

    @property
    def url(self) -> str:
        return f"postgres://tester:{self.password}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="lookout-postgres-"))
        try:
            self._make()
            self.start()
        except BaseException:
            shutil.rmtree(self._folder)
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        try:
            if (self._data / "postmaster.pid").exists():
                self.stop(crash=True)
        finally:
            shutil.rmtree(self._folder)

    def start(self) -> None:
        """Returns when it takes connections."""
        addresses = ",".join(filter(None, ("127.0.0.1", self._also)))
        own = (f"listen_addresses={addresses}", f"unix_socket_directories={self._folder}")
        options = " ".join(f"-c {option}" for option in (*self._options, *own))
        _run("pg_ctl", "-D", self._data, "-l", self._folder / "log", "-o", f"-p {self.port} {options}", "-w", "start")

    def stop(self, *, crash: bool = False) -> None:
        """Every connection is closed at once. crash: with no time to put anything in order."""
        _run("pg_ctl", "-D", self._data, "-m", "immediate" if crash else "fast", "-w", "stop")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _make(self) -> None:
        password = self._folder / "password"
        password.write_text(self.password)
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
            shutil.chown(password, "postgres")
        _run("initdb", "-D", self._data, "-U", "tester", "-A", "scram-sha-256", f"--pwfile={password}", "-N")
        if self._also:
            with (self._data / "pg_hba.conf").open("a") as rules:
                rules.write("host all all samenet scram-sha-256\n")


def programs() -> Path:
    """The folder of the newest installed PostgreSQL. Raises FileNotFoundError that says what to install."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


def _run(program: str, *arguments: str | Path) -> None:
    command = [str(programs() / program), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
    # The output goes to a file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        done = subprocess.run(command, **streams, cwd="/", timeout=120, check=False)
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{program} ended with {done.returncode}: {output.read().decode()}")


def main() -> int:
    """Run the command after `--`, or the database tests with these arguments; the exit status is theirs."""
    arguments = sys.argv[1:]
    command = (
        arguments[1:] if arguments[:1] == ["--"] else [sys.executable, "-m", "pytest", "-m", "database", *arguments]
    )
    with Postgres() as server:
        environment = os.environ | {"LOOKOUT_TEST_DATABASE_URL": server.url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
