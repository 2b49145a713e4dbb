"""The rows as they were before: what one operation did to them, the next one does not find."""

import sqlite3
from contextlib import closing
from pathlib import Path


class Database:
    """The file of a running portal, and how it was when this was made."""

    def __init__(self, path: Path) -> None:
        self._path, self._before = path, sqlite3.connect(":memory:")
        with closing(sqlite3.connect(path)) as now:
            now.backup(self._before)

    def restore(self) -> None:
        """Within one transaction of SQLite; connections that are open see it."""
        with closing(sqlite3.connect(self._path, timeout=10)) as now:
            self._before.backup(now)
