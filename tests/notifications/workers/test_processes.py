"""Real workers, killed while they hold the connection to a real broker (SPEC 15; OUT-3)."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from analytics.workers.keyvalue import client, key
from notifications import tasks
from notifications.models import Notification
from notifications.senders.link_mail import lease_name
from notifications.services.mqtt_alarms import mqtt_alarms_follow
from notifications.services.mqtt_route import link_of
from tests.analytics.workers.cluster import Process, wait_for
from tests.factories import AlarmFactory, SiteFactory
from tests.notifications.outbox import tell
from tests.notifications.outputs import mqtt_camera, serve
from tests.servers.mosquitto import Listener, Mosquitto
from tests.servers.valkey import Valkey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network, pytest.mark.slow]

Start = Callable[[str], Process]


@pytest.fixture
def start(valkey: Valkey, tmp_path: Path) -> Iterator[Start]:
    """`start(name)`: a Celery worker for deliveries on the database and the key-value server of this test."""
    database, made = connection.settings_dict, list[Process]()
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor != "sqlite":
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    facts = {"DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "LOOKOUT_ALLOWED_NETWORKS": "127.0.0.0/8"}

    def begin(name: str) -> Process:
        argv = [sys.executable, "-m", "celery", "-A", "portal.celery", "worker", "-n", name, "-Q", "notify"]
        argv += ["--pool", "threads", "-c", "4", "--without-gossip", "--without-mingle"]
        made.append(Process(name, argv, {**os.environ, **facts}, tmp_path))
        return made[-1]

    yield begin
    for one in made:
        if one.alive:
            one.stop()


def swept(what: str, check: Callable[[], bool]) -> None:
    """Until then the sweep comes round, as beat has it."""
    wait_for(what, lambda: tasks.sweep() or check())


def test_a_worker_killed_with_the_connection_in_its_hands_loses_nothing(
    start: Start, broker: Mosquitto, listener: Listener
) -> None:
    """SPEC 15: kill -9 while alarms go out; another worker takes the connection, every alarm arrives, in order."""
    serve(broker)
    camera = mqtt_camera(SiteFactory(), alarm_notification=True, alarm_topic="a")
    mqtt_alarms_follow(camera_id=camera.pk)
    lease = key("lease", lease_name(link_of(camera_id=camera.pk, site_id=camera.site_id)))
    first = start("first")
    wait_for("the first to hold the connection", lambda: client().get(lease))
    holder = client().get(lease)
    start("second")
    told = []
    for number in range(60):
        alarm = AlarmFactory(camera=camera)
        tell(alarm)
        told.append(str(alarm.pk))
        if number == 30:
            swept("half to be on its way", lambda: len(listener.heard) >= 10)
            first.kill()
    swept("all to be sent", lambda: not Notification.objects.exclude(state="sent").exists())
    arrived = dict.fromkeys(json.loads(one.payload)["AlarmID"] for one in listener.heard)

    assert list(arrived) == told
    assert client().get(lease) not in {None, holder}
    assert len(listener.heard) <= len(told) + 1  # the one that was on its way, with its id


def test_a_worker_that_is_asked_to_end_says_goodbye(start: Start, broker: Mosquitto, listener: Listener) -> None:
    """OUT-3, RUN-4: the lease is given back, the broker keeps the last will to itself."""
    serve(broker, last_will_topic="will", last_will_message="gone")
    camera = mqtt_camera(SiteFactory(), count_data=True)
    lease = key("lease", lease_name(link_of(camera_id=camera.pk, site_id=camera.site_id)))
    worker = start("only")
    wait_for("the connection", lambda: re.search(r"connected .* as lookout-\S+ \(\w+, c0", broker.log))
    assert client().get(lease)
    worker.stop()

    assert client().get(lease) is None
    assert listener.heard == []
