"""A connection to an MQTT broker that also hears: topics are subscribed to with every connection (OUT-10).

What was heard is acknowledged by hand, once it is safe with us: until then the broker sends it again. The session is
persistent, so that what comes while nobody listens waits at the broker (QoS 1 and 2).
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from notifications.kinds.broker import Broker
from notifications.senders.broker import Acknowledged, BrokerConnection, Disconnected
from portal.common.outgoing import AddressGuard

QOS = 1


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that was heard. retained: the broker had kept it, it is not new."""

    topic: str
    payload: bytes
    packet_id: int
    qos: int
    retained: bool


class Subscription(BrokerConnection):
    """topics: may have wildcards.    hear: gets each message, from paho's thread.    lasting: with a session that the
    broker keeps.
    """

    def __init__(
        self,
        broker: Broker,
        guard: AddressGuard,
        *,
        tell: Callable[[Acknowledged | Disconnected], None],
        hear: Callable[[Letter], None],
        topics: Sequence[str],
        lasting: bool = True,
    ) -> None:
        super().__init__(broker, guard, tell)
        self._fresh = False  # the broker's half of the session is what we come for
        self._hear, self._topics, self._lasting = hear, topics, lasting
        self.granted = threading.Event()
        self.refusals: tuple[str, ...] = ()

    def acknowledge(self, letter: Letter) -> None:
        """It is safe with us."""
        if self._client is not None:
            self._client.ack(letter.packet_id, letter.qos)

    def _make(self, *, clean: bool) -> Client:
        client = super()._make(clean=clean)
        client._clean_session = not self._lasting
        client.manual_ack_set(True)
        client.on_message = self._heard
        client.on_subscribe = self._subscribed
        return client

    def _connected(
        self, client: Client, data: Any, flags: ConnectFlags, reason: ReasonCode, more: Properties | None
    ) -> None:
        super()._connected(client, data, flags, reason, more)
        if not reason.is_failure:
            self.granted.clear()
            client.subscribe([(topic, QOS) for topic in self._topics])

    def _subscribed(
        self, _client: Client, _data: Any, _packet_id: int, reasons: list[ReasonCode], _more: Properties | None
    ) -> None:
        refused = zip(self._topics, reasons, strict=False)
        self.refusals = tuple(topic for topic, reason in refused if reason.is_failure)
        self.granted.set()

    def _heard(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self._hear(Letter(message.topic, bytes(message.payload), message.mid, message.qos, message.retain))
