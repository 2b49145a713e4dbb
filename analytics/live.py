"""What open browsers are told: the payloads, and how they get there (DESIGN 4; CNT-6).

Cameras, alarms and names are small news on the channel group of their site. They are published with an ordinary client
of the key-value server, in the form of the channel layer: a thread of a worker has no event loop to spare.
"""

import json
from datetime import UTC, datetime
from typing import Any, Literal, TypedDict

from channels.layers import get_channel_layer
from redis import Redis

from analytics.alarm_live import alarm_to_json, iso
from analytics.models import Alarm, Shelving
from analytics.workers.keyvalue import client, key
from cameras.models import Camera

STALE_S, UNKNOWN_S = 5.0, 30.0
Quality = Literal["live", "stale", "limited", "unknown"]


class MinimumState(TypedDict):
    """The minimum-occupancy alarm of one area now (OCC-32). threshold: fewer than so many."""

    threshold: int
    timer_ms: int
    time_ms: int
    state: Literal["reset", "running", "paused"]
    alarm: bool
    alarm_id: str | None
    paused: bool


class AreaState(TypedDict):
    """One area now. count, raw: None while nothing is counted (no network, camera lost, outside its schedule).

    threshold: of this moment, a band's where one holds (OCC-34).    minimum: None where that alarm is Off.
    """

    number: int
    name: str
    status: bool
    count: int | None
    raw: int | None
    threshold: int
    timer_ms: int
    time_ms: int
    state: Literal["reset", "running", "paused"]
    alarm: bool
    alarm_id: str | None
    paused: bool
    minimum: MinimumState | None


class AdviceState(TypedDict):
    """Something that stands in the way of a camera's sight (CAM-8). since: POSIX seconds.

    advice, value: as `analytics.engine.scene.advice` has them.
    """

    advice: str
    since: float
    value: float | None


class ExtensionState(TypedDict):
    """One extension of a camera now (EXT-3). fps: looks per second.

    status: as the camera's, by this extension's own schedule and network.    opens_at: as the camera's.
    """

    status: str
    opens_at: float | None
    network: str
    fps: float


class MaskState(ExtensionState):
    """The non-mask extension of a camera now. mask, no_mask, not_judged: faces of the last look; None: nobody knows.

    crowded: ten persons or more, misses are likely (MASK-3).    monochrome: no colour, so nothing is judged (MASK-5).
    pose_known: the network tells how a face is turned.    alarms: ids of those that are open.
    """

    mask: int | None
    no_mask: int | None
    not_judged: int | None
    saturated: bool
    crowded: bool
    monochrome: bool
    pose_known: bool
    alarms: list[str]


class Applied(TypedDict):
    """The worker's answer to a saved setting (EXT-7): this version runs on the camera. at_ms: ms since 1970 UTC."""

    version: int
    at_ms: int


class CameraState(TypedDict):
    """`live:<cam>`: one camera now, written by its owner about once a second; gone 30 s after the last word.

    status, opens_at: of the camera; outside schedule when no extension runs, until the first one does.
    occupancy, mask: of each extension; None where it is not installed. Without occupancy: areas [], count None.
    """

    camera: int
    site: int
    at: float
    status: str  # connecting, online, stalled, offline, unauthorised, no network, outside schedule, waiting
    since: float
    error: str
    last_error: str  # of its stream; stays after recovery
    reconnects: int  # by this owner
    opens_at: float | None  # outside its schedule: when it opens next, POSIX seconds; None: never again (EXT-4)
    fps_in: float
    fps: float
    fps_wanted: float
    dropped: int
    last_frame_at: float | None
    size: list[int] | None  # width and height of the turned picture
    simulated: bool
    count: int | None
    saturated: bool
    monochrome: bool
    areas: list[AreaState]
    occupancy: ExtensionState | None
    mask: MaskState | None
    advice: list[AdviceState]
    version: int
    applied: Applied
    applied_at: float
    network: str
    worker: str


def camera_states(camera_ids: list[int], server: Redis | None = None) -> dict[int, CameraState]:
    """What the owners of these cameras said last; cameras without a word within 30 s are left out. One round trip."""
    if not camera_ids:
        return {}
    pipe = (server or client()).pipeline(transaction=False)
    for camera_id in camera_ids:
        pipe.hget(key("live", camera_id), "state")
    return {camera_id: json.loads(found) for camera_id, found in zip(camera_ids, pipe.execute(), strict=True) if found}


def camera_status(state: CameraState | None, *, enabled: bool) -> str:
    """A camera's status as a word of the API."""
    if not enabled:
        return "disabled"
    return state["status"] if state else "waiting"


def area_quality(state: CameraState | None, now: float | None = None) -> Quality:
    """How good the camera's numbers are (CNT-6): never a zero or a last value that looks live. now: POSIX seconds."""
    now = datetime.now(UTC).timestamp() if now is None else now
    if state is None or state["last_frame_at"] is None or now - state["last_frame_at"] >= UNKNOWN_S:
        return "unknown"
    if state["count"] is None:
        return "unknown"
    if now - state["last_frame_at"] >= STALE_S:
        return "stale"
    limited = state["saturated"] or state["fps"] < 0.8 * state["fps_wanted"]
    return "limited" if limited else "live"


def site_group(site_id: int) -> str:
    """The channel group of a site's news."""
    return f"site.{site_id}"


def camera_message(state: CameraState) -> tuple[str, bytes]:
    """The news of a camera, ready for PUBLISH by its worker: (channel, message)."""
    return group_message(site_group(state["site"]), {"type": "news", "event": "camera", "data": state})


def publish_camera(state: CameraState) -> None:
    """Tell open browsers how a camera is."""
    _publish(site_group(state["site"]), "camera", state)


def publish_alarm(alarm: Alarm) -> None:
    """Tell open browsers what became of an alarm. Call it after the commit. Raises RedisError."""
    _publish(site_group(alarm.site_id), "alarm", alarm_to_json(alarm))


def publish_shelving(shelving: Shelving) -> None:
    """Tell open browsers which area is silent, until when. Call it after the commit. Raises RedisError."""
    data = {
        "id": shelving.pk,
        "site": shelving.camera.site_id,
        "camera": shelving.camera_id,
        "extension": shelving.extension,
        "area_number": shelving.area_number,
        "until": iso(shelving.ends_at),
    }
    _publish(site_group(shelving.camera.site_id), "shelving", data)


def publish_names(camera: Camera) -> None:
    """Tell open browsers a camera's names and thresholds (DASH-5), and where non-mask looks for faces.

    version: a worker whose state has it, or a newer one, says these names itself.
    """
    parts = ("areas", "area", "ignore_zones")
    extensions = [
        {"kind": one.kind, **{part: one.settings.get(part, []) for part in parts}} for one in camera.extensions.all()
    ]
    data = {"camera": camera.pk, "site": camera.site_id, "name": camera.name, "extensions": extensions}
    _publish(site_group(camera.site_id), "names", data | {"version": camera.version})


def group_message(group: str, message: dict[str, Any]) -> tuple[str, bytes]:
    """`message` as channels_redis's pubsub layer sends it to a group: (channel, bytes)."""
    layer = get_channel_layer()
    prefix = layer._kwargs.get("prefix", "asgi")
    return f"{prefix}__group__{group}", layer.serialize(message)


def _publish(group: str, event: str, data: Any) -> None:
    channel, message = group_message(group, {"type": "news", "event": event, "data": data})
    client().publish(channel, message)
