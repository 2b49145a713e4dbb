"""`manage.py alarm_listener` as a process of its own (OUT-10; DESIGN 7)."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from analytics.models import Alarm, CountMinute
from analytics.workers.keyvalue import client
from cameras.extensions.mqtt import TOPIC
from cameras.models import Site
from notifications.kinds.tcp_alarm import TcpAlarmSettings
from notifications.models import Attempt, Notification
from notifications.protocols.base import compact
from notifications.receiving.state import listeners
from notifications.senders.tcp import TcpSender
from notifications.services.drain import destination_drain
from portal.common.outgoing import AddressGuard
from portal.management import running
from portal.management.commands import alarm_listener
from portal.supervisor.plan import Launch, plan
from tests.factories import CameraFactory, DestinationFactory
from tests.notifications.outbox import drain, later, queued, rows
from tests.notifications.outputs import wait_until
from tests.notifications.receiving.running import get
from tests.notifications.records import alarm
from tests.servers.mosquitto import Mosquitto
from tests.servers.ports import free_port

ROOT = Path(__file__).parents[3]


def publish(broker: Mosquitto, payload: bytes) -> None:
    """As a camera that signs in."""
    camera = Client(CallbackAPIVersion.VERSION2)
    camera.username_pw_set("guard", "planted-secret")
    camera.connect("127.0.0.1", broker.port)
    camera.loop_start()
    camera.publish(TOPIC, payload, 1).wait_for_publish(20)
    camera.disconnect()
    camera.loop_stop()


def database() -> str:
    """The test database, as DATABASE_URL names it."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


@pytest.fixture
def loopback(settings) -> None:
    """The guard lets through to this machine (SEC-4)."""
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]


