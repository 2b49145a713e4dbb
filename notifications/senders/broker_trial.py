"""Trying an MQTT server: connect, subscribe to a topic for tests, publish there, hear it back (OUT-8).

One connection of its own, with a clean session and without a last will. What is told is what the broker said, packet by
packet: that a publication is acknowledged does not say that it was allowed (MQTT 3.1.1, 3.3.5), that it is back does.
"""

import threading
from dataclasses import replace

from notifications.kinds.broker import Broker
from notifications.protocols.base import Message
from notifications.senders.base import Answer, AwayError, TemporarySendError
from notifications.senders.broker import Acknowledged, Disconnected
from notifications.senders.subscription import QOS, Letter, Subscription
from portal.common.outgoing import AddressGuard

ANSWER_LIMIT_S = 3.0
"""For SUBACK, for PUBACK, and for the message to come back."""


def broker_try(broker: Broker, guard: AddressGuard, *, topic: str, payload: bytes) -> Answer:
    """Raises AwayError where the broker does not take us, TemporarySendError where it does not take the message."""
    trial = _Trial(replace(broker, will_topic=""), guard, Message(topic, payload, QOS))
    try:
        return trial.run()
    finally:
        trial.close()


class _Trial:
    """One message there and back."""

    def __init__(self, broker: Broker, guard: AddressGuard, message: Message) -> None:
        self._broker, self._message = broker, message
        self._taken, self._back = threading.Event(), threading.Event()
        self._lost = ""
        self._subscription = Subscription(
            broker, guard, tell=self._tell, hear=self._hear, topics=[message.topic], lasting=False
        )
        self._sent, self._came = [_connect_text(broker)], list[str]()

    def close(self) -> None:
        self._subscription.close()

    def run(self) -> Answer:
        """See `broker_try`."""
        self._open()
        granted = self._subscribe()
        self._publish()
        back = granted and self._back.wait(ANSWER_LIMIT_S)
        if back:
            self._came.append(f"PUBLISH {self._message.topic}: the message came back")
        elif granted:
            self._came.append(f"(the message did not come back within {ANSWER_LIMIT_S:g} s)")
        summary = "connected, the test was published and came back" if back else "connected, the test was published"
        return Answer(summary, *self._talk(), confirmed=back)

    def _tell(self, event: Acknowledged | Disconnected) -> None:
        if isinstance(event, Disconnected):
            self._lost = event.reason
        else:
            self._taken.set()

    def _hear(self, letter: Letter) -> None:
        self._subscription.acknowledge(letter)
        if letter.payload == self._message.payload:
            self._back.set()

    def _talk(self) -> tuple[str, str]:
        return "\n".join(self._sent), "\n".join(self._came)

    def _open(self) -> None:
        try:
            self._subscription.open()
        except AwayError as exc:
            raise AwayError(str(exc), sent=self._talk()[0]) from exc
        self._came.append("CONNACK 0 (connection accepted)")

    def _subscribe(self) -> bool:
        """Whether it was granted."""
        self._sent.append(f"SUBSCRIBE {self._message.topic} (QoS {QOS})")
        self._await(self._subscription.granted, "SUBSCRIBE")
        refused = bool(self._subscription.refusals)
        self._came.append("SUBACK 128 (refused)" if refused else f"SUBACK {QOS} (granted)")
        return not refused

    def _publish(self) -> None:
        text = self._message.payload.decode(errors="replace")
        self._sent.append(f"PUBLISH {self._message.topic} (QoS {QOS})\n{text}")
        self._subscription.publish(self._message)
        self._await(self._taken, "PUBLISH")
        self._came.append("PUBACK")

    def _await(self, event: threading.Event, asked: str) -> None:
        if not event.wait(ANSWER_LIMIT_S):
            sent, body = self._talk()
            reason = self._lost or f"no answer to {asked} within {ANSWER_LIMIT_S:g} s"
            raise TemporarySendError(f"{self._broker.name}: {reason}", sent=sent, body=body)


def _connect_text(broker: Broker) -> str:
    """Without secrets."""
    parts = [f"CONNECT {broker.name}", "TLS" if broker.tls else "not encrypted", f"client id {broker.client_id}"]
    if broker.client_certificate:
        parts.append("client certificate")
    parts.append(f"user {broker.user}" if broker.user else "no user")
    return ", ".join([*parts, f"keep-alive {broker.keep_alive_s} s, clean session"])
