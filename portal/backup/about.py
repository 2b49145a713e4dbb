"""What a back-up says of itself, and whether this portal can read it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

FILE = "about.json"
FORM = 1


class BackupError(Exception):
    """A back-up cannot be made, or not be put back; nothing was changed."""


@dataclass(frozen=True, slots=True)
class About:
    """form: of the folder.    made_at: ISO 8601.    database: sqlite or postgresql.    file, sha256: of its copy.

    migrations: `app.name` of all that were in.    media, secrets: whether they were copied, too.
    """

    form: int
    made_at: str
    database: str
    file: str
    sha256: str
    migrations: tuple[str, ...]
    media: bool
    secrets: bool

    @classmethod
    def of(cls, folder: Path, file: str, *, media: bool, secrets: bool) -> "About":
        """Of the copy of the database that lies in `folder`, made now."""
        applied = sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)
        at, digest = datetime.now(UTC).isoformat(timespec="seconds"), sha256(folder / file)
        return cls(FORM, at, connection.vendor, file, digest, tuple(applied), media, secrets)

    def write(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> "About":
        """Raises BackupError for what is no back-up, or not a whole one."""
        try:
            found = json.loads((folder / FILE).read_text())
            about = cls(**{**found, "migrations": tuple(found["migrations"])})
        except (OSError, ValueError, TypeError, KeyError) as exc:
            raise BackupError(f"{folder} holds no back-up: {FILE} is missing or cannot be read ({exc})") from exc
        if about.form != FORM:
            raise BackupError(f"{folder}: a back-up of form {about.form}, this version reads {FORM}")
        if not (folder / about.file).is_file() or sha256(folder / about.file) != about.sha256:
            raise BackupError(f"{folder / about.file} is not what was written: its sha256 differs")
        return about

    def check_fits(self) -> None:
        """Raises BackupError unless this version can take it over."""
        if self.database != connection.vendor:
            raise BackupError(f"the back-up is of {self.database}, DATABASE_URL names {connection.vendor}")
        known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
        if newer := sorted(set(self.migrations) - known):
            raise BackupError(f"the back-up is of a newer version ({', '.join(newer[:3])}): install that one first")


def sha256(file: Path) -> str:
    """Read in pieces: a database may be larger than the memory."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
