"""PostgreSQL: pg_dump and pg_restore of the machine, which must not be older than the server."""

import os
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from portal.backup.about import BackupError

FILE = "database.dump"


def dump(folder: Path) -> str:
    """A consistent copy, also while the portal runs; its name in `folder`. Raises BackupError."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / FILE}")
    return FILE


def is_empty() -> bool:
    """Without a table."""
    return not connection.introspection.table_names()


def load(copy: Path) -> None:
    """In one transaction: whole or not at all. Raises BackupError."""
    connection.close()
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", *options, f"--dbname={connection.settings_dict['NAME']}", str(copy))


def _run(program: str, *options: str) -> None:
    """The password goes by the environment: a command line is seen by everybody."""
    path = _program(program)
    done = subprocess.run(  # noqa: S603 - the program's own options and a path, no shell
        [path, *options], env={**os.environ, **_place()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} ended with {done.returncode}: {done.stderr.strip()[-1000:]}")


def _program(name: str) -> str:
    """The newest that is installed; Debian keeps one for each version apart from the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise BackupError(f"{name} is not installed: apt-get install postgresql-client")
    return found


def _place() -> dict[str, str]:
    facts = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    return {variable: str(facts[name]) for variable, name in named.items() if facts.get(name)}
