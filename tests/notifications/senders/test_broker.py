"""The connection to a broker, against a real one (OUT-3)."""

import queue
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from notifications.kinds.broker import Broker
from notifications.protocols.base import Message
from notifications.senders.base import AwayError
from notifications.senders.broker import Acknowledged, BrokerConnection, Disconnected
from portal.common.outgoing import AddressGuard, parse_networks
from tests.servers.hook import make_certificate
from tests.servers.mosquitto import Listener, Mosquitto
from tests.servers.ports import free_port

pytestmark = pytest.mark.network

LIMIT_S = 30.0  # only ends a hang
OPEN = AddressGuard(allow=parse_networks(["127.0.0.0/8"]))


class Told:
    """What a connection tells."""

    def __init__(self) -> None:
        self.events: queue.SimpleQueue[Acknowledged | Disconnected] = queue.SimpleQueue()

    def __call__(self, event: Acknowledged | Disconnected) -> None:
        self.events.put(event)

    def next(self) -> Acknowledged | Disconnected:
        return self.events.get(timeout=LIMIT_S)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker") as server:
        yield server


@pytest.fixture
def connect() -> Iterator[Callable[..., tuple[BrokerConnection, Told]]]:
    """`connect(port, **facts)`: an open connection and what it tells."""
    made: list[BrokerConnection] = []

    def make(port: int, *, guard: AddressGuard = OPEN, **facts: object) -> tuple[BrokerConnection, Told]:
        told = Told()
        settings = {"host": "127.0.0.1", "client_id": "portal", "tls": False, **facts}
        made.append(BrokerConnection(Broker(port=port, **settings), guard, told))
        made[-1].open()
        return made[-1], told

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_a_message_arrives_and_is_acknowledged(broker: Mosquitto, connect: Callable[..., tuple], qos: int) -> None:
    """OUT-3: QoS 0, 1 and 2."""
    connection, told = connect(broker.port)
    with Listener(broker) as listener:
        packet_id = connection.publish(Message("a/b", b"1", qos))
        (heard,) = listener.wait(1)

    assert (heard.topic, heard.payload, heard.qos) == ("a/b", b"1", qos)
    assert told.next() == Acknowledged(packet_id)


@pytest.mark.parametrize("qos", [1, 2])
def test_what_was_published_meanwhile_arrives_once_after_a_restart(
    broker: Mosquitto, connect: Callable[..., tuple], qos: int
) -> None:
    """OUT-3: survives broker restarts without losing QoS 1/2 messages."""
    connection, told = connect(broker.port)
    broker.stop()
    assert isinstance(told.next(), Disconnected)
    assert not connection.connected
    packet_id = connection.publish(Message("a/b", b"kept", qos))
    broker.start()
    with Listener(broker) as listener:
        connection.open()
        assert told.next() == Acknowledged(packet_id)
        connection.publish(Message("a/b", b"last", qos))
        heard = listener.wait(2)

    assert [one.payload for one in heard] == [b"kept", b"last"]


def test_once_the_end_is_told_nothing_can_be_published_at_qos_0(broker: Mosquitto) -> None:
    """OUT-3: it would be lost, and nobody would hear of it: the count of a camera would be on its way for ever."""
    seen: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def tell(event: Acknowledged | Disconnected) -> None:
        if isinstance(event, Disconnected):
            seen.put(connection.connected)

    facts = {"host": "127.0.0.1", "client_id": "portal", "tls": False}
    connection = BrokerConnection(Broker(port=broker.port, **facts), OPEN, tell)
    connection.open()
    assert connection.connected
    broker.kill()

    assert seen.get(timeout=LIMIT_S) is False
    connection.close()


def test_a_new_owner_begins_a_new_session(broker: Mosquitto, connect: Callable[..., tuple]) -> None:
    """OUT-3: packet ids begin at 1 again; the broker must not take them for a former owner's."""
    connect(broker.port)
    connect(broker.port)

    new = [line for line in broker.log.splitlines() if "New client connected" in line and "portal" in line]
    assert [("c1" in line, "c0" in line) for line in new] == [(True, False), (False, True)] * 2


def test_tls_checks_the_name_that_was_entered(tmp_path: Path, connect: Callable[..., tuple]) -> None:
    """OUT-3, SEC-4: the address is judged, the certificate is the name's; own CA."""
    other, _ = make_certificate(tmp_path)
    ca, certificate = make_certificate(tmp_path)
    with Mosquitto(tmp_path / "tls", certificate=certificate) as server:
        connection, _told = connect(server.port, host="localhost", tls=True, ca_certificate=ca)
        assert connection.connected
        with pytest.raises(AwayError, match="not trusted"):
            connect(server.port, host="localhost", tls=True, ca_certificate=other)
        named = AddressGuard(allow=OPEN.allow, resolve=lambda _host, _port: ["127.0.0.1"])
        with pytest.raises(AwayError, match="not trusted"):
            connect(server.port, host="elsewhere.example", tls=True, ca_certificate=ca, guard=named)


def test_a_client_certificate_is_shown(tmp_path: Path, connect: Callable[..., tuple]) -> None:
    """OUT-3: client certificate."""
    ca, certificate = make_certificate(tmp_path)
    (tmp_path / "ca.pem").write_text(ca)
    key, _, own = certificate.read_text().partition("-----BEGIN CERTIFICATE-----")
    own = f"-----BEGIN CERTIFICATE-----{own}"
    facts = {"host": "localhost", "tls": True, "ca_certificate": ca}
    with Mosquitto(tmp_path / "tls", certificate=certificate, ca=tmp_path / "ca.pem") as server:
        connection, _told = connect(server.port, **facts, client_certificate=own, client_key=key)
        assert connection.connected
        with pytest.raises(AwayError):
            connect(server.port, **facts)
        with pytest.raises(AwayError, match="no PEM"):
            connect(server.port, **facts, client_certificate=own, client_key="no key")


def test_a_password_is_asked_for(tmp_path: Path, connect: Callable[..., tuple]) -> None:
    """OUT-3: user and password; the message does not repeat them."""
    with Mosquitto(tmp_path / "closed", password="open sesame") as server:
        connection, _told = connect(server.port, user="guard", password="open sesame")
        assert connection.connected
        with pytest.raises(AwayError, match="refuses") as refused:
            connect(server.port, user="guard", password="wrong sesame")
        assert "sesame" not in str(refused.value)


def test_the_last_will_is_told_by_the_broker_only_when_we_are_gone(
    broker: Mosquitto, connect: Callable[..., tuple]
) -> None:
    """OUT-3: last will."""
    will = {"will_topic": "portal/status", "will_message": "gone"}
    with Listener(broker) as listener:
        polite, told = connect(broker.port, **will)
        polite.close()
        assert isinstance(told.next(), Disconnected)
        connect(broker.port, **will)
        connect(broker.port)  # the broker throws out the one who had the client id
        (heard,) = listener.wait(1)

    assert (heard.topic, heard.payload) == ("portal/status", b"gone")
    assert len(listener.heard) == 1


def test_an_address_that_the_portal_does_not_call_is_refused(connect: Callable[..., tuple]) -> None:
    """SEC-4."""
    with pytest.raises(AwayError, match="loopback"):
        connect(1883, guard=AddressGuard())


def test_nobody_there_and_nobody_answering_are_told_apart(
    connect: Callable[..., tuple], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 7: the reason."""
    monkeypatch.setattr("notifications.senders.broker.CONNECT_LIMIT_S", 0.3)
    with pytest.raises(AwayError, match="refused"):
        connect(free_port())
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(AwayError, match="no answer to CONNECT"):
        connect(silent.getsockname()[1])
