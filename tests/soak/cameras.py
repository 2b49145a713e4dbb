"""Kill -9 of a camera worker, of the writer, of beat, of the key-value server (back empty); a frozen worker, a locked
database. On SQLite, as `make run` has it; about four minutes."""

import sqlite3
import time
from pathlib import Path

from django.conf import settings

from analytics.workers.keyvalue import client, key
from tests.soak.ordeal import RESTART_S, Check, Fault, Ordeal, endure

FROZEN_S, DATABASE_AWAY_S = 10.0, 15.0


def part(_outset: None, folder: Path) -> list[str]:
    """What did not hold."""
    return endure(Killed(folder))


class Killed(Ordeal):
    """Each kind of process in turn."""

    def faults(self) -> list[Fault]:
        return [
            Fault("camera worker: kill -9", self.kill_worker, 10.0),
            Fault("writer: kill -9", self.kill_writer, 30.0),
            Fault("beat: kill -9", self.kill_beat, 30.0),
            Fault("key-value server: kill -9, back empty", self.kill_server, 15.0),
            Fault("camera worker: frozen 10 s, thawed", self.freeze_worker, 10.0),
            Fault("database: away for 15 s", self.lock_database, 15.0 + DATABASE_AWAY_S),
            Fault("camera worker: asked to end", self.stop_worker, 10.0),
        ]

    def kill_worker(self) -> Check:
        name = self.fuller()
        victim, worker = self.workers[name], self.worker_of(self.workers[name])
        victim.kill()
        self.restart(name)
        return self.all_watched(time.time(), but=worker)

    def kill_writer(self) -> Check:
        token = client().get(key("lease", "writer"))
        self.tasks.kill()
        self.later(lambda: setattr(self, "tasks", self.cluster.short_tasks()))
        return lambda: client().get(key("lease", "writer")) not in (None, token)

    def kill_beat(self) -> Check:
        """Cameras run without it; it is back when reconcile goes round again."""
        self.beat.kill()
        self.later(lambda: setattr(self, "beat", self.cluster.beat()))
        return self.rounds(time.time() + RESTART_S)

    def kill_server(self) -> Check:
        self.valkey.kill()
        self.valkey.start()
        return self.all_again(time.time())

    def lock_database(self) -> Check:
        """Another process holds the one write lock of SQLite, as a database that hangs would."""
        holder = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None, timeout=30)
        holder.execute("BEGIN EXCLUSIVE")
        self.later(holder.close, DATABASE_AWAY_S)
        return self.all_written(time.time() + DATABASE_AWAY_S)

    def freeze_worker(self) -> Check:
        victim = self.workers[self.fuller()]
        worker = self.worker_of(victim)
        victim.freeze()
        self.later(victim.thaw, FROZEN_S)
        return self.all_watched(time.time(), but=worker)

    def stop_worker(self) -> Check:
        name = self.fuller()
        worker, before = self.worker_of(self.workers[name]), time.time()
        self.workers[name].stop()
        self.restart(name)
        return self.all_watched(before, but=worker)
