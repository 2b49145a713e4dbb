"""The owner of a connection to an MQTT broker, against a real one (OUT-3; WIRE 1, 2)."""

import json
import threading
import time
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone

from analytics.workers.keyvalue import client, key, server_time_us
from analytics.workers.lease import Lease
from cameras.extensions.mqtt import TOPIC
from cameras.models import Camera, Site
from notifications.models import Attempt, Destination, Notification
from notifications.protocols.base import Message
from notifications.record import mac_of
from notifications.senders.link_mail import Came, Parcel, heard, lease_name, post
from notifications.services.mqtt_alarms import mqtt_alarms_follow, mqtt_back
from notifications.services.mqtt_plan import links_plan
from notifications.services.mqtt_route import link_of
from notifications.services.mqtt_server import mqtt_server_remove, mqtt_server_set
from notifications.workers.link_counts import LinkCounts
from notifications.workers.runtime import OutputsRuntime
from tests.factories import AlarmFactory, SiteFactory
from tests.notifications.outbox import tell
from tests.notifications.outputs import Drains, mqtt_camera, see, sent, serve, wait_until
from tests.servers.mosquitto import Listener, Mosquitto
from tests.servers.slow_broker import SlowBroker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]

MESSAGE = Message("a", b"1", 1)


@pytest.fixture
def site(transactional_db: None) -> Site:
    return SiteFactory(name="Harbour")


def destination_of(camera: Camera) -> Destination:
    """The one that stands for the camera's MQTT tab."""
    mqtt_alarms_follow(camera_id=camera.pk)
    return Destination.objects.get(camera=camera, kind="mqtt")


def alarm(camera: Camera, area: int = 1) -> str:
    """A start that is to be told; its alarm's id."""
    made = AlarmFactory(camera=camera, area_number=area, area_name=f"Area {area}")
    tell(made)
    return str(made.pk)


def connected(runtime: OutputsRuntime, camera: Camera) -> str:
    """Start, and wait for the connection that the camera's messages go over; its link."""
    if not runtime.is_alive():
        runtime.start()
    link = link_of(camera_id=camera.pk, site_id=camera.site_id)

    def there() -> bool:
        return post(client(), link, name="hello", message=Message("hello", b"", 0), limit_s=5).came is Came.SENT

    wait_until(there, "no connection")
    return link


def alarms(listener: Listener) -> list[dict[str, str]]:
    return [json.loads(one.payload) for one in list(listener.heard) if b"AlarmID" in one.payload]


