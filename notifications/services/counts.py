"""The newest counts of cameras, as the protocols carry them; or why there are none to send (SPEC 7, CNT-6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from analytics.live import STALE_S, CameraState, camera_states
from cameras.models import Extension
from notifications.record import CountedArea, CountRecord
from notifications.services.camera_mac import camera_mac

OUTSIDE_SCHEDULE = "outside schedule"
"""The status that a camera's owner tells of it then."""


class Skip(StrEnum):
    """Why no counts are sent now."""

    UNKNOWN = "nobody counts"
    STALE = "the newest count is older than 5 s"
    CLOSED = "outside its schedule"


@dataclass(frozen=True, slots=True)
class Counted:
    """What does not change with the counts. mac: see `camera_mac`.    on: the numbers of the areas that are On."""

    camera_id: int
    camera_name: str
    site_id: int
    site_name: str
    objects: tuple[str, ...]
    simulated: bool
    mac: str
    on: frozenset[int]

    @classmethod
    def of(cls, extension: Extension) -> "Counted":
        """camera and site have to be loaded."""
        camera, settings = extension.camera, extension.settings
        return cls(
            camera_id=camera.pk,
            camera_name=camera.name,
            site_id=camera.site_id,
            site_name=camera.site.name,
            objects=tuple(settings.get("objects", ("human",))),
            simulated=camera.simulated,
            mac=camera_mac(camera),
            on=frozenset(area["number"] for area in settings.get("areas", ()) if area["status"] and area["polygon"]),
        )


def newest_counts(cameras: Collection[Counted], *, now_s: float) -> dict[int, CountRecord | Skip]:
    """By camera. now_s: POSIX seconds.    Raises RedisError."""
    states = camera_states([one.camera_id for one in cameras])
    return {one.camera_id: _newest(one, states, now_s) for one in cameras}


def _newest(camera: Counted, states: Mapping[int, CameraState], now_s: float) -> CountRecord | Skip:
    state = states.get(camera.camera_id)
    if state is not None and (state.get("occupancy") or state)["status"] == OUTSIDE_SCHEDULE:  # faces may go on
        return Skip.CLOSED
    if state is None or state["count"] is None or state["last_frame_at"] is None:
        return Skip.UNKNOWN
    if now_s - state["last_frame_at"] > STALE_S:
        return Skip.STALE
    areas = [CountedArea(one["number"], one["name"], _count(one["count"], one["status"])) for one in state["areas"]]
    return CountRecord(
        at=datetime.fromtimestamp(state["last_frame_at"], UTC),
        site_id=camera.site_id,
        site_name=camera.site_name,
        camera_id=camera.camera_id,
        camera_name=camera.camera_name,
        mac=camera.mac,
        picture=state["count"],
        areas=tuple(areas),
        objects=camera.objects,
        saturated=state["saturated"],
        simulated=state["simulated"],
    )


def _count(count: int | None, on: bool) -> int | None:
    """None: the area is Off."""
    return (count or 0) if on else None
