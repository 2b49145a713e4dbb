"""Counts and alarms of cameras come in over MQTT, from a real broker (OUT-10; WIRE 1, 2)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import OperationalError

from analytics.models import Alarm, CountMinute
from cameras.extensions.mqtt import TOPIC
from cameras.models import Camera, Site
from notifications.receiving import desk as desk_module
from notifications.record import mac_of
from tests.factories import AlarmFactory, CameraFactory, ExtensionFactory
from tests.notifications.outputs import wait_until
from tests.notifications.receiving.subscribed import MAC, Listening, Sender, alarm, counts
from tests.servers.mosquitto import Mosquitto

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]


def minutes(camera: Camera) -> dict[int, tuple[int, int, int]]:
    """minimum, maximum and last of the one minute on file, by area."""
    rows = CountMinute.objects.filter(camera=camera)
    return {row.area_number: (row.minimum, row.maximum, row.last) for row in rows}


@pytest.fixture
def broker(tmp_path: Path, loopback: None) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker") as server:
        yield server


@pytest.fixture
def sender(broker: Mosquitto) -> Iterator[Sender]:
    one = Sender(broker)
    yield one
    one.close()


@pytest.fixture
def camera(site: Site) -> Camera:
    """One that counts by itself: occupancy detection is not installed here."""
    return CameraFactory(site=site, mac=MAC, occupancy=False)


def test_counts_of_a_camera_become_minutes(broker: Mosquitto, sender: Sender, camera: Camera) -> None:
    """OUT-10, WIRE 1, CNT-1: two looks in one minute are that minute's minimum, maximum and last."""
    minute = (datetime.now(UTC) - timedelta(minutes=5)).replace(second=0, microsecond=0)
    with Listening(broker) as listening:
        sender.say(counts(at=minute + timedelta(seconds=10), picture=9, area1=6, area2=3))
        sender.say(counts(at=minute + timedelta(seconds=40), picture=5, area1=2, area2=3))
        listening.taken(2)
    row = CountMinute.objects.get(camera=camera, area_number=1)

    assert minutes(camera) == {0: (5, 9, 5), 1: (2, 6, 2), 2: (3, 3, 3), 3: (0, 0, 0), 4: (0, 0, 0)}
    assert (row.minute, row.mean) == (minute, 4.0)


def test_the_same_message_twice_changes_nothing(broker: Mosquitto, sender: Sender, camera: Camera) -> None:
    """OUT-10: at QoS 1 a broker may repeat itself; the mean must not lean to it."""
    minute = (datetime.now(UTC) - timedelta(minutes=5)).replace(second=0, microsecond=0)
    with Listening(broker) as listening:
        for second, count in ((10, 6), (10, 6), (40, 2)):
            sender.say(counts(at=minute + timedelta(seconds=second), picture=count))
        listening.taken(3)

    assert CountMinute.objects.get(camera=camera, area_number=0).mean == 4.0


def test_a_camera_that_the_portal_counts_is_not_counted_twice(broker: Mosquitto, sender: Sender, site: Site) -> None:
    """OUT-10, CNT-1: the portal's own message comes back from the broker that both talk to, too."""
    camera = CameraFactory(site=site, mac=MAC)
    with Listening(broker) as listening:
        sender.say(counts())
        refused = listening.refused("counted here")

    assert refused["camera_ids"] == [camera.pk]
    assert minutes(camera) == {}


def test_nobodys_counts_are_named_and_kept_for_study(
    broker: Mosquitto, sender: Sender, camera: Camera, tmp_path: Path
) -> None:
    """OUT-10: an unknown MAC address is no error, and what follows it is taken."""
    folder, said = tmp_path / "received", counts("0011223344ff")
    with Listening(broker, study=folder) as listening:
        sender.say(said)
        sender.say(b"\xff\x00 no JSON")
        sender.say(b'{"CameraMACaddress": "001122aabbcc", "Time": "today"}')
        sender.say(counts())
        listening.taken(1)
        reasons = {(one["sender"], one["reason"]) for one in listening.ledger.to_json()["refused"]}

    assert reasons == {("0011223344ff", "stranger"), (TOPIC, "unreadable"), (MAC, "unreadable")}
    assert said in [file.read_bytes() for file in folder.iterdir()]
    assert len(list(folder.iterdir())) == 3
    assert minutes(camera)[0][2] == 9


