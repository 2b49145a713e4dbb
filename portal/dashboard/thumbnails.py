"""Small pictures of cameras for lists: taken when somebody looks, and kept for whoever looks next (UI 3, DEMO-6).

Workers encode pictures only on demand, so a list asks for one of each camera that is on the screen, at most once a
minute. What is kept has its privacy zones painted as they were then: after any change of the camera it is no longer
shown (CAM-5). It is kept for a day, so that a camera without signal still has its last picture.
"""

import logging
import threading
import time

from redis import Redis
from redis.exceptions import RedisError

from analytics.live import camera_states
from analytics.still import SHOWING, still_take
from analytics.workers.keyvalue import client, key
from cameras.models import Camera

WIDTH_PX = 160  # twice what a list shows, for dense screens
FRESH_S = 60.0
KEPT_S = 24 * 3600
WAIT_S = 2.0
QUALITY = 75
AT_ONCE = 16  # each waits in a thread with a connection of its own to the key-value server

_log = logging.getLogger(__name__)
_turns = threading.BoundedSemaphore(AT_ONCE)


def thumbnail_of(camera: Camera) -> bytes | None:
    """A JPEG; None while there is no picture that may be shown. Waits for a worker, 2 s at most."""
    try:
        server = client()
        jpeg, taken_at = _kept(server, camera)
        if time.time() - taken_at < FRESH_S:
            return jpeg
        state = camera_states([camera.pk], server).get(camera.pk)
        if state is None or not camera.enabled or state["status"] not in SHOWING:
            return jpeg
        return _in_turn(server, camera, state["applied"]["at_ms"] / 1000) or jpeg
    except RedisError as exc:
        _log.warning("thumbnail: %s", exc)
        return None


def _kept(server: Redis, camera: Camera) -> tuple[bytes | None, float]:
    """The picture, and when it was taken, POSIX seconds; one of an earlier version of the camera is none."""
    kept: dict[bytes, bytes] = server.hgetall(key("thumb", camera.pk))  # type: ignore[assignment]  # clients give bytes
    if not kept or int(kept[b"version"]) != camera.version:
        return None, 0.0
    return kept[b"jpeg"], float(kept[b"at"])


def _in_turn(server: Redis, camera: Camera, since: float) -> bytes | None:
    """As `_take`; nothing when too many wait already: whoever looks next tries again."""
    if not _turns.acquire(timeout=WAIT_S):
        return None
    try:
        return _take(server, camera, since)
    finally:
        _turns.release()


def _take(server: Redis, camera: Camera, since: float) -> bytes | None:
    """Ask for a picture, wait for it, keep it small. since: when its settings began to hold, POSIX seconds."""
    still = still_take(server, camera, since=since, wait_s=WAIT_S)
    if still is None:
        return None
    small = _shrink(still.jpeg)
    name = key("thumb", camera.pk)
    server.hset(name, mapping={"jpeg": small, "version": str(still.header["version"]), "at": str(time.time())})
    server.expire(name, KEPT_S)
    return small


def _shrink(jpeg: bytes) -> bytes:
    # OpenCV takes 30 MB, which a web process spends when somebody looks at a list of running cameras.
    import cv2
    import numpy as np

    picture = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_COLOR_2))
    height, width = picture.shape[:2]
    size = (WIDTH_PX, max(1, round(height * WIDTH_PX / width)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    _fine, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes()
