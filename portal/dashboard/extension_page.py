"""What the Extensions page shows: which camera runs what, and what an order would do (EXT-1, EXT-2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.engine.inference.networks import Network
from analytics.engine.inference.task import Task
from analytics.live import ExtensionState
from analytics.workers.heartbeat import WATCH, Beat
from cameras.models import Camera, Extension, Job
from cameras.rotation import is_upright
from cameras.services.installation import extension_refusal
from portal.dashboard.camera_table import Device, Line
from portal.dashboard.network_page import catalogue, networks_whole


@dataclass(frozen=True, slots=True)
class ExtensionCell:
    """One kind of extension on one camera. extension: None when it is not installed.

    running: the network that its worker has loaded for it, empty when nobody says so.    barred: why it could not be
    installed, empty when it could.
    """

    kind: str
    extension: Extension | None
    status: str
    running: str
    barred: str


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """One camera of the table, with a cell for each kind.    may: the visitor administers its site."""

    camera: Camera
    cells: list[ExtensionCell]
    may: bool


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


def extension_on(camera: Camera, kind: str) -> Extension | None:
    """From what `camera_list` has fetched."""
    return next((one for one in camera.extensions.all() if one.kind == kind), None)


def order_check(do: str, kind: str, cameras: Iterable[Camera], workers: Iterable[Beat]) -> Check:
    """Compatibility first: what can be known before anything is done (EXT-1, CAM-4).

    do: install, uninstall or network.    kind: of the extension.
    """
    ready: list[Camera] = []
    left: dict[str, list[Camera]] = {}
    for camera in cameras:
        why = _obstacle(do, kind, camera)
        (left.setdefault(why, []) if why else ready).append(camera)
    added = sum(camera.fps for camera in ready if camera.enabled) if do == Job.Kind.INSTALL else 0.0
    return Check(ready, list(left.items()), room_of(workers, added))


def room_of(workers: Iterable[Beat], added: float = 0.0) -> Room:
    """Of all workers that look at pictures: a simulator has no room for a camera, a drained worker only its load."""
    beats = [beat for beat in workers if beat.queue == WATCH]
    capacity = sum(beat.capacity for beat in beats if not beat.draining)
    return Room(capacity, sum(beat.load for beat in beats), added)


def networks_to_choose(kind: str) -> list[Network]:
    """Networks of an extension that are there and whole, best first."""
    return [one for one in networks_whole(catalogue()) if one.manifest.task is Task(kind)]


def networks_named(kind: str, cameras: Iterable[Camera]) -> Mapping[str, int]:
    """How many of the cameras are set to each network; empty stands for the best one."""
    found: dict[str, int] = {}
    for camera in cameras:
        if extension := extension_on(camera, kind):
            found[extension.network] = found.get(extension.network, 0) + 1
    return found


def _line(line: Line, may: bool) -> ExtensionLine:
    return ExtensionLine(line.camera, [_cell(line, kind) for kind in Extension.Kind], may)


def _cell(line: Line, kind: Extension.Kind) -> ExtensionCell:
    camera, state = line.camera, _state_of(line, kind)
    status, running = (state["status"], state["network"]) if state else (line.status, "")
    sideways = kind == Extension.Kind.NONMASK and not is_upright(camera.rotation)
    barred = _("not at %(degrees)s°") % {"degrees": camera.rotation} if sideways else ""
    return ExtensionCell(kind, extension_on(camera, kind), status, running, barred)


def _state_of(line: Line, kind: Extension.Kind) -> ExtensionState | None:
    """What its worker says of the extension; a switched-off camera has nobody who could."""
    if line.state is None or not line.camera.enabled:
        return None
    return line.state.get("occupancy") if kind == Extension.Kind.OCCUPANCY else line.state.get("mask")


def _obstacle(do: str, kind: str, camera: Camera) -> str:
    installed = extension_on(camera, kind) is not None
    if do == Job.Kind.INSTALL:
        return _("Installed already") if installed else extension_refusal(camera=camera, kind=kind)
    return "" if installed else _("Not installed")