@contextmanager
def listening(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """The process, and its ports in the order in which it tells them."""
    environ = {**os.environ, "DATABASE_URL": database(), **environment}
    command = [sys.executable, "manage.py", "alarm_listener", "--host", "127.0.0.1", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        lines = [process.stdout.readline() for one in arguments if one in ("--tcp", "--http")]
        yield process, [int(re.search(r"on port (\d+)", line)[1]) for line in lines]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.network
@pytest.mark.django_db(transaction=True)
def test_it_takes_alarms_until_it_is_told_to_stop(site: Site) -> None:
    """OUT-10: TCP and HTTP beside each other; SIGTERM ends it in order."""
    CameraFactory(site=site, url="rtsp://127.0.0.1/live")
    with listening("--tcp", "0", "--http", "0") as (process, (tcp, http)):
        settings = TcpAlarmSettings(address="127.0.0.1", port=tcp)
        with TcpSender(settings, {}, AddressGuard(allow_loopback=True), 20.0) as sender:
            assert sender.send(alarm()).confirmed
        assert get(http, "/alarm?source=63")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    assert sorted(Alarm.objects.values_list("area_number", flat=True)) == [1, 2]


@pytest.mark.network
@pytest.mark.django_db(transaction=True)
def test_it_subscribes_to_a_server_and_tells_the_screen_how_that_is(site: Site, tmp_path: Path) -> None:
    """OUT-10, WIRE 1, DESIGN 7: with a password from the environment; what it tells of itself ends with it."""
    camera = CameraFactory(site=site, mac="001122aabbcc", occupancy=False)
    said = b'{"CameraMACaddress": "001122aabbcc", "Time": "%s", "ALL_Current": "4"}' % compact(timezone.now()).encode()
    with Mosquitto(tmp_path / "broker", password="planted-secret") as broker:
        url = f"mqtt://guard:planted-secret@127.0.0.1:{broker.port}"
        environment = {"LOOKOUT_LISTENER_MQTT": url, "LOOKOUT_ALLOWED_NETWORKS": "127.0.0.0/8"}
        with listening(**environment) as (process, _ports):
            line = process.stdout.readline()
            wait_until(lambda: "SUBSCRIBE" in broker.log, "not subscribed")
            publish(broker, said)
            wait_until(lambda: any(one["cameras"] for one in listeners(client())), "not told")
            (told,) = listeners(client())
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0

    assert line.split() == ["Subscribing", "at", f"127.0.0.1:{broker.port}", "to", TOPIC]
    assert (told["doors"].keys(), told["cameras"].keys()) == ({"mqtt"}, {str(camera.pk)})
    assert (told["mqtt"]["error"], bool(told["mqtt"]["since_s"])) == ("", True)
    assert "planted-secret" not in json.dumps(told)
    assert CountMinute.objects.get(camera=camera, area_number=0).last == 4
    assert listeners(client()) == []


@pytest.mark.network
@pytest.mark.django_db(transaction=True)
def test_what_it_confirmed_survives_its_being_killed(site: Site) -> None:
    """SPEC 15: the answer comes after the commit."""
    CameraFactory(site=site, url="rtsp://127.0.0.1/live")
    with listening("--tcp", "0") as (process, (tcp,)):
        settings = TcpAlarmSettings(address="127.0.0.1", port=tcp)
        with TcpSender(settings, {}, AddressGuard(allow_loopback=True), 20.0) as sender:
            assert sender.send(alarm()).confirmed
            process.kill()

    assert Alarm.objects.count() == 1


@pytest.mark.network
@pytest.mark.django_db(transaction=True)
def test_what_a_portal_sends_arrives_in_order_though_the_receiver_is_killed_in_between(site: Site, loopback) -> None:
    """SPEC 15: the outbox keeps what was not confirmed; nothing is lost, and nothing gets a second id."""
    port = free_port()
    config = {"address": "127.0.0.1", "port": port, "retries": 0}
    destination = DestinationFactory(site=site, kind="tcp_alarm", config=config)
    CameraFactory(site=site, url="rtsp://127.0.0.1/live")
    for area in (1, 2, 3, 4):
        queued(destination, 5, area_number=area)
    with listening("--tcp", str(port)) as (process, _ports):
        assert destination_drain(destination_id=destination.pk, limit=7) == 7
        process.kill()
        process.wait()
        drain(destination)
    between = rows(destination)
    with listening("--tcp", str(port)):
        later(destination)
        drain(destination)

    assert between == ["sent"] * 7 + ["waiting"] * 13
    assert rows(destination) == ["sent"] * 20
    tried = Attempt.objects.filter(outcome="sent").order_by("pk").values_list("notification", flat=True)
    assert list(tried) == list(Notification.objects.order_by("number").values_list("pk", flat=True))
    assert set(Alarm.objects.values_list("source", flat=True)) <= {"portal", "both"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tcp", "443"], "443 is not allowed"),
        (["--tcp", "some-recorder:1818"], "not installed"),
        (["--tcp", "70000"], "no port"),
        (["--http", "eighty"], "no port"),
        (["--trust", "everybody"], "no network"),
        (["--mqtt", "http://broker"], "mqtts://"),
        (["--mqtt", "mqtt://user:planted-secret@broker"], "LOOKOUT_LISTENER_MQTT"),
        (["--mqtt-ca", "/nowhere/ca.pem"], "no PEM file"),
    ],
)
def test_arguments_are_checked_before_it_listens(arguments: list[str], words: str) -> None:
    """OUT-1, SPEC 15."""
    with pytest.raises(CommandError, match=words):
        call_command("alarm_listener", *arguments)


def test_without_a_portal_it_says_what_is_missing(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 7: destinations and browsers could not be told."""
    settings.REDIS_URL = ""
    monkeypatch.setattr(running, "answers", lambda _url: False)

    with pytest.raises(CommandError, match="No portal to listen for"):
        call_command("alarm_listener")


def test_it_finds_the_portal_of_its_data_folder(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 7: the settings are read at the start, so it starts once more with the address."""
    settings.REDIS_URL = ""
    monkeypatch.setattr(alarm_listener, "portal_url", lambda: "redis://127.0.0.1:1/0")
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(os, "execv", lambda _program, _argv: sys.exit("again"))

    with pytest.raises(SystemExit, match="again"):
        call_command("alarm_listener")
    assert os.environ["REDIS_URL"] == "redis://127.0.0.1:1/0"


def test_the_portal_does_not_start_it(tmp_path: Path) -> None:
    """WIRE 5: off by default."""
    launch = Launch(base=str(ROOT), data=str(tmp_path), host="127.0.0.1", port=8000)
    children = plan(launch, {"REDIS_URL": "redis://127.0.0.1:1/0"})

    assert not any("alarm_listener" in child.argv for child in children)
