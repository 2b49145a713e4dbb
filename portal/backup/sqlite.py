"""SQLite: its own way of copying a database that is being written to."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

FILE = "database.sqlite3"
PAGES = 1024  # in one go: in between, whoever writes gets on


def dump(folder: Path) -> str:
    """A consistent copy, also while the portal runs; its name in `folder`."""
    with closing(sqlite3.connect(_place())) as source, closing(sqlite3.connect(folder / FILE)) as copy:
        source.backup(copy, pages=PAGES)
    return FILE


def is_empty() -> bool:
    """No file, or one without a table."""
    if not _place().exists():
        return True
    with closing(sqlite3.connect(_place())) as opened:
        return not opened.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def load(copy: Path) -> None:
    """Put the copy into its place, whole or not at all; nobody may have the database open."""
    connection.close()
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.restored")
    shutil.copyfile(copy, draft)
    for rest in ("-wal", "-shm"):  # of the database that was there: they would be played over the copy
        place.with_name(place.name + rest).unlink(missing_ok=True)
    draft.replace(place)


def _place() -> Path:
    return Path(connection.settings_dict["NAME"])
