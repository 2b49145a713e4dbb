"""The key-value server killed and started empty while a worker waits for two receivers (SPEC 15)."""

import json
import threading
from collections import Counter

import pytest

from notifications.models import Notification
from notifications.services.mqtt_alarms import mqtt_alarms_follow
from notifications.services.mqtt_server import mqtt_server_set
from tests.factories import DestinationFactory, SiteFactory
from tests.notifications.faults.telling import tell_alarms
from tests.notifications.faults.verdict import from_webhook, judge
from tests.notifications.outputs import mqtt_camera
from tests.notifications.processes import Processes, swept
from tests.servers import hook as replies
from tests.servers.hook import LIMIT_S, Hook, Received, Reply
from tests.servers.slow_broker import SlowBroker
from tests.servers.valkey import Valkey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network, pytest.mark.slow]

ALARMS = 6


def test_a_key_value_server_that_restarts_empty_in_mid_delivery_loses_and_repeats_nothing(
    hook: Hook, valkey: Valkey, processes: Processes
) -> None:
    """SPEC 15: a request and a publication are on their way; the answer about the latter is lost with the server, and
    nothing is published twice for that."""
    site, go = SiteFactory(), threading.Event()

    def held(_request: Received) -> Reply:
        go.wait(LIMIT_S)
        return replies.OK

    hook.reply = held
    with SlowBroker() as slow:
        mqtt_server_set(site=None, config={"host": "127.0.0.1", "port": slow.port, "tls": False})
        camera = mqtt_camera(site, areas=2, alarm_notification=True)
        mqtt_alarms_follow(camera_id=camera.pk)
        DestinationFactory(site=site, hook=hook)
        told = tell_alarms([camera], ALARMS)
        processes.worker("only")
        swept("both to be on their way", lambda: hook.requests and slow.published)
        valkey.kill()
        valkey.start()
        slow.acknowledge()
        go.set()
        acknowledged = 1

        def all_sent() -> bool:
            nonlocal acknowledged
            if len(slow.published) > acknowledged:
                acknowledged += 1
                slow.acknowledge()
            return not Notification.objects.exclude(state="sent").exists()

        swept("everything to be sent", all_sent)
    published = Counter(json.loads(payload)["AlarmID"] for _packet, payload in slow.published)
    verdict = judge(told, map(from_webhook, hook.requests))

    assert verdict.faultless, verdict
    assert verdict.repeats == 0
    assert published == Counter(alarm for alarms in told.values() for alarm in alarms)
