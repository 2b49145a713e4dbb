"""What the workers of the outputs need in tests: an MQTT server, cameras that say what they see, drains."""

import json
import threading
import time
from collections.abc import Callable

from django.db import connection

from analytics.workers.keyvalue import client, key
from cameras.models import Camera, Site
from notifications.models import Destination, MqttServer
from notifications.services.drain import destination_drain, destinations_due
from notifications.services.mqtt_server import mqtt_server_set
from tests.factories import CameraFactory
from tests.servers.mosquitto import Mosquitto

LIMIT_S = 120.0  # only ends a hang


def serve(broker: Mosquitto, site: Site | None = None, **config: object) -> MqttServer:
    """The broker as the server of a site, or of the portal."""
    config = {"host": "127.0.0.1", "port": broker.port, "tls": False, **config}
    return mqtt_server_set(site=site, config=config)


def mqtt_camera(site: Site, *, areas: int = 1, **tab: object) -> Camera:
    """A camera whose MQTT tab says so; areas 1 to `areas` are On."""
    square = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    drawn = [{"number": one, "name": f"Area {one}", "polygon": square, "status": True} for one in range(1, areas + 1)]
    return CameraFactory(site=site, occupancy={"areas": drawn, "mqtt": tab})


def see(
    camera: Camera, count: int | None = 3, *, at_s: float | None = None, status: str = "online", areas: int = 1
) -> None:
    """What the owner of a camera says of it: `live:<cam>`. at_s: of its newest frame, POSIX seconds; None: now."""
    area = {"status": True, "count": count}
    state = {
        "camera": camera.pk,
        "site": camera.site_id,
        "status": status,
        "count": count,
        "saturated": False,
        "simulated": camera.simulated,
        "last_frame_at": time.time() if at_s is None else at_s,
        "areas": [{"number": one, "name": f"Area {one}", **area} for one in range(1, areas + 1)],
    }
    client().hset(key("live", camera.pk), "state", json.dumps(state))


class Drains:
    """Sends what is due to every destination, in threads, as the workers do, while it is open."""

    def __init__(self, threads: int = 2) -> None:
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def __enter__(self) -> "Drains":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closing.set()
        for one in self._threads:
            one.join()

    def _run(self) -> None:
        try:
            while not self._closing.wait(0.02):
                for destination_id in destinations_due().values_list("pk", flat=True):
                    destination_drain(destination_id=destination_id)
        finally:
            connection.close()


def wait_until(reached: Callable[[], object], what: str) -> None:
    """Look again and again; the limit only ends a hang."""
    until_s = time.monotonic() + LIMIT_S
    while not reached():
        if time.monotonic() > until_s:
            raise TimeoutError(what)
        threading.Event().wait(0.02)


def sent(destination: Destination, count: int) -> Callable[[], bool]:
    """Whether `count` notifications have arrived."""
    return lambda: destination.notifications.filter(state="sent").count() >= count
