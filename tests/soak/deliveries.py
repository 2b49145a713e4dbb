"""Kill -9 of the workers, the database, the key-value server, the broker; a receiver in every kind of trouble.

All the while four alarms a second are told to two webhooks and an MQTT server, and each fault comes in mid-delivery. A
message may not be lost, come under a second id or out of order in its area, nor take too long to catch up. About four
minutes.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from django.db.models import F, Max

from notifications.models import Notification
from tests import environment
from tests.analytics.workers.cluster import wait_for
from tests.servers import hook as replies
from tests.servers.hook import LIMIT_S, Received, Reply
from tests.servers.postgres import Postgres
from tests.soak.stage import START_S, Stage, Teller, waiting

PERIOD_S = 0.25
AWAY_S, BRIEF_S, QUIET_S = 10.0, 6.0, 4.0
"""Away: as long as a message may take, so that one that hangs is given up. Brief: several tries."""
MOST_S = 45.0
"""To catch up: a claim of a killed worker lapses after 20 s, pauses after failures grow as long as the trouble was."""

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One fault. begin: POSIX seconds.    caught_up_s: from its end until everything that was told before is sent."""

    fault: str
    begin: float
    away_s: float = 0.0
    caught_up_s: float = 0.0


class Storm:
    """What can be done to the stage, and undone."""

    def __init__(self, database: Postgres, stage: Stage, teller: Teller) -> None:
        self._database, self._stage, self._teller = database, stage, teller
        self._pause = threading.Event()

    def faults(self) -> dict[str, tuple[Act, Act, float]]:
        """Strike, mend, and the seconds between."""
        valkey, broker = environment.VALKEY, self._stage.broker
        brief = {"500": replies.ERROR, "closes": replies.CLOSE, "babbles": replies.GARBAGE}
        return {
            "nothing": (lambda: None, lambda: None, BRIEF_S),
            "both workers: kill -9": (self._kill_workers, self._start_workers, 1.0),
            "database: killed": (lambda: self._database.stop(crash=True), self._database.start, AWAY_S),
            "key-value server: kill -9, back empty": (valkey.kill, valkey.start, 2.0),
            "broker: stopped": (broker.stop, broker.start, AWAY_S),
            "a webhook: hangs": (self._trouble(replies.HANG), self._well, AWAY_S),
            **{f"a webhook: {name}": (self._trouble(one), self._well, BRIEF_S) for name, one in brief.items()},
        }

    def suffer(self, fault: str, strike: Act, mend: Act, away_s: float) -> Row:
        """Strike while a message is on its way; mend; wait until everything has arrived that was told by then."""
        row = Row(fault, time.time(), away_s)
        go = self._in_mid_delivery()
        strike()
        go.set()
        self._pause.wait(away_s)
        mend()
        mended = time.time()
        told = [alarm for alarms in self._teller.told(0, mended).values() for alarm in alarms]
        wait_for(f"catching up after: {fault}", lambda: waiting(told) == 0, 4 * MOST_S)
        row = replace(row, caught_up_s=time.time() - mended)
        print(f"  {fault}: caught up after {row.caught_up_s:.1f} s", flush=True)
        self._pause.wait(QUIET_S)
        return row

    def _in_mid_delivery(self) -> threading.Event:
        """Returns while a receiver holds a request, until the event is set."""
        entered, go = threading.Event(), threading.Event()

        def hold(_request: Received) -> Reply:
            entered.set()
            go.wait(LIMIT_S)
            return replies.OK

        self._stage.well.reply = hold
        assert entered.wait(LIMIT_S), "nobody sends"
        self._stage.well.reply = lambda _request: replies.OK
        return go

    def _kill_workers(self) -> None:
        for one in self._stage.workers:
            one.kill()

    def _start_workers(self) -> None:
        self._stage.workers = [self._stage.processes.worker(name) for name in ("left", "right")]

    def _trouble(self, reply: Reply) -> Act:
        def strike() -> None:
            self._stage.troubled.released.clear()
            self._stage.troubled.reply = lambda _request: reply

        return strike

    def _well(self) -> None:
        self._stage.troubled.reply = lambda _request: replies.OK
        self._stage.troubled.released.set()


def part(database: Postgres, folder: Path) -> list[str]:
    """What did not hold."""
    with Stage(folder, cameras=4, qos=1) as stage:
        teller = Teller(stage.cameras, PERIOD_S)
        teller.start()
        try:
            wait_for("the workers", lambda: all(stage.heard().values()), START_S)
            todo = Storm(database, stage, teller)
            rows = [todo.suffer(fault, *acts) for fault, acts in todo.faults().items()]
        finally:
            teller.stop()
        everything = [alarm for alarms in teller.told().values() for alarm in alarms]
        wait_for("the last ones", lambda: waiting(everything) == 0, 4 * MOST_S)
        return report(stage, teller, rows)


def report(stage: Stage, teller: Teller, rows: list[Row]) -> list[str]:
    """Print the table; what did not hold."""
    wrong: list[str] = []
    names = ("away s", "caught up s", "others s", "messages", "lost", "second ids", "disorder", "repeats")
    print(f"\n{'fault':40}" + "".join(f"{name:>12}" for name in names))
    for row, end in zip(rows, [*(one.begin for one in rows[1:]), float("inf")], strict=True):
        told = teller.told(row.begin, end)
        found = stage.verdict(told)
        facts = (found.messages, found.lost, found.second_ids, found.disordered, found.repeats)
        times = (row.away_s, row.caught_up_s, _slowest_s(stage, [one for area in told.values() for one in area]))
        print(f"{row.fault:40}" + "".join(f"{one:>12.1f}" for one in times) + "".join(f"{one:>12}" for one in facts))
        wrong += [] if found.faultless else [f"{row.fault}: {found}"]
        if row.caught_up_s > MOST_S:
            wrong.append(f"{row.fault}: caught up after {row.caught_up_s:.1f} s, at most {MOST_S:g} s expected")
    return wrong


def _slowest_s(stage: Stage, told: list[str]) -> float:
    """The longest that a message to somebody else than the receiver in trouble took."""
    others = Notification.objects.filter(alarm__in=told).exclude(destination__config__url=stage.troubled.url)
    longest = others.aggregate(longest=Max(F("ended_at") - F("queued_at")))["longest"]
    return longest.total_seconds() if longest else 0.0
