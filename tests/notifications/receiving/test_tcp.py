"""TCP alarms come in over real sockets, from our own sender and from strangers (OUT-10; WIRE 5)."""

import json
import socket
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import OperationalError

from analytics.models import Alarm
from cameras.models import Camera, Site
from notifications.kinds.tcp_alarm import TcpAlarmSettings
from notifications.models import Notification
from notifications.protocols.json_lines import JsonLines
from notifications.protocols.tcp_alarm import tcp_alarm
from notifications.receiving import desk, guests, listener
from notifications.record import AlarmRecord
from notifications.senders.base import Answer, TemporarySendError
from notifications.senders.tcp import TcpSender
from portal.common.outgoing import AddressGuard
from tests.factories import CameraFactory, DestinationFactory
from tests.notifications.outbox import drain, queued, rows
from tests.notifications.receiving.running import LIMIT_S, Running, running, talk
from tests.notifications.records import LOBBY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]


def now() -> datetime:
    return datetime.now(UTC)


def record(**facts: object) -> AlarmRecord:
    return replace(LOBBY, **{"notification_id": uuid4(), "at": now(), **facts})


def line(**facts: object) -> bytes:
    return JsonLines().encode(tcp_alarm(record(**facts)))


def send(port: int, one: AlarmRecord) -> Answer:
    settings = TcpAlarmSettings(address="127.0.0.1", port=port, retries=0)
    with TcpSender(settings, {}, AddressGuard(allow_loopback=True), LIMIT_S) as sender:
        return sender.send(one)


@pytest.fixture
def camera(site: Site) -> Camera:
    """A camera that calls from this machine."""
    return CameraFactory(site=site, url="rtsp://127.0.0.1/MediaInput/stream_1")


@pytest.fixture
def listening(camera: Camera) -> Iterator[Running]:
    with running() as one:
        yield one


def test_an_alarm_of_a_camera_is_in_the_list_before_it_is_confirmed(listening: Running, camera: Camera) -> None:
    """OUT-10, WIRE 5: the answer names it."""
    one = record()
    answer = send(listening.ports["json-lines"], one)
    alarm = Alarm.objects.get()

    assert json.loads(answer.body) == {"ok": str(one.notification_id)}
    assert (alarm.camera, alarm.area_number, alarm.area_name) == (camera, 1, "Lobby")
    assert (alarm.count, alarm.threshold, alarm.source) == (12, 10, "camera")
    assert abs(alarm.started_at - one.at) < timedelta(milliseconds=1)


def test_many_alarms_over_one_connection_are_one_breach(listening: Running) -> None:
    """OPR-2: each is confirmed, in order."""
    lines = [line() for _ in range(20)]
    came = talk(listening.ports["json-lines"], b"".join(lines)[:100], b"".join(lines)[100:])
    ids = [json.loads(one)["information"] for one in lines]

    assert [json.loads(one)["ok"] for one in came.splitlines()] == ids
    assert Alarm.objects.count() == 1


def test_what_the_portal_sends_to_itself_goes_round_once(listening: Running, camera: Camera, loopback: None) -> None:
    """OUT-10: the portal's own alarm and its way back are one alarm, and nothing goes on in circles."""
    config = {"address": "127.0.0.1", "port": listening.ports["json-lines"]}
    destination = DestinationFactory(site=camera.site, kind="tcp_alarm", config=config)
    queued(destination)
    drain(destination)
    alarm = Alarm.objects.get()

    assert rows(destination) == ["sent"]
    assert (alarm.source, alarm.timer_id, Notification.objects.get().confirmed) == ("both", None, True)


def test_a_kept_alarm_is_listed_where_it_belongs(listening: Running) -> None:
    """OUT-10: a sender with an outbox delivers hours later; a clock that goes ahead is not believed."""
    then = now() - timedelta(hours=2)
    send(listening.ports["json-lines"], record(at=then))
    send(listening.ports["json-lines"], record(at=now() + timedelta(hours=2), area_number=2))
    send(listening.ports["json-lines"], record(at=LOBBY.at, area_number=3))
    kept, ahead, ancient = Alarm.objects.order_by("area_number")

    assert abs(kept.started_at - then) < timedelta(milliseconds=1)
    assert abs(ahead.started_at - now()) < timedelta(minutes=1)
    assert abs(ancient.started_at - now()) < timedelta(minutes=1)


def test_what_is_no_alarm_of_ours_is_confirmed_and_dropped(listening: Running) -> None:
    """OUT-10: a camera tells of motion, too; it must not repeat that for a day."""
    other = replace(tcp_alarm(LOBBY), message_id="1", information="x")
    came = talk(listening.ports["json-lines"], JsonLines().encode(other))

    assert came == b'{"ok": "x"}\n'
    assert not Alarm.objects.exists()


