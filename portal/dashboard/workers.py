"""The living workers, for pages that say what they do; and a camera asked to leave one of them."""

from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from analytics.workers.heartbeat import Beat, beats
from analytics.workers.keyvalue import client, key
from analytics.workers.moving import move


def workers_seen() -> tuple[list[Beat], bool]:
    """The camera workers, and whether somebody writes; nobody when the key-value server is away."""
    server = client()
    try:
        return sorted(beats(server), key=lambda beat: beat.worker), bool(server.exists(key("lease", "writer")))
    except RedisError:
        return [], False


def camera_move(camera_id: int) -> str:
    """Ask the worker that has the camera to hand it over; why not, or nothing. Raises RedisError."""
    server = client()
    living = beats(server)
    owner = next((beat for beat in living if camera_id in beat.cameras), None)
    if owner is None:
        return _("no worker has it at this moment.")
    if not any(beat is not owner and beat.queue == owner.queue and beat.places for beat in living):
        return _("there is no other worker with a place for it.")
    move(server, camera_id, owner)
    return ""
