"""How the connections to MQTT servers are, as their owners tell it (OUT-3; DESIGN 7)."""

import pytest

from analytics.workers.keyvalue import client, key
from cameras.models import Site
from notifications.services.link_state import LIFE_S, LinkState, links_read, owner_name
from notifications.workers.runtime import OutputsRuntime
from tests.notifications.outputs import mqtt_camera, see, serve, wait_until
from tests.servers.mosquitto import Listener, Mosquitto

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]


def one_state() -> LinkState | None:
    """Of the only connection that there should be."""
    ((_place, state),) = links_read(client()) or [(None, None)]
    return state


def test_nobody_tells_of_connections_while_no_worker_runs(transactional_db: None) -> None:
    """CNT-6: an unknown state is not shown as none."""
    assert links_read(client()) is None


def test_a_connection_tells_of_itself(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-3: since when, who holds it, what went over it; and it is gone when nobody says so any more."""
    serve(broker)
    camera = mqtt_camera(site, count_data=True, interval_s=5)
    runtime.start()
    wait_until(lambda: (state := one_state()) and state.since_s, "not connected")

    def heard() -> bool:
        see(camera)  # a count that is older than 5 s is not sent
        return bool(listener.heard)

    wait_until(heard, "no counts")
    wait_until(lambda: (state := one_state()) and state.counts_sent and state.delivered, "nothing counted")
    ((place, state),) = links_read(client()) or []

    assert state is not None
    assert (place.server, place.cameras) == (f"127.0.0.1:{broker.port}", (camera.pk,))
    assert (state.owner, state.error, state.in_flight) == (owner_name(), "", 0)
    assert 0 < client().ttl(key("mqttlink", place.link)) <= LIFE_S


def test_a_connection_that_cannot_be_says_why(runtime: OutputsRuntime, broker: Mosquitto, site: Site) -> None:
    """OUT-3: and counts that nobody can be sent are counted as such."""
    serve(broker)
    broker.stop()
    camera = mqtt_camera(site, count_data=True, interval_s=5)
    runtime.start()
    wait_until(lambda: (state := one_state()) and "refused" in state.error, "no reason")
    wait_until(lambda: (state := one_state()) and state.counts_skipped, "nothing skipped")
    state = one_state()

    assert camera.pk
    assert state is not None
    assert state.since_s is None


def test_one_that_nobody_holds_is_told_of_too(runtime: OutputsRuntime, broker: Mosquitto, site: Site) -> None:
    """DESIGN 7: its owner was killed, and the next one is not there yet."""
    serve(broker)
    mqtt_camera(site, count_data=True)
    runtime.start()
    wait_until(one_state, "nobody holds it")
    runtime.close()
    client().delete(*client().keys(key("mqttlink", "*")))
    ((place, state),) = links_read(client()) or []

    assert state is None
    assert place.client_id.startswith("lookout-")
