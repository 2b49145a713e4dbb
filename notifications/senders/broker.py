"""One connection to one MQTT broker under one identity, by paho-mqtt (OUT-3). Plain Python.

The session is persistent: what was published at QoS 1 or 2 is sent again after the connection broke, with the same
packet id, until the broker has acknowledged it. That memory is this object's, so it lives as long as the connection's
owner. The broker's half of a session that a former owner left would take new packets for old ones, because they begin
at id 1 again: the first connection asks it to forget (`_forget`).

paho's callbacks come from its own thread while it holds locks of its own; they only put events into a queue.
"""

import os
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from typing import Any

from paho.mqtt.client import Client, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from notifications.kinds.broker import Broker
from notifications.protocols.base import Message
from notifications.senders.base import AwayError
from portal.common.outgoing import AddressGuard, OutgoingError

CONNECT_LIMIT_S = 5.0
"""For the connection to one address with its TLS, and again for the broker's answer."""
CLOSE_LIMIT_S = 1.0


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The broker has the message of this packet id; of QoS 0: it has left us."""

    packet_id: int


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection ended."""

    reason: str


class BrokerConnection:
    """One thread opens and closes; one thread publishes, which may be another.

    tell: gets the events, from any thread.
    """

    def __init__(
        self, broker: Broker, guard: AddressGuard, tell: Callable[[Acknowledged | Disconnected], None]
    ) -> None:
        self._broker, self._guard, self._tell = broker, guard, tell
        self._answered, self._ended = threading.Event(), threading.Event()
        self._refused = ""
        self._fresh = True
        self._up = False
        self._client: Client | None = None

    def open(self) -> None:
        """Returns when the broker has taken us. Raises AwayError."""
        if self._client is None:
            self._client = self._make(clean=False)
        if self._fresh:
            self._forget()
            self._fresh = False
        self._connect(self._client)

    @property
    def connected(self) -> bool:
        """Whether the broker has taken us, and the end of that has not been told.

        Never true once `Disconnected` has been told, unlike paho's own word, which changes a moment later: what is
        published at QoS 0 in that moment is lost, and nobody would ever hear of it.
        """
        return self._up

    def publish(self, message: Message) -> int:
        """The packet id whose acknowledgement will be told. Without a connection it waits for the next one, at QoS 1
        and 2; at QoS 0 it is lost."""
        assert self._client is not None, "asked to publish before it was opened"
        return self._client.publish(message.topic, message.payload, message.qos, message.retain).mid

    def close(self) -> None:
        """Say goodbye, so that the broker keeps the last will to itself; what is not acknowledged is left."""
        if self._client is None:
            return
        if self._client.is_connected():
            self._client.disconnect()
            self._ended.wait(CLOSE_LIMIT_S)
        self._end(self._client)
        self._client._reset_sockets()  # paho leaves the pair that wakes its thread to the garbage collector

    def _forget(self) -> None:
        """Have the broker drop its half of a former owner's session."""
        client = self._make(clean=True)
        try:
            self._connect(client)
            client.disconnect()
        finally:
            self._end(client)

    def _make(self, *, clean: bool) -> Client:
        broker = self._broker
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=broker.client_id,
            clean_session=clean,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_LIMIT_S
        client.max_inflight_messages = 0  # no limit: what is in flight is limited by who publishes
        if broker.tls:
            client.tls_set_context(_context(broker))
        if broker.user:
            client.username_pw_set(broker.user, broker.password or None)
        if broker.will_topic and not clean:
            client.will_set(broker.will_topic, broker.will_message, qos=1)
        client.on_connect = self._connected
        if not clean:
            client.on_publish = self._published
            client.on_disconnect = self._disconnected
        return client

    def _connect(self, client: Client) -> None:
        """Raises AwayError."""
        self._end(client)  # the thread of a former connection may still be about to end
        self._answered.clear()
        self._ended.clear()
        self._refused = ""
        self._reach(client)
        former = client._sockpairR, client._sockpairW
        client.loop_start()
        for one in former:  # each start makes a new pair to wake its thread with, and leaves the old one open
            if one is not None:
                one.close()
        if not self._answered.wait(CONNECT_LIMIT_S):
            self._refused = f"no answer to CONNECT within {CONNECT_LIMIT_S:g} s"
        if self._refused:
            self._end(client)
            raise AwayError(f"{self._broker.name}: {self._refused}")

    def _reach(self, client: Client) -> None:
        """Connect to the first of the addresses that takes a connection; each was judged (SEC-4). Raises AwayError."""
        broker = self._broker
        try:
            addresses = self._guard.check(broker.host, broker.port)
        except OutgoingError as exc:
            raise AwayError(str(exc)) from exc
        for place, address in enumerate(addresses, start=1):
            try:
                client.connect(address, broker.port, broker.keep_alive_s)
            except OSError as exc:  # ssl.SSLError is one
                if place == len(addresses):
                    raise AwayError(f"{broker.name}: {_refusal(exc)}") from exc
            else:
                return

    @staticmethod
    def _end(client: Client) -> None:
        """Close the socket under paho's thread, which a silent broker would keep waiting, and see the thread end."""
        opened = client.socket()
        if isinstance(opened, socket):
            with suppress(OSError):
                opened.shutdown(SHUT_RDWR)
        with suppress(AttributeError):  # paho forgets its thread the moment it ends
            client.loop_stop()

    def _connected(self, client: Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Properties | None) -> None:
        if reason.is_failure:
            self._refused = f"the broker refuses: {str(reason).lower()}"
        self._up = client is self._client and not reason.is_failure
        self._answered.set()

    def _published(self, _client: Client, _data: Any, packet_id: int, _reason: ReasonCode, _more: Properties) -> None:
        self._tell(Acknowledged(packet_id))

    def _disconnected(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        self._up = False
        self._refused = self._refused or f"the connection ended: {str(reason).lower()}"
        self._answered.set()
        self._ended.set()
        self._tell(Disconnected(self._refused))


class _NamedContext(ssl.SSLContext):
    """Checks the certificate against the broker's name: paho is given an address that was judged (SEC-4)."""

    host = ""

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        """See ssl.SSLContext. Shakes hands here: paho would leave the socket open when that fails."""
        wrapped = super().wrap_socket(*args, **{**kwargs, "server_hostname": self.host})
        wrapped.settimeout(CONNECT_LIMIT_S)
        try:
            wrapped.do_handshake()
        except OSError:
            wrapped.close()
            raise
        return wrapped


def _context(broker: Broker) -> ssl.SSLContext:
    """Raises AwayError for certificates and keys that are none."""
    context = _NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.host = broker.host
    try:
        if broker.ca_certificate:
            context.load_verify_locations(cadata=broker.ca_certificate)
        else:
            context.load_default_certs()
    except ssl.SSLError as exc:
        raise AwayError(f"{broker.name}: the CA certificate cannot be read: PEM is expected") from exc
    if broker.client_certificate:
        _load_client(context, broker)
    return context


def _load_client(context: ssl.SSLContext, broker: Broker) -> None:
    """OpenSSL reads client certificates from files only. This one lives in memory: a key never touches the disk."""
    memory = os.memfd_create("client certificate")
    try:
        os.write(memory, f"{broker.client_key}\n{broker.client_certificate}\n".encode())
        # A password is asked for on the terminal unless one is given: a worker would wait for it for ever.
        context.load_cert_chain(f"/proc/self/fd/{memory}", password="")
    except (ssl.SSLError, OSError) as exc:
        raise AwayError(f"{broker.name}: client certificate and key do not fit, or are no PEM") from exc
    finally:
        os.close(memory)


def _refusal(exc: OSError) -> str:
    if isinstance(exc, TimeoutError):
        return f"no connection within {CONNECT_LIMIT_S:g} s"
    if isinstance(exc, ConnectionRefusedError):
        return "connection refused"
    if isinstance(exc, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({exc.verify_message})"
    return f"cannot be reached ({exc})"