def test_one_sender_does_not_fill_the_folder(
    broker: Mosquitto, sender: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OUT-10: a stranger that counts every five seconds leaves a sample, not a thousand files."""
    monkeypatch.setattr("notifications.receiving.mqtt.MOST_STUDIED", 2)
    with Listening(broker, study=tmp_path / "received") as listening:
        for _ in range(5):
            sender.say(counts("0011223344ff"))
        wait_until(lambda: listening.refused("stranger")["count"] == 5, "not all heard")

    assert len(list((tmp_path / "received").iterdir())) == 2


def test_counts_of_an_instant_that_cannot_be_are_not_taken(broker: Mosquitto, sender: Sender, camera: Camera) -> None:
    """CNT-6: a clock that goes an hour ahead, or one that begins in 1970, would put counts where nobody counted."""
    now = datetime.now(UTC)
    with Listening(broker) as listening:
        sender.say(counts(at=now + timedelta(hours=1)))
        sender.say(counts(at=datetime(1970, 1, 1, tzinfo=UTC)))
        sender.say(counts(at=now + timedelta(seconds=20), picture=7))
        listening.taken(1)

    assert listening.refused("clock")["count"] == 2
    assert minutes(camera)[0] == (7, 7, 7)
    assert CountMinute.objects.filter(minute__gt=datetime.now(UTC)).count() == 0


def test_a_count_that_cannot_be_is_not_taken(broker: Mosquitto, sender: Sender, camera: Camera) -> None:
    """OUT-10: the message is well formed, its number is not."""
    with Listening(broker) as listening:
        sender.say(counts(area2=300))

        assert "300" in listening.refused("unreadable")["said"]
    assert minutes(camera) == {}


def test_of_a_device_with_several_sensors_the_first_one_is_meant(broker: Mosquitto, sender: Sender, site: Site) -> None:
    """WIRE 1, CAM-10: sensor 1 sends the real address."""
    first, second = (
        CameraFactory(site=site, mac=MAC, url=f"rtsp://192.0.2.7/MediaInput/stream_1/ch_{one}", occupancy=False)
        for one in (1, 2)
    )
    with Listening(broker) as listening:
        sender.say(counts())
        listening.taken(1)

    assert minutes(first)
    assert not minutes(second)


def test_what_came_while_nobody_listened_waits_at_the_broker(broker: Mosquitto, sender: Sender, camera: Camera) -> None:
    """OUT-10: the session goes on over a restart of the listener."""
    minute = (datetime.now(UTC) - timedelta(minutes=5)).replace(second=0, microsecond=0)
    with Listening(broker):
        pass
    sender.say(counts(at=minute, picture=3))
    with Listening(broker) as listening:
        listening.taken(1)

    assert minutes(camera)[0] == (3, 3, 3)


def test_what_was_taken_does_not_come_again(broker: Mosquitto, sender: Sender, camera: Camera) -> None:
    """OUT-10: it was confirmed; a broker sends again what was not."""
    with Listening(broker) as listening:
        sender.say(counts("0011223344ff"))
        sender.say(counts())
        listening.taken(1)
    with Listening(broker) as listening:
        sender.say(counts(picture=2))
        listening.taken(1)
        told = listening.ledger.to_json()

    assert (told["doors"]["mqtt"]["taken"], told["refused"]) == (1, [])
    assert minutes(camera)[0][2] == 2


def test_nothing_is_confirmed_while_the_database_is_away(
    broker: Mosquitto, sender: Sender, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: it is taken when the database is back, in its order."""

    def away(**_facts: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("notifications.receiving.mqtt.AWAY_S", 0.05)
    with Listening(broker) as listening:
        with monkeypatch.context() as patch:
            patch.setattr(desk_module, "counts_receive", away)
            sender.say(counts())
            listening.refused("later")
            assert minutes(camera) == {}
        listening.taken(1)

    assert minutes(camera)[0] == (9, 9, 9)


def test_an_unexpected_error_costs_one_message(
    broker: Mosquitto, sender: Sender, camera: Camera, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """STYLE 8: the log has the traceback, and it does not come again."""
    with Listening(broker) as listening:
        with monkeypatch.context() as patch:
            patch.setattr(desk_module, "counts_receive", lambda **_facts: 1 / 0)
            sender.say(counts())
            wait_until(lambda: "ZeroDivisionError" in caplog.text, "not logged")
        sender.say(counts(picture=4))
        listening.taken(1)

    assert minutes(camera)[0][2] == 4


def test_alarms_of_another_portal_start_and_end(broker: Mosquitto, sender: Sender, site: Site) -> None:
    """OUT-10, WIRE 2: in the same list as those that come by TCP and HTTP; its end ends it."""
    camera = CameraFactory(site=site, mac=MAC)
    with Listening(broker) as listening:
        sender.say(alarm(State="Start"))
        sender.say(alarm(State="Repeat"))
        listening.taken(2)
        heard = Alarm.objects.get()
        assert (heard.camera, heard.area_number, heard.area_name) == (camera, 1, "Lobby")
        assert (heard.count, heard.threshold, heard.source, heard.ended_at) == (12, 10, "camera", None)
        sender.say(alarm(State="End", Reason="count"))
        listening.taken(3)
    heard.refresh_from_db()

    assert heard.ended_at is not None
    assert heard.end_reason == "camera"


def test_the_portals_own_alarm_comes_back_and_counts_for_nothing(broker: Mosquitto, sender: Sender, site: Site) -> None:
    """OUT-10: the broker that the portal sends to is the one that it listens to; nobody else has told of it."""
    ours = AlarmFactory(camera=CameraFactory(site=site, mac=MAC))
    with Listening(broker) as listening:
        sender.say(alarm(State="Start", AlarmID=str(ours.pk)))
        listening.refused("own")
    ours.refresh_from_db()

    assert ours.source == "portal"
    assert Alarm.objects.count() == 1


def test_the_portals_own_counts_of_a_camera_without_an_address_are_its_own(
    broker: Mosquitto, sender: Sender, site: Site
) -> None:
    """WIRE 1: no stranger sends under an address that the portal gave."""
    camera = CameraFactory(site=site)
    with Listening(broker) as listening:
        sender.say(counts(mac_of(camera.pk)))

        assert listening.refused("own")["sender"] == mac_of(camera.pk)


def test_a_minimum_is_no_alarm_of_ours(broker: Mosquitto, sender: Sender, camera: Camera) -> None:
    """WIRE 2, OCC-32: it has no message id; to take it for its opposite would be wrong."""
    with Listening(broker) as listening:
        sender.say(alarm(Direction="Below", AlarmID=str(uuid4())))

        assert listening.refused("not ours")["camera_ids"] == [camera.pk]
    assert not Alarm.objects.exists()


def test_who_counts_may_change(broker: Mosquitto, sender: Sender, camera: Camera) -> None:
    """CNT-1: from the installation on the portal counts, and a minute never holds both."""
    with Listening(broker) as listening:
        sender.say(counts())
        listening.taken(1)
        ExtensionFactory(camera=camera)
        sender.say(counts(picture=1))
        listening.refused("counted here")

    assert minutes(camera)[0][1] == 9


def test_the_screen_is_told_how_the_connection_is(broker: Mosquitto) -> None:
    """OUT-10: connected since when, to what; and why not."""
    with Listening(broker) as listening:
        wait_until(lambda: listening.door.state()["since_s"] is not None, "not said to be connected")
        state = listening.door.state()
        broker.stop()
        wait_until(lambda: listening.door.state()["since_s"] is None, "still said to be connected")
        gone = listening.door.state()

    assert (state["error"], state["refused_topics"], state["topics"]) == ("", [], [TOPIC])
    assert state["since_s"]
    assert "127.0.0.1" in gone["error"] or "ended" in gone["error"]
