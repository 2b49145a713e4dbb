"""The newest states of cameras for a page, and whether anybody could be asked."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from redis.exceptions import RedisError

from analytics.live import CameraState, camera_states, camera_status
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Extension

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class States:
    """by_camera: camera id -> state.    known: False when the key-value server did not answer: nothing is live then."""

    by_camera: dict[int, CameraState]
    known: bool


def states_of(cameras: Iterable[Camera]) -> States:
    """One round trip. A page is shown without live figures rather than not at all."""
    try:
        return States(camera_states([camera.pk for camera in cameras]), known=True)
    except RedisError as exc:
        _log.warning("live figures: %s", exc)
        return States({}, known=False)


def status_of(camera: Camera, state: CameraState | None) -> str:
    """The camera's status as a word of the API."""
    return camera_status(state, enabled=camera.enabled)


def occupancy_of(camera: Camera) -> OccupancySettings | None:
    """The settings of the occupancy extension, from what `camera_list` has fetched; None when it is not installed."""
    extension = _extension(camera, Extension.Kind.OCCUPANCY)
    return extension.occupancy() if extension else None


def nonmask_of(camera: Camera) -> NonmaskSettings | None:
    """The same of the non-mask extension."""
    extension = _extension(camera, Extension.Kind.NONMASK)
    return extension.nonmask() if extension else None


def _extension(camera: Camera, kind: Extension.Kind) -> Extension | None:
    return next((one for one in camera.extensions.all() if one.kind == kind), None)
