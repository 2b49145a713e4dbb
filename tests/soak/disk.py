"""A disk that is full for a while: database, pictures, logs and the key-value server's file all lie on it. About two
minutes."""

import errno
import time
from pathlib import Path

from django.db import connection

from portal.doctor import files
from portal.doctor.finding import Level
from tests.soak.ordeal import Check, Fault, Ordeal, endure

FULL_S = 20.0
CHUNK = bytes(4096)


def part(disk: Path, folder: Path) -> list[str]:
    """What did not hold."""
    ordeal = FullDisk(disk, folder)
    return endure(ordeal) + ordeal.wrong


class FullDisk(Ordeal):
    """wrong: what `manage.py doctor` should have said of it and did not."""

    def __init__(self, disk: Path, folder: Path) -> None:
        super().__init__(folder)
        self._ballast = disk / "ballast"
        self.wrong: list[str] = []

    def faults(self) -> list[Fault]:
        return [Fault("disk: full for 20 s", self.fill, 15.0 + FULL_S)]

    def fill(self) -> Check:
        self._expect(Level.OK)
        with connection.cursor() as cursor:  # else it would have room in the file that it writes to first
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._write_ballast()
        self.later(self._make_room, FULL_S)
        again, written = self.all_again(time.time() + FULL_S), self.all_written(time.time() + FULL_S)
        return lambda: again() and written()

    def _write_ballast(self) -> None:
        try:
            with self._ballast.open("wb", buffering=0) as ballast:
                while True:
                    ballast.write(CHUNK)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise

    def _make_room(self) -> None:
        self._expect(Level.ERROR)
        self._ballast.unlink()

    def _expect(self, level: Level) -> None:
        """It is asked as an administrator would, who wants to know what is wrong."""
        told = [finding for finding in files.storage() if finding.check == "storage"]
        if {finding.level for finding in told} != {level}:
            self.wrong.append(f"doctor said {told} of the storage, {level} expected")
