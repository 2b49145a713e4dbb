"""One picture of a camera, from its worker, when somebody asks for it: nobody asking costs no encoding (DEMO-6)."""

import json
import time
from typing import Any, NamedTuple

from redis import Redis

from analytics.live import camera_states
from analytics.workers.keyvalue import client, key
from cameras.models import Camera

WAIT_S = 2.0
DEMAND_MS = 2_500
SHOWING = ("online", "no network")  # statuses in which pictures come


class Still(NamedTuple):
    """header: as `frame_live.LiveFrame`, with boxes and areas of this very picture.    jpeg: privacy painted."""

    header: dict[str, Any]
    jpeg: bytes


def still_of(camera: Camera) -> Still | None:
    """The camera's next picture; None while there is none that may be shown. Waits 2 s at most. Raises RedisError."""
    server = client()
    state = camera_states([camera.pk], server).get(camera.pk)
    if state is None or not camera.enabled or state["status"] not in SHOWING:
        return None
    return still_take(server, camera, since=state["applied"]["at_ms"] / 1000)


def still_take(server: Redis, camera: Camera, *, since: float, wait_s: float = WAIT_S) -> Still | None:
    """Ask for a picture and wait for it. since: when its settings began to hold, POSIX seconds. Raises RedisError."""
    with server.pubsub(ignore_subscribe_messages=True) as pubsub:
        pubsub.subscribe(key("n", camera.pk))
        server.set(key("demand", camera.pk), 1, px=DEMAND_MS, nx=True)  # somebody who looks longer asks for longer
        return _next(pubsub, camera.version, since, wait_s)


def _next(pubsub: Any, version: int, since: float, wait_s: float) -> Still | None:
    """The next picture that was taken under this version.

    One that was on its way when the version changed may still show what is to be painted over.
    """
    until = time.monotonic() + wait_s
    while (left := until - time.monotonic()) > 0:
        message = pubsub.get_message(timeout=left)
        if message is not None:
            length = int.from_bytes(message["data"][:4])
            header = json.loads(message["data"][4 : 4 + length])
            if header["version"] == version and header["at"] > since:
                return Still(header, message["data"][4 + length :])
    return None