def test_a_stranger_gets_no_answer(site: Site) -> None:
    """OUT-10: its address is who it is; what it says about itself counts for nothing."""
    CameraFactory(site=site, url="rtsp://192.0.2.17/live")
    with running() as listening, pytest.raises(TemporarySendError, match=r"127\.0\.0\.1"):
        send(listening.ports["json-lines"], record())

    assert not Alarm.objects.exists()


def test_a_trusted_sender_speaks_for_others(site: Site) -> None:
    """OUT-10: a recorder, or another portal, passes on what cameras told it."""
    there = CameraFactory(site=site, url="rtsp://192.0.2.17/live")
    with running(trust=("127.0.0.1",)) as listening:
        send(listening.ports["json-lines"], record())
        with pytest.raises(TemporarySendError, match="without a confirmation"):
            send(listening.ports["json-lines"], record(host="192.0.2.18"))

    assert Alarm.objects.get().camera == there


@pytest.mark.parametrize("known", [True, False], ids=["a camera", "a stranger"])
def test_bytes_that_are_no_alarm_are_kept_for_study_when_asked_for(site: Site, tmp_path: Path, known: bool) -> None:
    """WIRE 5: the vendor's bytes are to be found out."""
    CameraFactory(site=site, url=f"rtsp://{'127.0.0.1' if known else '192.0.2.17'}/live")
    folder, said = tmp_path / "received", b"\x00\x01vendor\n" + bytes(range(256))
    with running(study=folder) as listening:
        assert talk(listening.ports["json-lines"], said) == b""
    (file,) = folder.iterdir()

    assert file.read_bytes() == said
    assert file.stat().st_mode & 0o077 == 0
    assert not Alarm.objects.exists()


def test_bytes_are_not_kept_otherwise(site: Site, tmp_path: Path, settings: object) -> None:
    """WIRE 5: off unless asked for."""
    CameraFactory(site=site, url="rtsp://127.0.0.1/live")
    with running() as listening:
        talk(listening.ports["json-lines"], b"vendor\n")

    assert list(tmp_path.iterdir()) == []


def test_damage_ends_one_connection_only(listening: Running) -> None:
    """SPEC 15: what was whole before it is safe."""
    port = listening.ports["json-lines"]
    assert talk(port, line() + b"garbage\n" + line(area_number=2)).count(b"ok") == 1
    assert talk(port, b"x" * 100_000) == b""
    assert talk(port) == b""
    with socket.create_connection(("127.0.0.1", port)) as rude:
        rude.sendall(line()[:30])
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    send(port, record(area_number=4))

    assert list(Alarm.objects.order_by("area_number").values_list("area_number", flat=True)) == [1, 4]


def test_a_database_that_is_away_confirms_nothing(listening: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: the sender keeps it, and repeats it."""

    def away(**_facts: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(desk, "alarm_receive", away)
        with pytest.raises(TemporarySendError, match="without a confirmation"):
            send(listening.ports["json-lines"], record())
    send(listening.ports["json-lines"], record())

    assert Alarm.objects.count() == 1


def test_an_unexpected_error_ends_one_connection_only(
    listening: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """STYLE 8: the log has the traceback."""
    with monkeypatch.context() as patch:
        patch.setattr(desk, "alarm_receive", lambda **_facts: 1 / 0)
        with pytest.raises(TemporarySendError):
            send(listening.ports["json-lines"], record())

    assert "ZeroDivisionError" in caplog.text
    assert send(listening.ports["json-lines"], record()).confirmed


def test_one_sender_cannot_keep_the_others_out(listening: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: connections of one address are bounded."""
    monkeypatch.setattr(guests, "MOST_OF_ONE", 2)
    port = listening.ports["json-lines"]
    with socket.create_connection(("127.0.0.1", port)) as one, socket.create_connection(("127.0.0.1", port)) as two:
        for held in (one, two):
            held.sendall(line())
            assert b"ok" in held.recv(4096)
        assert talk(port, line()) == b""


def test_it_stops_with_a_sender_on_the_line(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 2: every wait has an end."""
    monkeypatch.setattr(listener, "ENDING_S", 0.1)
    with running() as listening:
        idle = socket.create_connection(("127.0.0.1", listening.ports["json-lines"]))
        idle.sendall(line())
        assert b"ok" in idle.recv(4096)
    with idle:
        assert idle.recv(4096) == b""
