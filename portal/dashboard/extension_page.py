"""What the Extensions page shows: which camera runs what, and what an order would do (EXT-1, EXT-2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.engine.inference.networks import Network
from analytics.engine.inference.task import Task
from analytics.workers.heartbeat import Beat
from cameras.models import Camera, Extension, Job
from cameras.rotation import is_upright
from cameras.services.installation import extension_refusal
from portal.dashboard.camera_table import Device, Line
from portal.dashboard.network_page import catalogue, networks_whole


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """One camera of the table. extension: the occupancy extension, None when it is not installed.

    running: the network that its worker has loaded for it, empty when nobody says so.    may: the visitor administers
    its site.    upright: whether non-mask detection could run on its picture.
    """

    camera: Camera
    extension: Extension | None
    status: str
    running: str
    may: bool
    upright: bool


@dataclass(frozen=True, slots=True)
class ExtensionDevice:
    """Lines that stand together: the sensors of a device (CAM-10), or one camera, then without a name."""

    name: str
    lines: list[ExtensionLine]


@dataclass(frozen=True, slots=True)
class Room:
    """Frames per second of all workers together (EXT-2). capacity: 0 while nobody has measured."""

    capacity: float
    load: float
    added: float = 0.0

    @property
    def after(self) -> float:
        return self.load + self.added

    @property
    def left(self) -> float:
        return self.capacity - self.load

    @property
    def is_short(self) -> bool:
        """Whether cameras will be analysed more slowly than wanted."""
        return bool(self.added and self.capacity and self.after > self.capacity)

    @property
    def is_unknown(self) -> bool:
        return bool(self.added) and not self.capacity


@dataclass(frozen=True, slots=True)
class Check:
    """An order looked through. ready: what it would be done to.    left: the others, by why nothing is done to them."""

    ready: list[Camera]
    left: list[tuple[str, list[Camera]]]
    room: Room


def extension_devices(devices: Iterable[Device], administered: set[int]) -> list[ExtensionDevice]:
    """administered: ids of the sites that the visitor administers."""
    return [
        ExtensionDevice(device.name, [_line(line, line.camera.site_id in administered) for line in device.lines])
        for device in devices
    ]


def occupancy_on(camera: Camera) -> Extension | None:
    """From what `camera_list` has fetched."""
    return next((one for one in camera.extensions.all() if one.kind == Extension.Kind.OCCUPANCY), None)


def order_check(kind: str, cameras: Iterable[Camera], workers: Iterable[Beat]) -> Check:
    """Compatibility first: what can be known before anything is done (EXT-1, CAM-4)."""
    ready: list[Camera] = []
    left: dict[str, list[Camera]] = {}
    for camera in cameras:
        why = _obstacle(kind, camera)
        (left.setdefault(why, []) if why else ready).append(camera)
    added = sum(camera.fps for camera in ready if camera.enabled) if kind == Job.Kind.INSTALL else 0.0
    return Check(ready, list(left.items()), room_of(workers, added))


def room_of(workers: Iterable[Beat], added: float = 0.0) -> Room:
    beats = list(workers)
    return Room(sum(beat.capacity for beat in beats), sum(beat.load for beat in beats), added)


def networks_to_choose() -> list[Network]:
    """Networks of occupancy detection that are there and whole, best first."""
    return [one for one in networks_whole(catalogue()) if one.manifest.task is Task.OCCUPANCY]


def networks_named(cameras: Iterable[Camera]) -> Mapping[str, int]:
    """How many of the cameras are set to each network; empty stands for the best one."""
    found: dict[str, int] = {}
    for camera in cameras:
        if extension := occupancy_on(camera):
            found[extension.network] = found.get(extension.network, 0) + 1
    return found


def _line(line: Line, may: bool) -> ExtensionLine:
    running = (line.state["network"] or "") if line.state else ""
    upright = is_upright(line.camera.rotation)
    return ExtensionLine(line.camera, occupancy_on(line.camera), line.status, running, may, upright)


def _obstacle(kind: str, camera: Camera) -> str:
    installed = occupancy_on(camera) is not None
    if kind == Job.Kind.INSTALL:
        return _("Installed already") if installed else extension_refusal(camera=camera, kind=Extension.Kind.OCCUPANCY)
    return "" if installed else _("Not installed")