def in_order(told: list[dict[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The alarms of each area as a receiver takes them: what it knows already it drops by its id."""
    order: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for one in told:
        order[one["CameraMACaddress"], one["Area"]].setdefault(one["AlarmID"])
    return {area: list(ids) for area, ids in order.items()}


def test_an_alarm_is_delivered_when_the_broker_has_acknowledged_it(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-3, WIRE 2: through the outbox, by the server of the portal."""
    serve(broker)
    camera = mqtt_camera(site, alarm_notification=True, alarm_topic="alarms/{site}/{camera}")
    destination = destination_of(camera)
    connected(runtime, camera)
    alarm_id = alarm(camera)
    with Drains():
        wait_until(sent(destination, 1), "not delivered")
    (heard,) = listener.wait(1, "alarms/")
    (row,) = Notification.objects.all()

    assert heard.topic == f"alarms/{site.pk}/{camera.pk}"
    assert (heard.qos, heard.retain) == (1, False)
    assert json.loads(heard.payload)["AlarmID"] == alarm_id
    assert row.confirmed
    assert "PUBLISH alarms/" in row.attempts.get().sent


def test_at_qos_0_the_log_says_that_nobody_confirmed(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-3: QoS 0."""
    serve(broker)
    camera = mqtt_camera(site, alarm_notification=True, qos=0)
    destination = destination_of(camera)
    connected(runtime, camera)
    alarm(camera)
    with Drains():
        wait_until(sent(destination, 1), "not delivered")
    listener.wait(1, TOPIC)

    assert not Notification.objects.get().confirmed


@pytest.mark.parametrize(("qos", "count"), [(1, 510), (2, 60)])
def test_nothing_is_lost_and_nothing_comes_twice_while_the_broker_is_away(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, qos: int, count: int
) -> None:
    """OUT-3, SPEC 7: 500 alarms of that time arrive, in order per area, none twice; the counts do not flood.

    At QoS 1 the broker itself may pass on twice what it could not acknowledge before it stopped; it has the same id.
    Of a camera's counts one was on its way, one waited, and then comes one at each boundary of the clock.
    """
    serve(broker)
    tab = {"alarm_notification": True, "count_data": True, "topic": "c/{camera}", "alarm_topic": "a", "interval_s": 5}
    cameras = [mqtt_camera(SiteFactory(), areas=2, qos=qos, **tab) for _ in range(2)]
    for camera in cameras:
        destination_of(camera)
        see(camera, areas=2)
    connected(runtime, cameras[0])
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    with Drains():
        for number in range(count):
            if number == 10:
                broker.stop()
            camera, area = cameras[number % 2], 1 + number // 2 % 2
            told[mac_of(camera.pk), str(area)].append(alarm(camera, area))
            see(camera, areas=2)
        away_s = timezone.now().timestamp()
        broker.start()
        wait_until(lambda: not Notification.objects.exclude(state="sent").exists(), "not all are noted as sent")
    wait_until(lambda: len({one["AlarmID"] for one in alarms(listener)}) == count, "not all have arrived")
    counts = [one for one in listener.heard if one.topic.startswith("c/") and one.at_s >= away_s]
    back_s = listener.heard[-1].at_s - away_s

    assert in_order(alarms(listener)) == told
    assert len(alarms(listener)) <= count + (2 if qos == 1 else 0)  # as many as were on their way when it stopped
    assert len(counts) <= len(cameras) * (3 + back_s / 5)


def test_counts_are_sent_on_the_boundaries_of_the_clock(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-3, WIRE 1, figure of the issue: the error of an interval is at most 5 %."""
    serve(broker)
    camera = mqtt_camera(site, count_data=True, interval_s=5, qos=1)
    connected(runtime, camera)

    def seen(count: int) -> bool:
        see(camera, 7)
        return len([one for one in listener.heard if one.topic == TOPIC]) >= count

    wait_until(lambda: seen(3), "no counts")
    heard = listener.wait(3, TOPIC)
    times_s = [one.at_s for one in heard]

    assert json.loads(heard[0].payload)["ALL_Current"] == json.loads(heard[0].payload)["Area1_Current"] == "7"
    assert all(abs(later - earlier - 5) <= 0.25 for earlier, later in pairwise(times_s))
    assert all(at_s % 5 <= 0.25 for at_s in times_s)


def clients(broker: Mosquitto) -> list[str]:
    """The ids of those who connected with a session to keep, in their order, without the listener."""
    lines = [line for line in broker.log.splitlines() if "New client connected" in line and "c0" in line]
    return [name for name in (line.split(" as ")[1].split(" ")[0] for line in lines) if name != "listener"]


def test_many_cameras_and_many_workers_share_one_connection(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-3: one per broker and identity, under a lease; who ends gives it back, another takes it at once."""
    serve(broker)
    cameras = [mqtt_camera(site, count_data=True) for _ in range(3)]
    link = connected(runtime, cameras[0])
    second = OutputsRuntime()
    second.look()
    assert len(set(clients(broker))) == len(clients(broker)) == 1
    assert {link_of(camera_id=one.pk, site_id=site.pk) for one in cameras} == {link}

    runtime.close()
    try:
        wait_until(lambda: client().get(key("lease", lease_name(link))) is None, "the lease was not given back")
        second.look()
        connected(second, cameras[0])
    finally:
        second.close()
    assert len(clients(broker)) == 2


def test_a_site_has_a_server_of_its_own_and_so_may_a_camera(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-3: camera before site before portal; each identity has its own connection."""
    serve(broker, client_id="of-portal")
    serve(broker, site, client_id="of-site")
    own = {"own": True, "host": "127.0.0.1", "port": broker.port, "tls": False, "client_id": "of-camera"}
    elsewhere, inside = mqtt_camera(SiteFactory(), count_data=True), mqtt_camera(site, count_data=True)
    alone = mqtt_camera(site, count_data=True, server=own)
    for camera in (elsewhere, inside, alone):
        connected(runtime, camera)

    assert set(clients(broker)) == {"of-portal", "of-site", "of-camera"}


def test_a_connection_that_nobody_wants_any_more_is_closed(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-3: the broker hears a goodbye, not our last will."""
    server = serve(broker, last_will_topic="will", last_will_message="gone")
    link = connected(runtime, mqtt_camera(site, count_data=True))
    mqtt_server_remove(server=server)
    wait_until(lambda: client().get(key("lease", lease_name(link))) is None, "still held")

    assert not [one for one in listener.heard if one.topic == "will"]


def test_a_frozen_owner_that_comes_back_publishes_nothing(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """DESIGN 7: the lease; somebody else has it by now."""
    serve(broker)
    link = connected(runtime, mqtt_camera(site, count_data=True))
    thief = Lease(lease_name(link))
    client().delete(key("lease", lease_name(link)))
    assert thief.take(client())

    def gone() -> bool:
        return "disconnected" in broker.log.partition("lookout-")[2]

    wait_until(gone, "it still holds the connection")
    assert client().get(key("lease", lease_name(link))) == thief.token.encode()


def test_two_settings_with_one_client_id_do_not_throw_each_other_out(broker: Mosquitto, site: Site) -> None:
    """OUT-3: the one with more cameras stays."""
    serve(broker, client_id="same")
    serve(broker, site, client_id="same", user="guard")
    mqtt_camera(site, count_data=True)
    many = [mqtt_camera(SiteFactory(), count_data=True) for _ in range(2)]

    (plan,) = links_plan().values()
    assert set(plan.cameras) == {one.pk for one in many}


def test_without_a_server_the_alarm_waits_and_says_why(transactional_db: None, site: Site) -> None:
    """OUT-3, SPEC 7."""
    camera = mqtt_camera(site, alarm_notification=True)
    destination = destination_of(camera)
    alarm(camera)
    with Drains():
        wait_until(lambda: Destination.objects.get(pk=destination.pk).failures, "not tried")
    destination.refresh_from_db()

    assert "no MQTT server is set" in destination.last_error
    assert Notification.objects.get().state == "waiting"


def test_counts_are_skipped_when_they_are_old_or_nobody_counts(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """SPEC 7: older than 5 s, outside the schedule, unknown."""
    serve(broker)
    tab = {"count_data": True, "interval_s": 5, "topic": "{camera}"}
    stale, closed, unknown, good = (mqtt_camera(site, **tab) for _ in range(4))
    connected(runtime, good)

    def told() -> list[str]:
        see(stale, at_s=time.time() - 6)
        see(closed, status="outside schedule")
        see(unknown, None)
        see(good)
        return [one.topic for one in listener.heard if one.topic != "hello"]

    wait_until(told, "no counts at all")
    assert set(told()) == {str(good.pk)}


def test_what_is_on_its_way_is_delivered_only_when_it_is_acknowledged(runtime: OutputsRuntime, loopback: None) -> None:
    """OUT-3: an acknowledgement that comes late still counts, and nothing is published twice for it."""
    with SlowBroker() as slow:
        mqtt_server_set(site=None, config={"host": "127.0.0.1", "port": slow.port, "tls": False})
        camera = mqtt_camera(SiteFactory(), count_data=True)
        link = connected(runtime, camera)
        told = len(slow.published)

        def ask(limit_s: float) -> Came:
            return post(client(), link, name="n:0", message=MESSAGE, limit_s=limit_s).came

        assert ask(0.3) is Came.LATE
        assert ask(0.3) is Came.LATE
        assert len(slow.published) == told + 1
        slow.acknowledge()
        assert ask(10) is Came.SENT
        assert len(slow.published) == told + 1

        heard(client(), link, ["n:0"])
        asking = threading.Thread(target=lambda: ask(10))
        asking.start()
        slow.wait(told + 2)  # it has heard: who sends it again means it
        slow.acknowledge()
        asking.join()


@pytest.mark.parametrize("lost", ["given up", "server empty"])
def test_an_answer_that_nobody_reads_is_given_again_and_nothing_is_published_twice(
    runtime: OutputsRuntime, loopback: None, lost: str
) -> None:
    """SPEC 7, 15: the sender gives up, or is killed, in the instant of the answer; the key-value server comes back
    empty with the answer in it."""
    with SlowBroker() as slow:
        mqtt_server_set(site=None, config={"host": "127.0.0.1", "port": slow.port, "tls": False})
        link = connected(runtime, mqtt_camera(SiteFactory(), count_data=True))
        gone = Parcel("n:0", MESSAGE, server_time_us(client()) + 60_000_000)
        client().rpush(key("mqtt", link), gone.to_json())
        slow.wait(1)
        slow.acknowledge()
        wait_until(lambda: client().exists(key("mqttreply", gone.id)), "not answered")
        if lost == "server empty":
            client().flushall()

        def asked() -> bool:
            return post(client(), link, name="n:0", message=MESSAGE, limit_s=10).came is Came.SENT

        wait_until(asked, "not told")
        assert len(slow.published) == 1


def test_who_notes_its_pause_after_the_broker_is_back_waits_no_longer_for_it(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: it was told "away" the moment before; its pause may be ten minutes by now."""
    serve(broker)
    camera = mqtt_camera(site, alarm_notification=True)
    destination = destination_of(camera)
    calls: list[list[int]] = []

    def back(*, camera_ids: list[int]) -> None:
        mqtt_back(camera_ids=camera_ids)
        calls.append(camera_ids)
        if len(calls) == 1:
            later = timezone.now() + timedelta(minutes=10)
            Destination.objects.filter(pk=destination.pk).update(failures=10, next_try_at=later)

    monkeypatch.setattr("notifications.workers.link.mqtt_back", back)
    runtime.start()
    wait_until(lambda: calls, "no connection")
    alarm(camera)
    with Drains():
        wait_until(sent(destination, 1), "it waits for its pause to be over")


def test_counts_wait_for_the_one_before_and_the_newest_wins(transactional_db: None) -> None:
    """SPEC 7: latest-value; a broker that is slow is not flooded, and what is too old is not sent."""
    mqtt_server_set(site=None, config={"host": "192.0.2.1"})
    camera = mqtt_camera(SiteFactory(), count_data=True, interval_s=5)
    published: list[tuple[str, dict[str, str]]] = []
    counts = LinkCounts(lambda key, message: published.append((key, json.loads(message.payload))) or True)
    (plan,) = links_plan().values()
    counts.turn(plan, 1.0)
    for number in (1, 2, 3):
        see(camera, number, at_s=5.0 * number)
        counts.turn(plan, 5.0 * number)
    assert [one["ALL_Current"] for _, one in published] == ["1"]
    counts.arrived(published[0][0])
    counts.turn(plan, 16.0)
    see(camera, 4, at_s=20.0)
    counts.turn(plan, 20.0)
    counts.arrived(published[1][0])
    counts.turn(plan, 25.1)

    assert [one["ALL_Current"] for _, one in published] == ["1", "3"]


def everything_kept() -> str:
    """All that lies in the key-value server and in the tables of the outbox, as text."""
    server, rows = client(), [*Destination.objects.values(), *Notification.objects.values(), *Attempt.objects.values()]
    reads = {b"string": server.get, b"hash": server.hgetall, b"set": server.smembers}
    reads[b"list"] = lambda name: server.lrange(name, 0, -1)
    kept = [reads[server.type(name)](name) for name in server.scan_iter("*")]
    return f"{kept} {[{**row, 'secrets': ''} for row in rows]}"


def test_a_password_is_seen_by_its_broker_only(
    runtime: OutputsRuntime, tmp_path: Path, loopback: None, capfd: pytest.CaptureFixture[str]
) -> None:
    """SPEC 7: absent from logs, attempts, errors and the key-value server; right or wrong."""
    with Mosquitto(tmp_path / "closed", password="planted-secret") as closed:
        config = {"host": "127.0.0.1", "port": closed.port, "tls": False, "user": "guard"}
        server = mqtt_server_set(site=None, config=config, secrets={"password": "planted-secret-too"})
        camera = mqtt_camera(SiteFactory(), alarm_notification=True)
        destination = destination_of(camera)
        alarm(camera)
        runtime.start()
        with Drains():
            wait_until(lambda: "refuses" in Destination.objects.get(pk=destination.pk).last_error, "not refused")
            mqtt_server_set(site=None, config=server.config, secrets={"password": "planted-secret"})
            wait_until(sent(destination, 1), "not delivered")

    assert "planted-secret" not in everything_kept()
    assert "planted-secret" not in "".join(capfd.readouterr())
