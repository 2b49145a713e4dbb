"""Two hosts and one cable: one camera worker is on the other host, and its cable is pulled for half a minute.

It cannot know whether it is cut off or everybody else is: it stops by its own clock, and what it has to tell when the
cable is back comes from an owner of yesterday. About two minutes.
"""

import os
import time
from pathlib import Path

from tests.analytics.workers.cluster import Process
from tests.servers.far_host import FarHost
from tests.servers.postgres import Postgres
from tests.soak.ordeal import Check, Fault, Ordeal, endure

CUT_S, HICCUP_S = 30.0, 2.0
LIMIT_S = 15.0
"""A lease runs out after six seconds, and a round comes every two. Nobody can see from here that the owner is gone, and
one message may have been on its way to it."""


def part(outset: tuple[FarHost, Postgres], folder: Path) -> list[str]:
    """What did not hold."""
    return endure(TwoHosts(*outset, folder))


class TwoHosts(Ordeal):
    """The worker "right" is far, everything else is here."""

    def __init__(self, far: FarHost, database: Postgres, folder: Path) -> None:
        self._far, self._database, self._far_worker = far, database, ""
        super().__init__(folder)

    def faults(self) -> list[Fault]:
        return [
            Fault("the cable: out for 2 s", self.hiccup, LIMIT_S),
            Fault("the cable: out for 30 s", self.cut, LIMIT_S),
            Fault("the cable: back, cameras are shared again", self.share, 60.0),
        ]

    def start_worker(self, name: str) -> Process:
        if name != "right":
            return super().start_worker(name)
        urls = {"DATABASE_URL": self._database.url, "REDIS_URL": os.environ["REDIS_URL"]}
        there = {name: url.replace("127.0.0.1", self._far.HERE) for name, url in urls.items()}
        return self.cluster.camera_worker(name, within=self._far.within, **there)

    def hiccup(self) -> Check:
        self._far.cut()
        self.later(self._far.join, HICCUP_S)
        return self.all_watched(time.time() + HICCUP_S)

    def cut(self) -> Check:
        """Its cameras run here before the cable is back."""
        self._far_worker = self.worker_of(self.workers["right"])
        self._far.cut()
        self.later(self._far.join, CUT_S)
        return self.all_watched(time.time(), but=self._far_worker)

    def share(self) -> Check:
        """Reconcile gives the far worker cameras again."""
        return lambda: any(one["worker"] == self._far_worker for one in self.states())
