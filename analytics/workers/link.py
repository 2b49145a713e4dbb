"""Between a camera's loop and the key-value server: what the loop posts, and what the server told (DESIGN 2).

The loop never waits for the server: it posts, the process's courier thread carries. The newest state and picture win;
entries (alarms, counts) are kept until the database has them. The loop reads from here whether it still is the owner.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from analytics.news import OWNER, OwnerNews
from analytics.workers import state
from analytics.workers.keyvalue import ALARMS, key
from analytics.workers.lease import RENEW_EVERY_S, Lease, Standing
from analytics.workers.moving import moving_note
from analytics.workers.outbox import Entry, Outbox
from analytics.workers.state import Parcel

Handler = Callable[[Any], None]
ENTRIES_A_STEP = 50  # a step stays small when much has piled up


class CameraLink:
    """One camera's line. The loop's side: save, show, tell, and the properties; the courier's side: ask, failed."""

    def __init__(self, camera_id: int, lease: Lease, wake: Callable[[], None], *, worker: str = "") -> None:
        self.camera_id, self.lease, self.worker = camera_id, lease, worker
        self.demand = False  # somebody looks: pictures are worth encoding
        self.scenes_per_s = 0  # so many frames a second are published without their picture; 0: nobody wants any
        self.version = 0  # the settings' version that the web side announced
        self.yield_asked = False
        self._wake, self._lock = wake, threading.RLock()
        self._outbox = Outbox()
        self._state = self._live = b""
        self._messages: dict[str, bytes] = {}
        self._marks: list[str] = []  # confirmations read, to be wiped off the server
        self._closing, self._closed = False, threading.Event()
        self._posted = self._last = False  # something since the last round; the save on its way is the last one
        self._offered = False  # to be noted: another worker may have it
        self._introduce()

    # --- The loop's side ----------------------------------------------------------------------------------------------
    @property
    def fenced(self) -> bool:
        """Somebody else is owner: stop without a trace."""
        return self.lease.standing is Standing.FENCED

    @property
    def unconfirmed(self) -> int:
        """Entries that the database has not confirmed yet."""
        with self._lock:
            return len(self._outbox)

    def save(self, packed: bytes, entries: Iterable[Entry] = ()) -> None:
        """Post the state, with the entries that belong to it in the same step."""
        entries = tuple(entries)
        with self._lock:
            self._state = packed
            self._outbox.add(entries)
        if entries:
            self._hurry()

    def tell(self, live: bytes, news: tuple[str, bytes] | None = None, *, urgent: bool = True) -> None:
        """Post what `live:<cam>` says, and the news (channel, message) for open browsers.

        urgent: False lets it wait for the next full round, half a second at most.
        """
        with self._lock:
            self._live = live
            if news:
                self._messages[news[0]] = news[1]
        if urgent:
            self._hurry()

    def show(self, picture: bytes) -> None:
        """Post the newest analysed picture for who looks at it."""
        with self._lock:
            self._messages[key("n", self.camera_id)] = picture
        self._hurry()

    def describe(self, scene: bytes) -> None:
        """Post what the newest frame shows, for who publishes it elsewhere."""
        with self._lock:
            self._messages[key("scene", self.camera_id)] = scene
        self._hurry()

    def _hurry(self) -> None:
        """What was posted is not to wait for the next full round."""
        self._posted = True
        self._wake()

    def close(self, packed: bytes, entries: Iterable[Entry], *, timeout_s: float) -> bool:
        """Save for the last time and give the lease back; False when the server could not be reached in time."""
        with self._lock:
            self._state = packed
            self._outbox.add(entries)
            self._closing = True
        self._hurry()
        return self._closed.wait(timeout_s)

    def offer(self) -> None:
        """Have another worker take the camera over, if one can; it says so by `yield_asked`."""
        self._offered = True

    # --- The courier's side -------------------------------------------------------------------------------------------
    def ask(self, pipe: Any, *, full: bool) -> list[Handler]:
        """Put this camera's commands on the pipeline; returns the readers of their replies, in order.

        full: a regular round: renew and ask for news, too.
        """
        handlers: list[Handler] = []
        posted, self._posted = self._posted, False
        if not (full or posted) or self.fenced or self._closed.is_set():
            return handlers  # of a thousand cameras one posted: the others are not asked what they have
        if self.lease.standing is not Standing.OWNER or (full and self.lease.age_s >= RENEW_EVERY_S * 0.9):
            self.lease.ask(pipe)
            handlers.append(self._renewed)
        if self.lease.standing is Standing.OWNER:
            handlers += self._ask_save(pipe)
            handlers += self._ask_publish(pipe)
            handlers += self._ask_release(pipe)
            handlers += self._ask_offer(pipe)
        return handlers + (self._ask_news(pipe) if full else [])

    def failed(self, parcel: Parcel) -> None:
        """The server did not answer: entries stay unsent; the newest state goes with the next round."""
        with self._lock:
            self._state = self._state or parcel.state
            self._live = self._live or parcel.live

    def _renewed(self, reply: Any) -> None:
        before = self.lease.epoch
        if isinstance(reply, Exception):
            return
        self.lease.answer(reply)
        if self.lease.epoch != before:  # taken again: the server may have come back empty
            with self._lock:
                self._outbox.send_all_again()
                self._introduce()
        if self.lease.epoch != before or self.lease.standing is Standing.LAPSED:
            self._hurry()

    def _introduce(self) -> None:
        """The database records the epoch before it sees anything written under it."""
        epoch = self.lease.epoch
        self._outbox.add_first(Entry(ALARMS, f"{OWNER}:{epoch}", OwnerNews(self.worker).to_json()))

    def _ask_save(self, pipe: Any) -> list[Handler]:
        parcel = self._collect()
        if not parcel and not self._closing:
            return []
        state.save(pipe, camera_id=self.camera_id, epoch=self.lease.epoch, parcel=parcel)
        return [lambda reply: self._saved(reply, parcel)]

    def _collect(self) -> Parcel:
        """The state goes only together with all its entries: in one step, in order."""
        with self._lock:
            unsent = self._outbox.unsent()
            some = tuple(unsent[:ENTRIES_A_STEP])
            packed = self._state if len(some) == len(unsent) else b""
            if packed or not some:
                self._state = b""
            parcel = Parcel(packed, self._live, some)
            self._live = b""
            self._last = self._closing and len(some) == len(unsent)
            return parcel

    def _saved(self, reply: Any, parcel: Parcel) -> None:
        if isinstance(reply, Exception):
            self.failed(parcel)
        elif reply == state.FENCED:
            self.lease.fence()
        elif reply == state.LAPSED:
            self.lease.standing = Standing.LAPSED
            self.failed(parcel)
            self._hurry()
        else:
            self._delivered(reply, parcel)

    def _delivered(self, places: list[bytes], parcel: Parcel) -> None:
        with self._lock:
            self._outbox.sent(parcel.entries, places, time.monotonic())
            more = bool(self._outbox.unsent())
        if more:
            self._hurry()
        elif self._closing:
            self._closed.set()

    def _ask_publish(self, pipe: Any) -> list[Handler]:
        """What nobody needs to receive is sent only while the lease is surely ours."""
        with self._lock:
            messages, self._messages = self._messages, {}
        if not self.lease.held:
            return []
        for channel, message in messages.items():
            pipe.publish(channel, message)
        return [_ignore] * len(messages)

    def _ask_release(self, pipe: Any) -> list[Handler]:
        """In the same trip as the last save: whoever waits for the camera has it at once."""
        last, self._last = self._last, False
        if last:
            self.lease.release(pipe)
        return [_ignore] * last

    def _ask_offer(self, pipe: Any) -> list[Handler]:
        offered, self._offered = self._offered, False
        if offered:
            moving_note(pipe, self.camera_id, self.worker)
        return [_ignore] * offered

    def _ask_news(self, pipe: Any) -> list[Handler]:
        pipe.hmget(key("ctl", self.camera_id), "version", "yield")
        pipe.mget(key("demand", self.camera_id), key("scenedemand", self.camera_id))
        return [self._controlled, self._demanded, *self._ask_confirmed(pipe)]

    def _controlled(self, reply: Any) -> None:
        if isinstance(reply, Exception):
            return
        version, asked = reply
        self.version = int(version or 0)
        self.yield_asked = bool(asked) and asked.decode() == self.worker

    def _demanded(self, reply: Any) -> None:
        if not isinstance(reply, Exception):
            looked_at, scenes = reply
            self.demand, self.scenes_per_s = looked_at is not None, int(scenes or 0)

    def _ask_confirmed(self, pipe: Any) -> list[Handler]:
        """Places first, marks after: the writer sets a mark in the step that frees the place."""
        with self._lock:
            marks, self._marks = self._marks, []
            waiting, doubtful = len(self._outbox), self._outbox.doubtful(time.monotonic())
        for entry, place in doubtful:
            pipe.xrange(entry.stream, place, place)
        handlers = [self._looked_up(entry) for entry, _ in doubtful]
        if marks:
            pipe.srem(key("done", self.camera_id), *marks)
            handlers.append(_ignore)
        if waiting:
            pipe.smembers(key("done", self.camera_id))
            handlers.append(self._confirmed)
        return handlers

    def _confirmed(self, reply: Any) -> None:
        if isinstance(reply, Exception):
            return
        with self._lock:
            self._marks += self._outbox.confirmed(one.decode() for one in reply)

    def _looked_up(self, entry: Entry) -> Handler:
        def read(reply: Any) -> None:
            if isinstance(reply, Exception):
                return
            with self._lock:
                if reply:
                    self._outbox.present(entry, time.monotonic())
                else:
                    self._outbox.missing(entry)

        return read


def _ignore(reply: Any) -> None:
    """Nobody listens, or somebody does: both are fine."""
