"""Real workers, killed while they hold the connection to a real broker (SPEC 15; OUT-3)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.workers.keyvalue import client, key
from notifications.models import Notification
from notifications.senders.link_mail import lease_name
from notifications.services.mqtt_alarms import mqtt_alarms_follow
from notifications.services.mqtt_route import link_of
from tests.analytics.workers.cluster import wait_for
from tests.factories import AlarmFactory, SiteFactory
from tests.notifications.outbox import tell
from tests.notifications.outputs import mqtt_camera, serve
from tests.notifications.processes import Processes, swept
from tests.servers.mosquitto import Listener, Mosquitto
from tests.servers.valkey import Valkey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network, pytest.mark.slow]


@pytest.fixture
def processes(valkey: Valkey, tmp_path: Path) -> Iterator[Processes]:
    with Processes(tmp_path) as made:
        yield made


def test_a_worker_killed_with_the_connection_in_its_hands_loses_nothing(
    processes: Processes, broker: Mosquitto, listener: Listener
) -> None:
    """SPEC 15: kill -9 while alarms go out; another worker takes the connection, every alarm arrives, in order."""
    serve(broker)
    camera = mqtt_camera(SiteFactory(), alarm_notification=True, alarm_topic="a")
    mqtt_alarms_follow(camera_id=camera.pk)
    lease = key("lease", lease_name(link_of(camera_id=camera.pk, site_id=camera.site_id)))
    first = processes.worker("first")
    wait_for("the first to hold the connection", lambda: client().get(lease))
    holder = client().get(lease)
    processes.worker("second")
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


def test_a_worker_that_is_asked_to_end_says_goodbye(
    processes: Processes, broker: Mosquitto, listener: Listener
) -> None:
    """OUT-3, RUN-4: the lease is given back, the broker keeps the last will to itself."""
    serve(broker, last_will_topic="will", last_will_message="gone")
    camera = mqtt_camera(SiteFactory(), count_data=True)
    lease = key("lease", lease_name(link_of(camera_id=camera.pk, site_id=camera.site_id)))
    worker = processes.worker("only")
    wait_for("the connection", lambda: re.search(r"connected .* as lookout-\S+ \(\w+, c0", broker.log))
    assert client().get(lease)
    worker.stop()

    assert client().get(lease) is None
    assert listener.heard == []
