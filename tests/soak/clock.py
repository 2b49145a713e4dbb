"""Clocks that are set an hour ahead, and back: of all hosts at once, of the key-value server's, of one worker's.

Timers know nothing of it: they run on the monotonic clock (SPEC 4). About four minutes.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from analytics.workers.keyvalue import client, key
from tests import environment
from tests.analytics.workers.cluster import Process
from tests.servers.set_clock import SetClock
from tests.soak.ordeal import Check, Fault, Ordeal, endure

HOUR_S = 3600  # the scripts of the cameras repeat every 30 s: the same people are there an hour later
LIMIT_S = 15.0


def part(_outset: None, folder: Path) -> list[str]:
    """What did not hold."""
    return endure(Clocks(folder))


class Clocks(Ordeal):
    """The key-value server, each camera worker, and all others have a clock of their own."""

    HOSTS = ("server", "left", "right", "others")

    def __init__(self, folder: Path) -> None:
        self._clocks = {host: SetClock(folder, host) for host in self.HOSTS}
        os.environ |= self._clocks["server"].environment  # for what is started from here on
        environment.VALKEY.stop()
        environment.VALKEY.start()
        os.environ |= self._clocks["others"].environment
        super().__init__(folder)

    def faults(self) -> list[Fault]:
        rows = {"all clocks": self.HOSTS, "key-value server's clock": ("server",), "a worker's clock": ("left",)}
        return [
            Fault(f"{name}: an hour {word}", self._setting(hosts, ahead_s), LIMIT_S)
            for name, hosts in rows.items()
            for word, ahead_s in (("ahead", HOUR_S), ("back", 0))
        ]

    def start_worker(self, name: str) -> Process:
        return self.cluster.camera_worker(name, **self._clocks[name].environment)

    def ours(self, at: float) -> float:
        """Nothing here takes half an hour, so what is further off was told by a clock that is whole hours off."""
        return at + HOUR_S * round((time.time() - at) / HOUR_S)

    def _setting(self, hosts: tuple[str, ...], ahead_s: int) -> Callable[[], Check]:
        def strike() -> Check:
            for host in hosts:
                self._clocks[host].set_ahead(ahead_s)
            return self._all_had_their_turn(time.time(), client().get(key("round", "at")))

        return strike

    def _all_had_their_turn(self, at: float, last: bytes | None) -> Check:
        """Under the new clock, reconcile included."""

        def again() -> bool:
            leases = client().mget([key("lease", one) for one in (*self.ids, "writer")])
            fresh = [one for one in self.states() if self.ours(one["last_frame_at"] or 0) > at + 0.3]
            return all(leases) and len(fresh) == len(self.ids) and client().get(key("round", "at")) != last

        return again
