"""From the database to what a camera's loop works with (DESIGN 2). The loop itself never touches the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings as deployment
from django.db.models import Count, F, Q

from analytics.engine.alarm.events import EndReason
from analytics.engine.inference.task import Task
from analytics.engine.scene.advice import Advice
from analytics.engine.scene.memory import SceneMemory
from analytics.models import Alarm, CameraLease, CameraView, SceneEvent
from analytics.services.scene import confirmed_ms
from cameras.capture.source import SourceSpec, is_sketch
from cameras.extensions.bands import Band
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Extension
from cameras.schedules import ALWAYS, OperationSchedule
from portal.common.guard import guard_make

Zone = tuple[tuple[float, float], ...]
S = TypeVar("S")

LOOKS_FOR_SMALL = 3  # small faces: the whole picture, and two halves of it


class NotWantedError(Exception):
    """The camera is not to be analysed; `reason` is what its open alarms end with."""

    def __init__(self, camera_id: int, reason: EndReason) -> None:
        super().__init__(f"camera {camera_id} is not to be analysed: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that the database believes to be open. started_at: POSIX seconds.    face: of a non-mask alarm."""

    alarm_id: str
    area_number: int
    area_name: str
    count: int
    threshold: int
    started_at: float
    notified_count: int
    cause: str = "threshold"
    face: int | None = None


@dataclass(frozen=True, slots=True)
class ExtensionPlan(Generic[S]):
    """One extension on a camera (EXT-3). schedule: when it runs.    network: id, None for the best that is present.

    open_alarms: what a new owner adopts when no state was left (SPEC 4.10).    looks: inferences that a frame takes.
    """

    settings: S
    schedule: OperationSchedule = ALWAYS
    network: str | None = None
    open_alarms: tuple[OpenAlarm, ...] = ()
    looks: int = 1

    @property
    def bands(self) -> tuple[Band, ...]:
        """Of the week, with thresholds of their own (OCC-34); faces have none."""
        return self.settings.bands if isinstance(self.settings, OccupancySettings) else ()


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """Everything that a loop needs to know of its camera.

    zones: privacy zones, fractions.    occupancy, nonmask: None where it is not installed; one of them is.
    zone: of its site's clock, by which schedules run.    epoch: recorded for the last owner.
    scene: the advice that holds, and the view to compare with (CAM-8), confirmed at `view_confirmed_ms`, ms UTC, or 0.
    blur_faces, keep_clips: the site's policy for pictures and clips of alarms (OPR-3).
    """

    camera_id: int
    site_id: int
    name: str
    spec: SourceSpec
    zones: tuple[Zone, ...]
    deactivation_s: int
    version: int
    simulated: bool
    occupancy: ExtensionPlan[OccupancySettings] | None = None
    nonmask: ExtensionPlan[NonmaskSettings] | None = None
    epoch: int = 0
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    scene: SceneMemory = field(default_factory=SceneMemory)
    view_confirmed_ms: int = 0
    blur_faces: bool = False
    keep_clips: bool = False

    @property
    def extensions(self) -> dict[Task, ExtensionPlan[Any]]:
        """Those that are installed, in the order in which they look at a frame."""
        both = {Task.OCCUPANCY: self.occupancy, Task.NONMASK: self.nonmask}
        return {task: one for task, one in both.items() if one is not None}

    @property
    def looks(self) -> int:
        """Inferences that one frame takes when all of them run (EXT-2)."""
        return sum(one.looks for one in self.extensions.values())


