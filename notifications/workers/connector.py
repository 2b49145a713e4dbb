"""Keeps one connection to a broker open, in a thread of its own: names, TLS and silent brokers may take their time."""

import threading
import time
from collections.abc import Callable

import structlog
from django.db import Error, connection

from notifications.senders.base import AwayError
from notifications.senders.broker import Acknowledged, BrokerConnection, Disconnected
from notifications.services.backoff import backoff_s

log = structlog.get_logger(__name__)

LONGEST_PAUSE_S = 10.0
"""A broker that is back is found within that; a connection that is refused costs next to nothing."""
STEADY_S = 20.0
"""A connection that lasted so long was none that the broker refuses."""
AGAIN_S = 3.0
"""Who was told the moment before that the broker is away has noted its pause by then."""


class Connector(threading.Thread):
    """Opens, waits for the end, pauses with jitter, opens again, until closed.

    opened: called here after each success, and once more AGAIN_S later; may use the database.
    """

    def __init__(self, name: str, opened: Callable[[], None]) -> None:
        super().__init__(name=f"mqtt {name}", daemon=True)
        self.error = "not connected yet"
        self.since_s: float | None = None  # POSIX seconds; None: there is no connection
        self._server, self._opened = name, opened
        self._closing, self._lost = threading.Event(), threading.Event()
        self._connection: BrokerConnection | None = None

    def keep(self, connection: BrokerConnection) -> None:
        """Begin to keep this one open."""
        self._connection = connection
        self.start()

    def note(self, event: Acknowledged | Disconnected) -> None:
        """What the connection tells; from any thread."""
        if isinstance(event, Disconnected):
            self.error, self.since_s = event.reason, None
            self._lost.set()

    def close(self) -> None:
        """Returns when the connection is closed."""
        self._closing.set()
        self._lost.set()
        self.join()

    def run(self) -> None:
        """See threading.Thread."""
        assert self._connection is not None, "asked to keep nothing open"
        failures = 0
        while not self._closing.is_set():
            began_s = time.monotonic()
            self._open(self._connection)
            lasted = time.monotonic() - began_s > STEADY_S
            failures = 1 if lasted else failures + 1  # a broker that throws us out again and again is left alone, too
            self._closing.wait(min(backoff_s(failures), LONGEST_PAUSE_S))
        self._connection.close()

    def _open(self, kept: BrokerConnection) -> None:
        """One connection, from its beginning to its end, if there is one."""
        self._lost.clear()
        try:
            kept.open()
        except AwayError as error:
            if str(error) != self.error:
                log.warning("mqtt: no connection", server=self._server, reason=str(error))
            self.error = str(error)
            return
        self.since_s = time.time()
        if self._lost.is_set():  # it ended before that was noted
            self.since_s = None
        log.info("mqtt: connected", server=self._server)
        self._tell_opened()
        if not self._closing.is_set() and not self._lost.wait(AGAIN_S):
            self._tell_opened()
            self._lost.wait()
        if not self._closing.is_set():
            log.warning("mqtt: connection lost", server=self._server, reason=self.error)

    def _tell_opened(self) -> None:
        try:
            self._opened()
        except Error as error:
            log.warning("mqtt: database away; who waits for the server waits on", error=str(error))
        finally:
            connection.close()
