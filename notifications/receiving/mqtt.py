"""Counts and alarms come in over MQTT: a server is subscribed to (OUT-10; WIRE 1, 2).

Two threads: one keeps the connection, one takes what was heard, one after the other, and confirms what is in the
database. While that is away nothing is confirmed, and the broker keeps what else comes. A message says whose it is by
its MAC address; whoever may publish at the server is believed.
"""

import queue
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.db import connection

from cameras.mac import mac_digits
from notifications.kinds.broker import Broker
from notifications.protocols import occupancy_json
from notifications.protocols.base import ProtocolError, json_object
from notifications.receiving.desk import Desk, Taken
from notifications.receiving.heard import heard_mqtt
from notifications.receiving.ledger import Reason
from notifications.receiving.study import study_keep
from notifications.senders.broker import Acknowledged, Disconnected
from notifications.senders.subscription import Letter, Subscription
from notifications.workers.connector import Connector
from portal.common.guard import guard_make

log = structlog.get_logger(__name__)

NAME = "mqtt"
AWAY_S = 1.0
TURN_S = 0.5
MOST_WAITING = 1_000
"""At QoS 0 a broker does not wait for us: beyond that what comes is dropped, and said so."""
MOST_STUDIED = 20
"""Files of one sender: one that talks every five seconds must not fill the folder."""
MOST_SENDERS = 1_000


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What to listen to. topics: may have wildcards."""

    broker: Broker
    topics: tuple[str, ...]


class MqttDoor(threading.Thread):
    """Runs until closed. study: folder for messages that nobody can be told of; None: they are not kept."""

    def __init__(self, desk: Desk, wanted: Subscribed, *, study: Path | None = None) -> None:
        super().__init__(name="mqtt door", daemon=True)
        self.wanted = wanted
        self._desk, self._study = desk, study
        self._closing = threading.Event()
        self._letters: queue.Queue[Letter] = queue.Queue(MOST_WAITING)
        self._studied: Counter[str] = Counter()
        self._connector = Connector(wanted.broker.name, lambda: None)
        self._subscription = Subscription(
            wanted.broker, guard_make(), tell=self._tell, hear=self._hear, topics=wanted.topics
        )

    def close(self) -> None:
        """Returns when both threads have ended; what was not confirmed comes again."""
        self._closing.set()
        self._connector.close()
        self.join()

    def state(self) -> dict[str, Any]:
        """For the screen; from any thread. since_s: POSIX seconds, None without a connection."""
        connected = self._connector.since_s
        return {
            "server": self.wanted.broker.name,
            "client_id": self.wanted.broker.client_id,
            "topics": list(self.wanted.topics),
            "since_s": connected,
            "error": "" if connected else self._connector.error,
            "refused_topics": list(self._subscription.refusals),
        }

    def run(self) -> None:
        """See threading.Thread."""
        self._connector.keep(self._subscription)
        try:
            while not self._closing.is_set():
                try:
                    letter = self._letters.get(timeout=TURN_S)
                except queue.Empty:
                    continue
                self._take_surely(letter)
        finally:
            connection.close()

    def _tell(self, event: Acknowledged | Disconnected) -> None:
        self._connector.note(event)

    def _hear(self, letter: Letter) -> None:
        """In paho's thread, which must not wait."""
        try:
            self._letters.put_nowait(letter)
        except queue.Full:  # at QoS 1 and 2 it comes again with the next connection
            log.warning("received: dropped, too much at once", topic=letter.topic)

    def _take_surely(self, letter: Letter) -> None:
        """Again and again while the database is away."""
        try:
            while self._take(letter) is Taken.LATER:
                if self._closing.wait(AWAY_S):
                    return
        except Exception:  # one message stops no other: it is confirmed, else it would come for ever
            log.exception("received: unexpected error", topic=letter.topic)
        self._subscription.acknowledge(letter)

    def _take(self, letter: Letter) -> Taken:
        if letter.retained and not letter.payload:
            return Taken.SAFE
        sender = ""
        try:
            values = json_object(letter.payload, "message over MQTT")
            sender = mac_digits(str(values.get("CameraMACaddress", "")))
            taken = self._told(values, sender, letter)
        except ProtocolError as error:
            self._desk.ledger.refuse(NAME, sender or letter.topic, Reason.UNREADABLE, said=str(error))
            taken = Taken.UNKNOWN
        if taken is Taken.UNKNOWN:
            self._keep(sender or "no-mac", letter)
        return taken

    def _told(self, values: dict[str, Any], sender: str, letter: Letter) -> Taken:
        """Raises ProtocolError."""
        if "Event" not in values:
            return self._desk.take_counts_of(occupancy_json.decode(letter.payload), door=NAME)
        if values["Event"] != "Alarm" or not sender:
            raise ProtocolError("a message over MQTT: neither counts nor an alarm of a MAC address")
        return self._desk.take_alarm_of(sender, heard_mqtt(values), door=NAME)

    def _keep(self, sender: str, letter: Letter) -> None:
        if self._study is None or self._studied[sender] >= MOST_STUDIED or len(self._studied) >= MOST_SENDERS:
            return
        self._studied[sender] += 1
        study_keep(self._study, peer=sender, port=self.wanted.broker.port, data=letter.payload)
