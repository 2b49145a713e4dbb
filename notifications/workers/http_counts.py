"""The counts that go to HTTP servers on the boundaries of the clock (SPEC 7, OUT-2; WIRE 1), by one owner of a lease.

Latest-value: of each destination one request is on its way, and one count waits at most. The newest wins; one that was
not taken is tried again with back-off until its interval is over. Requests run in a few threads of their own, so that
servers that hang keep neither the clock nor any alarm waiting; who fails again and again is asked less and less often.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog
from redis import Redis
from redis.exceptions import RedisError

from analytics.workers.lease import RENEW_EVERY_S, Lease
from notifications.record import CountRecord
from notifications.senders.base import Answer, PermanentSendError, SendError
from notifications.services.backoff import backoff_s
from notifications.services.count_health import count_health_write
from notifications.services.counts import Skip, newest_counts
from notifications.services.http_plan import HttpOutput, Output, http_plan
from notifications.services.http_send import http_count_send
from notifications.services.outcome import outcome_of
from notifications.services.tally import HTTP_COUNTS as TALLIED
from notifications.services.tally import delivery_count
from notifications.workers.timetable import Timetable

log = structlog.get_logger(__name__)

HTTP_COUNTS = "counts:http"
"""The name of the lease."""
THREADS = 16
TURN_S = 0.5
AWAY_S = 1.0


@dataclass(slots=True)
class Slot:
    """One destination. waiting: the newest count, until until_s.    Instants are POSIX seconds."""

    waiting: CountRecord | None = None
    until_s: float = 0.0
    not_before_s: float = 0.0
    busy: bool = False
    failures: int = 0
    skipped: Skip | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request."""

    output: Output
    record: CountRecord
    until_s: float
    answer: Answer | SendError


class HttpCounts(threading.Thread):
    """Runs until stopped, or until somebody else holds the lease. The lease is taken already.

    clock: POSIX seconds.
    """

    def __init__(self, lease: Lease, server: Redis, clock: Callable[[], float] = time.time) -> None:
        super().__init__(name="http counts", daemon=True)
        self._lease, self._server, self._clock = lease, server, clock
        self._stopping = threading.Event()
        self.plan: dict[Output, HttpOutput] = {}
        self._followed: Mapping[Output, HttpOutput] = {}
        self._timetable: Timetable[Output] = Timetable()
        self._slots: dict[Output, Slot] = {}
        self._results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(THREADS, "http count")

    # --- Any thread ---------------------------------------------------------------------------------------------------
    def look(self) -> None:
        """Read the settings again. Raises django.db.Error."""
        plan = http_plan()
        if plan != self.plan:
            self.plan = plan

    def stop(self) -> None:
        """Returns at once; `join` waits for the end."""
        self._stopping.set()

    # --- Its own thread -----------------------------------------------------------------------------------------------
    def run(self) -> None:
        """See threading.Thread."""
        try:
            while not self._stopping.is_set() and self._owner():
                self._wait()
                self.turn()
        except Exception:  # the outermost loop: the next look of the process takes the lease again
            log.exception("http counts: unexpected error")
        finally:
            self.close()

    def turn(self) -> None:
        """Read what is due, and send what can be."""
        now_s = self._clock()
        self._follow(now_s)
        if not self._lease.held:
            return
        if due := self._timetable.due(now_s):
            try:
                self._read(due, now_s)
            except RedisError as error:
                log.warning("http counts: key-value server away", error=str(error))
        self._send(now_s)

    def take_results(self) -> None:
        """Of the requests that are over."""
        while not self._results.empty():
            self._over(self._results.get_nowait())

    def under_way(self) -> int:
        """How many requests are."""
        self.take_results()
        return sum(slot.busy for slot in self._slots.values())

    def settled(self) -> bool:
        """Whether every request is over, and what came of it known."""
        return not self.under_way()

    def _owner(self) -> bool:
        if self._lease.age_s < RENEW_EVERY_S:
            return True
        try:
            return self._lease.renew(self._server) or self._lease.renew(self._server)
        except RedisError as error:
            log.warning("http counts: key-value server away", error=str(error))
            self._stopping.wait(AWAY_S)
            return True

    def close(self) -> None:
        """Wait for the requests that are under way, and give the lease back."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        try:
            self._lease.release(self._server)
        except RedisError:
            log.warning("http counts: the lease runs out by itself")

    def _wait(self) -> None:
        """Until something is due, or a request is over."""
        try:
            self._over(self._results.get(timeout=self._timetable.wait_s(self._clock(), TURN_S)))
        except queue.Empty:
            return

    def _follow(self, now_s: float) -> None:
        plan = self.plan
        if plan is self._followed:
            return
        self._followed = plan
        self._timetable.follow({output: one.settings.interval_s for output, one in plan.items()}, now_s)
        self._slots = {output: self._slots.get(output) or Slot() for output in plan}

    def _read(self, due: list[Output], now_s: float) -> None:
        """Raises RedisError."""
        newest = newest_counts({self._followed[output].counted for output in due}, now_s=now_s)
        for output in due:
            found, slot = newest[output[0]], self._slots[output]
            if isinstance(found, Skip):
                self._note_skip(output, slot, found)
                continue
            slot.skipped, slot.waiting = None, found
            slot.until_s = now_s + self._followed[output].settings.interval_s

    def _note_skip(self, output: Output, slot: Slot, reason: Skip) -> None:
        """Once for every reason."""
        if slot.skipped is not reason:
            slot.skipped = reason
            log.info("counts skipped", camera=output[0], destination=output[1], reason=str(reason))

    def _send(self, now_s: float) -> None:
        for output, slot in self._slots.items():
            if slot.waiting is None or slot.busy:
                continue
            if slot.until_s <= now_s:
                slot.waiting = None
                log.info("counts skipped", camera=output[0], destination=output[1], reason="not taken in time")
            elif slot.not_before_s <= now_s:
                record, slot.waiting, slot.busy = slot.waiting, None, True
                self._pool.submit(self._work, output, self._followed[output], record, slot.until_s)

    def _work(self, output: Output, to: HttpOutput, record: CountRecord, until_s: float) -> None:
        """In a thread of the pool."""
        try:
            result: Answer | SendError = http_count_send(to, record)
        except SendError as error:
            result = error
        except Exception as error:  # the outermost call of a thread: one destination stops no other
            log.exception("http counts: unexpected error", camera=output[0], destination=output[1])
            result = SendError(f"an unexpected error ({type(error).__name__}); the log of the portal says more")
        self._results.put(Result(output, record, until_s, result))

    def _over(self, result: Result) -> None:
        slot = self._slots.get(result.output)
        if slot is None:
            return  # it was switched off meanwhile
        slot.busy = False
        error = result.answer if isinstance(result.answer, SendError) else None
        delivery_count(kind=TALLIED, outcome=outcome_of(result.answer))
        self._note_health(result.output, slot, error)
        slot.failures = slot.failures + 1 if error else 0
        slot.not_before_s = self._clock() + backoff_s(slot.failures) if error else 0.0
        if error and slot.waiting is None and not isinstance(error, PermanentSendError):
            slot.waiting, slot.until_s = result.record, result.until_s

    def _note_health(self, output: Output, slot: Slot, error: SendError | None) -> None:
        if bool(error) != bool(slot.failures):
            change = "counts are not taken" if error else "counts are taken again"
            log.warning(change, camera=output[0], destination=output[1], error=str(error or ""))
        try:
            count_health_write(self._server, output, error=str(error or ""))
        except RedisError as away:
            log.warning("http counts: key-value server away", error=str(away))
