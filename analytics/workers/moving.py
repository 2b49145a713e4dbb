"""A camera moved to another worker by hand (UI 3, Workers). Apart from `reconcile.py`: pages move without OpenCV."""

from typing import Any

import structlog
from redis import Redis

from analytics.workers.heartbeat import Beat
from analytics.workers.keyvalue import key

log = structlog.get_logger(__name__)

STAYS_S = 3_600


def move(server: Redis, camera_id: int, owner: Beat) -> None:
    """Ask the worker of a camera to hand it over. Raises RedisError.

    Whoever takes it next is not the one that gave it, as long as another has a place; there it stays for an hour.
    """
    server.set(key("stays", camera_id), 1, ex=STAYS_S)
    server.hset(key("ctl", camera_id), "yield", owner.worker)
    log.info("move: asked to hand over", camera=camera_id, of=owner.worker)


def staying(server: Redis, camera_ids: list[int]) -> set[int]:
    """Those that somebody has moved a while ago: balancing leaves them."""
    found: Any = server.mget([key("stays", one) for one in camera_ids]) if camera_ids else []
    return {one for one, stays in zip(camera_ids, found, strict=True) if stays}
