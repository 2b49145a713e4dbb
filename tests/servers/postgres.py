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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port

# Nothing has to survive: what this saves in syncs is most of the tests' time.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def programs() -> Path:
    """The folder of the newest installed PostgreSQL. Raises FileNotFoundError that says what to install."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a running server with an empty database; the server and its folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lookout-postgres-"))
    password, port = secrets.token_hex(8), free_port()
    (folder / "password").write_text(password)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(folder / "password", "postgres")
    try:
        _run(
            "initdb", "-D", folder / "data", "-U", "tester", "-A", "scram-sha-256", f"--pwfile={folder}/password", "-N"
        )
        options = [
            f"-c {option}" for option in (*FAST, "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")
        ]
        _run(
            "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", f"-p {port} {' '.join(options)}", "-w", "start"
        )
        try:
            yield f"postgres://tester:{password}@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


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
    with postgres() as url:
        return subprocess.run(command, env=os.environ | {"LOOKOUT_TEST_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
