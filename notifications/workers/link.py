"""The owner of one connection to an MQTT broker: publishes what others hand over, counts and scenes (OUT-3; DESIGN 7).

Everything that happens becomes an event, and one thread takes them one by one: parcels from the letter box, what the
connection tells. That thread publishes, answers, watches the clock and renews the lease; it waits for nobody but the
key-value server. It publishes only while it is surely the owner.

**Alarms** come as parcels, from the outbox: their senders wait for the broker's acknowledgement (`flights.py`).
**Counts** are latest-value: one message of a camera is on its way at a time. While it is, or while the broker is away,
the newest one waits, replaces the one that waited before, and goes when an interval is over.
**Scenes** are heard by the ear of the process (`scene_ear.py`), and nothing of them is kept (`link_scenes.py`).
"""

import queue
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import structlog
from redis import Redis
from redis.exceptions import RedisError

from analytics.workers.lease import RENEW_EVERY_S, Lease
from notifications.protocols.base import Message
from notifications.senders.broker import Acknowledged, BrokerConnection, Disconnected
from notifications.senders.link_mail import Came, Heard, Parcel, Receipt, answer, letter_read, take
from notifications.services.link_state import LinkState, owner_name
from notifications.services.mqtt_alarms import mqtt_back
from notifications.services.mqtt_plan import LinkPlan, Place
from notifications.workers.connector import Connector
from notifications.workers.flights import Flight, Flights
from notifications.workers.link_clearing import LinkClearing
from notifications.workers.link_counts import LinkCounts
from notifications.workers.link_scenes import LinkScenes
from portal.common.guard import guard_make

log = structlog.get_logger(__name__)

TURN_S = 0.5
AWAY_S = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """Frames of cameras were offered."""


Event = Parcel | Heard | Acknowledged | Disconnected | Seen


