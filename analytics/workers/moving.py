"""A camera moves to another worker: by hand, for balance, or because its worker is drained (RUN-4; UI 3, Workers).

Apart from `reconcile.py`: pages move without OpenCV. Whoever wants it notes it at the camera, and reconcile has some
other worker called. That one opens the stream first (`succession.py`); until then the owner goes on as if nothing were.
A note that nobody could follow is gone after a while.
"""

from collections.abc import Collection
from typing import Any

import structlog
from redis import Redis

from analytics.workers.heartbeat import Beat
from analytics.workers.keyvalue import key

log = structlog.get_logger(__name__)

STAYS_S = 3_600
NOTED_S = 15  # long enough for a worker to open a stream that answers slowly


def move(server: Redis, camera_id: int, owner: Beat) -> None:
    """Have another worker take the camera of this one. Raises RedisError.

    Whoever takes it is not the one that has it, as long as another has a place; there it stays for an hour.
    """
    stay(server, camera_id)
    moving_note(server, camera_id, owner.worker)
    log.info("move: asked to hand over", camera=camera_id, of=owner.worker)


def stay(server: Redis, camera_id: int) -> None:
    """It is left where it is, or comes to be, for an hour."""
    server.set(key("stays", camera_id), 1, ex=STAYS_S)


def staying(server: Redis, camera_ids: list[int]) -> set[int]:
    """Those that somebody has moved a while ago, or could not take: balancing leaves them."""
    found: Any = server.mget([key("stays", one) for one in camera_ids]) if camera_ids else []
    return {one for one, stays in zip(camera_ids, found, strict=True) if stays}


def moving_note(server: Redis, camera_id: int, worker: str) -> None:
    """The camera is to leave this worker."""
    server.set(key("moving", camera_id), worker, ex=NOTED_S)


def moving(server: Redis, camera_ids: Collection[int]) -> dict[int, str]:
    """The cameras that are to leave a worker, with its id."""
    found: Any = server.mget([key("moving", one) for one in camera_ids]) if camera_ids else []
    return {one: worker.decode() for one, worker in zip(camera_ids, found, strict=True) if worker}
