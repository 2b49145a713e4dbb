"""From the database to what a camera's loop works with (DESIGN 2). The loop itself never touches the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings as deployment
from django.db.models import QuerySet

from analytics.engine.alarm.events import EndReason
from analytics.engine.scene.advice import Advice
from analytics.engine.scene.memory import SceneMemory
from analytics.models import Alarm, CameraLease, CameraView, SceneEvent
from analytics.services.scene import confirmed_ms
from cameras.capture.source import SourceSpec
from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Extension
from cameras.schedules import ALWAYS, OperationSchedule
from portal.common.guard import guard_make

Zone = tuple[tuple[float, float], ...]


class NotWantedError(Exception):
    """The camera is not to be analysed; `reason` is what its open alarms end with."""

    def __init__(self, camera_id: int, reason: EndReason) -> None:
        super().__init__(f"camera {camera_id} is not to be analysed: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that the database believes to be open. started_at: POSIX seconds."""

    alarm_id: str
    area_number: int
    area_name: str
    count: int
    threshold: int
    started_at: float
    notified_count: int
    cause: str = "threshold"


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """Everything that a loop needs to know of its camera.

    zones: privacy zones, fractions.    network: id, None for the best that is present.
    schedule: when it runs, by the clock of its site's `zone`.    epoch: recorded for the last owner.
    open_alarms: what a new owner adopts when no state was left (SPEC 4.10).
    scene: the advice that holds, and the view to compare with (CAM-8), confirmed at `view_confirmed_ms`, ms UTC, or 0.
    """

    camera_id: int
    site_id: int
    name: str
    spec: SourceSpec
    zones: tuple[Zone, ...]
    settings: OccupancySettings
    deactivation_s: int
    network: str | None
    version: int
    simulated: bool
    epoch: int = 0
    open_alarms: tuple[OpenAlarm, ...] = ()
    schedule: OperationSchedule = ALWAYS
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    scene: SceneMemory = field(default_factory=SceneMemory)
    view_confirmed_ms: int = 0


def plan_load(camera_id: int) -> CameraPlan:
    """Raises NotWantedError; SettingsError for stored settings that no form let in; django.db.Error."""
    camera = Camera.objects.select_related("site").filter(pk=camera_id).first()
    if camera is None:
        raise NotWantedError(camera_id, EndReason.CAMERA_REMOVED)
    if not camera.enabled:
        raise NotWantedError(camera_id, EndReason.STATUS_OFF)
    extension = camera.extensions.filter(kind=Extension.Kind.OCCUPANCY).first()
    if extension is None:
        raise NotWantedError(camera_id, EndReason.UNINSTALLED)
    view = CameraView.objects.filter(camera=camera).first() or CameraView(camera=camera)
    return CameraPlan(
        camera_id=camera.pk,
        site_id=camera.site_id,
        name=camera.name,
        spec=_spec(camera),
        zones=tuple(tuple((x, y) for x, y in zone) for zone in camera.privacy_zones),
        settings=extension.occupancy(),
        deactivation_s=camera.deactivation_s,
        network=extension.network or None,
        version=camera.version,
        simulated=camera.simulated,
        epoch=CameraLease.objects.filter(camera=camera).values_list("epoch", flat=True).first() or 0,
        open_alarms=tuple(_open(camera)),
        schedule=OperationSchedule.from_json(extension.schedule),
        zone=ZoneInfo(camera.site.time_zone),
        scene=SceneMemory(_advice(camera), _views(view)),
        view_confirmed_ms=confirmed_ms(view),
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


def _open(camera: Camera) -> Iterable[OpenAlarm]:
    """Under the ids that the timer gave them; not what only the camera told of (OUT-10)."""
    known = Alarm.objects.filter(camera=camera, ended_at=None, extension=Extension.Kind.OCCUPANCY)
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
        )


def _advice(camera: Camera) -> dict[Advice, float]:
    events = SceneEvent.objects.filter(camera=camera, ended_at=None)
    return {Advice(event.advice): event.began_at.timestamp() for event in events}


def _views(view: CameraView) -> dict[str, bytes]:
    views = {"colour": bytes(view.colour), "monochrome": bytes(view.monochrome)}
    return {mode: kept for mode, kept in views.items() if kept}


def cameras_wanted() -> QuerySet[Camera]:
    """The cameras that somebody has to run."""
    return Camera.objects.filter(enabled=True, extensions__kind=Extension.Kind.OCCUPANCY).distinct()