def plan_load(camera_id: int) -> CameraPlan:
    """Raises NotWantedError; SettingsError for stored settings that no form let in; django.db.Error."""
    camera = Camera.objects.select_related("site").filter(pk=camera_id).first()
    if camera is None:
        raise NotWantedError(camera_id, EndReason.CAMERA_REMOVED)
    if not camera.enabled:
        raise NotWantedError(camera_id, EndReason.STATUS_OFF)
    installed = {Task(one.kind): one for one in camera.extensions.defer("secrets")}
    if not installed:
        raise NotWantedError(camera_id, EndReason.UNINSTALLED)
    view = CameraView.objects.filter(camera=camera).first() or CameraView(camera=camera)
    return CameraPlan(
        camera_id=camera.pk,
        site_id=camera.site_id,
        name=camera.name,
        spec=_spec(camera),
        zones=tuple(tuple((x, y) for x, y in zone) for zone in camera.privacy_zones),
        deactivation_s=camera.deactivation_s,
        version=camera.version,
        simulated=camera.simulated,
        occupancy=_occupancy(installed.get(Task.OCCUPANCY)),
        nonmask=_nonmask(installed.get(Task.NONMASK)),
        epoch=CameraLease.objects.filter(camera=camera).values_list("epoch", flat=True).first() or 0,
        zone=ZoneInfo(camera.site.time_zone),
        scene=SceneMemory(_advice(camera), _views(view)),
        view_confirmed_ms=confirmed_ms(view),
        blur_faces=camera.site.blur_faces,
        keep_clips=camera.site.keep_clips,
    )


def _occupancy(extension: Extension | None) -> ExtensionPlan[OccupancySettings] | None:
    return None if extension is None else _extension(extension, extension.occupancy())


def _nonmask(extension: Extension | None) -> ExtensionPlan[NonmaskSettings] | None:
    if extension is None:
        return None
    settings = extension.nonmask()
    return replace(_extension(extension, settings), looks=LOOKS_FOR_SMALL if settings.small_faces else 1)


def _extension(extension: Extension, settings: S) -> ExtensionPlan[S]:
    return ExtensionPlan(
        settings,
        OperationSchedule.from_json(extension.schedule),
        extension.network or None,
        tuple(_open(extension)),
    )


def _spec(camera: Camera) -> SourceSpec:
    return SourceSpec(
        url=camera.url,
        username=camera.username,
        password=camera.password,
        transport=camera.transport,
        fps=camera.fps,
        media_root=deployment.MEDIA_CLIPS,
        guard=guard_make(),
        rotation=camera.rotation,
    )


def _open(extension: Extension) -> Iterable[OpenAlarm]:
    """Under the ids that the chain gave them; not what only the camera told of (OUT-10)."""
    known = Alarm.objects.filter(camera=extension.camera_id, ended_at=None, extension=extension.kind)
    for alarm in known.exclude(source=Alarm.Source.CAMERA):
        yield OpenAlarm(
            alarm_id=str(alarm.timer_id or alarm.pk),
            area_number=alarm.area_number,
            area_name=alarm.area_name,
            count=alarm.count or 0,
            threshold=alarm.threshold or 0,
            started_at=alarm.started_at.timestamp(),
            notified_count=alarm.notified_count,
            cause=alarm.cause,
            face=alarm.face,
        )


def _advice(camera: Camera) -> dict[Advice, float]:
    events = SceneEvent.objects.filter(camera=camera, ended_at=None)
    return {Advice(event.advice): event.began_at.timestamp() for event in events}


def _views(view: CameraView) -> dict[str, bytes]:
    views = {"colour": bytes(view.colour), "monochrome": bytes(view.monochrome)}
    return {mode: kept for mode, kept in views.items() if kept}


class Wanted(NamedTuple):
    """A camera that somebody has to run.

    version: of its settings.    looks: inferences a second that it asks for.    sketched: by a simulator only.
    """

    version: int
    looks: float
    sketched: bool = False


def cameras_wanted() -> dict[int, Wanted]:
    """By id. Raises django.db.Error."""
    small = Q(extensions__kind=Extension.Kind.NONMASK, extensions__settings__small_faces=True)
    looks = Count("extensions") + Count("extensions", filter=small) * (LOOKS_FOR_SMALL - 1)
    wanted = Camera.objects.filter(enabled=True, extensions__isnull=False).annotate(looks=F("fps") * looks)
    rows = wanted.order_by("pk").values_list("pk", "version", "looks", "url")
    return {pk: Wanted(version, asked, is_sketch(url)) for pk, version, asked, url in rows}