class MqttLink(threading.Thread):
    """Runs until stopped, or until somebody else holds the lease. The lease is taken already."""

    def __init__(self, plan: LinkPlan, lease: Lease, server: Redis) -> None:
        super().__init__(name=f"link {plan.broker.name}", daemon=True)
        self.plan = plan
        self._lease, self._server = lease, server
        self._stopping = threading.Event()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._flights = Flights()
        self._delivered = 0
        self._counts, self._clearing = LinkCounts(self._publish_own), LinkClearing(self._publish_own)
        self._scenes = LinkScenes(self._publish_own)
        self._connector = Connector(plan.broker.name, self._back)
        self._connection = BrokerConnection(plan.broker, guard_make(), self._tell)
        self._box = threading.Thread(target=self._watch_box, name=f"box {plan.broker.name}", daemon=True)

    # --- Any thread ---------------------------------------------------------------------------------------------------
    def follow(self, plan: LinkPlan) -> None:
        """Other cameras, or other settings of them; the connection is the same."""
        self.plan = plan

    def scenes_wanted(self) -> dict[int, int]:
        """How many frames a second of which cameras; none while they could not be published."""
        return self.plan.scenes_wanted if self._connection.connected and self._lease.held else {}

    def see(self, camera_id: int, message: bytes) -> None:
        """A frame of one of them."""
        if self._scenes.offer(camera_id, message):
            self._events.put(Seen())

    def cleared(self) -> frozenset[tuple[Place, datetime]]:
        """What the broker keeps no more of what the plan's `clear` names."""
        return self._clearing.cleared()

    def state(self) -> LinkState:
        """How it is, for the screen."""
        since_s = self._connector.since_s
        return LinkState(
            link=self.plan.link,
            owner=owner_name(),
            at_s=time.time(),
            since_s=since_s,
            error="" if since_s else self._connector.error,
            in_flight=len(self._flights),
            delivered=self._delivered,
            counts_sent=self._counts.sent,
            counts_waiting=self._counts.waiting,
            counts_skipped=self._counts.skipped,
            frames_sent=self._scenes.sent,
        )

    def stop(self) -> None:
        """Returns at once; `join` waits for the end."""
        self._stopping.set()

    def _tell(self, event: Acknowledged | Disconnected) -> None:
        self._connector.note(event)
        self._events.put(event)

    def _back(self) -> None:
        mqtt_back(camera_ids=sorted({*self.plan.cameras, *self.plan.silent}))

    def _watch_box(self) -> None:
        """The letter box, in a thread of its own: waiting for letters must not keep acknowledgements waiting."""
        while not self._stopping.is_set():
            try:
                letters, now_us = take(self._server, self.plan.link)
            except RedisError:
                self._stopping.wait(AWAY_S)
                continue
            for letter in letters:
                self._unpack(letter, now_us)

    def _unpack(self, letter: bytes, now_us: int) -> None:
        try:
            found = letter_read(letter)
        except ValueError as error:
            log.error("mqtt: a letter cannot be read", error=str(error))
            return
        if isinstance(found, Heard) or found.until_us > now_us:  # else its sender has given up, and tries again
            self._events.put(found)

    # --- The link's own thread ----------------------------------------------------------------------------------------
    def run(self) -> None:
        """See threading.Thread."""
        self._connector.keep(self._connection)
        self._box.start()
        try:
            while not self._stopping.is_set() and self._owner():
                self._turn()
        except Exception:  # the outermost loop: the next look of the process takes the lease again
            log.exception("mqtt: unexpected error", server=self.plan.broker.name)
        finally:
            self._stopping.set()
            self._connector.close()
            self._box.join()
            self._give_back()

    def _turn(self) -> None:
        try:
            event = self._events.get(timeout=self._counts.wait_s(time.time(), TURN_S))
        except queue.Empty:
            pass
        else:
            self._take(event)
        self._clearing.turn(self.plan)
        self._scenes.turn(self.plan, time.time(), self._connector.since_s)
        try:
            self._counts.turn(self.plan, time.time())
        except RedisError as error:
            log.warning("mqtt: key-value server away: no counts", error=str(error))
            self._stopping.wait(AWAY_S)

    def _owner(self) -> bool:
        """Renewed about once a second. While the server is away we are owner as long as the lease surely lasts; then
        nothing is published, until it is ours again or somebody else's."""
        if self._lease.age_s < RENEW_EVERY_S:
            return True
        try:
            return self._lease.renew(self._server) or self._lease.renew(self._server)
        except RedisError as error:
            log.warning("mqtt: key-value server away", error=str(error))
            self._stopping.wait(AWAY_S)
            return True

    def _give_back(self) -> None:
        try:
            self._lease.release(self._server)
        except RedisError:
            log.warning("mqtt: the lease runs out by itself", server=self.plan.broker.name)

    # --- Events -------------------------------------------------------------------------------------------------------
    def _take(self, event: Event) -> None:
        if isinstance(event, Parcel):
            self._post(event)
        elif isinstance(event, Heard):
            self._flights.heard(event.keys)
        elif isinstance(event, Acknowledged):
            self._end(event.packet_id)
        elif isinstance(event, Disconnected):
            self._answer(self._flights.broken(), Receipt(Came.BROKEN, event.reason))
            self._counts.broken()
            self._scenes.broken()

    def _post(self, parcel: Parcel) -> None:
        if self._flights.arrived(parcel.key):
            self._answer([parcel.id], Receipt(Came.SENT))
        elif not self._lease.held or not self._connection.connected:
            self._answer([parcel.id], Receipt(Came.AWAY, self._connector.error))
        elif flight := self._flights.find(parcel.key):
            flight.waiting.add(parcel.id)
        else:
            self._publish(parcel.message, Flight(parcel.key, parcel.message.qos, waiting={parcel.id}))

    def _publish(self, message: Message, flight: Flight) -> None:
        self._flights.begin(self._connection.publish(message), flight)

    def _publish_own(self, key: str, message: Message) -> bool:
        """What nobody waits for. False when nothing can be published now."""
        if not self._lease.held or not self._connection.connected:
            return False
        self._publish(message, Flight(key, message.qos))
        return True

    def _end(self, packet_id: int) -> None:
        flight = self._flights.end(packet_id)
        if flight is None:
            return
        self._delivered += 1
        self._answer(flight.waiting, Receipt(Came.SENT))
        self._counts.arrived(flight.key)
        self._scenes.arrived(flight.key)
        self._clearing.arrived(flight.key)

    def _answer(self, parcel_ids: Collection[str], receipt: Receipt) -> None:
        try:
            answer(self._server, parcel_ids, receipt)
        except RedisError as error:
            log.warning("mqtt: nobody could be told", came=receipt.came, error=str(error))
