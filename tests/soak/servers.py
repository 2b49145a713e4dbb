"""PostgreSQL stopped for a minute; the key-value server full, and away for a while. About four minutes."""

import time
from pathlib import Path

from tests.servers.postgres import Postgres
from tests.soak.ordeal import Check, Fault, Ordeal, endure

DATABASE_AWAY_S, FULL_S, SERVER_AWAY_S = 60.0, 20.0, 45.0


def part(database: Postgres, folder: Path) -> list[str]:
    """What did not hold."""
    return endure(Away(database, folder))


class Away(Ordeal):
    """The servers that the portal stands on."""

    def __init__(self, database: Postgres, folder: Path) -> None:
        super().__init__(folder)
        self._database = database

    def faults(self) -> list[Fault]:
        return [
            Fault("PostgreSQL: stopped for a minute", self.stop_database, 15.0 + DATABASE_AWAY_S),
            Fault("key-value server: full for 20 s", self.fill_server, 15.0 + FULL_S),
            Fault("key-value server: away for 45 s, back empty", self.kill_server, 15.0 + SERVER_AWAY_S),
        ]

    def stop_database(self) -> Check:
        self._database.stop()
        self.later(self._database.start, DATABASE_AWAY_S)
        return self.all_written(time.time() + DATABASE_AWAY_S)

    def fill_server(self) -> Check:
        """No command that needs memory is taken any more, as with `maxmemory-policy noeviction`."""
        self._limit(1)
        self.later(lambda: self._limit(0), FULL_S)
        return self._all_as_before(time.time() + FULL_S)

    def kill_server(self) -> Check:
        self.valkey.kill()
        self.later(self.valkey.start, SERVER_AWAY_S)
        return self._all_as_before(time.time() + SERVER_AWAY_S)

    def _all_as_before(self, at: float) -> Check:
        again, written, rounds = self.all_again(at), self.all_written(at), self.rounds(at)
        return lambda: again() and written() and rounds()

    def _limit(self, most_bytes: int) -> None:
        with self.valkey.client() as server:
            server.config_set("maxmemory", most_bytes)
