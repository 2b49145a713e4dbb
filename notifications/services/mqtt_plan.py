"""What goes over which connection: the links that somebody has to hold now, each with its cameras (OUT-3, OUT-4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db.models import Q, QuerySet

from cameras.extensions.mqtt import MqttSettings
from cameras.extensions.problems import SettingsError
from cameras.models import Extension
from notifications.kinds.broker import Broker
from notifications.kinds.mqtt import MQTT
from notifications.kinds.onvif import ONVIF, OnvifSettings
from notifications.models import Destination, MqttRetained, MqttServer
from notifications.protocols.scene import Analytics
from notifications.services.counts import Counted
from notifications.services.mqtt_retained import Place
from notifications.services.mqtt_route import (
    NoServerError,
    Servers,
    broker_of,
    inherited_broker,
    link_id,
    servers_of,
    tab_of,
)
from portal.common.fields import UndecryptableError

log = structlog.get_logger(__name__)

OnvifBy = dict[tuple[int | None, int], list[OnvifSettings]]
"""By (camera or None, site)."""


@dataclass(frozen=True, slots=True)
class CameraOutputs:
    """What one camera sends over its link. onvif: the destinations that want its counts as ONVIF events."""

    counted: Counted
    tab: MqttSettings
    onvif_interval_s: int
    onvif: tuple[OnvifSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class SceneOutput:
    """Where the frames of a camera go that one module describes."""

    camera_id: int
    prefix: str
    module: Analytics


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """One connection and its cameras, by their ids.

    clear: areas that its server keeps a state of and that are gone, and when that was noted.    silent: cameras with
    alarms of non-mask to send, whether they count or not.    scenes: frames a second, at most.
    """

    link: str
    broker: Broker
    cameras: dict[int, CameraOutputs] = field(default_factory=dict)
    clear: Mapping[Place, datetime] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    scenes: dict[SceneOutput, int] = field(default_factory=dict)

    @property
    def scenes_wanted(self) -> dict[int, int]:
        """Frames a second of each camera, as its fastest output wants them."""
        wanted: dict[int, int] = {}
        for output, per_s in self.scenes.items():
            wanted[output.camera_id] = max(per_s, wanted.get(output.camera_id, 0))
        return wanted

    @property
    def retained(self) -> set[Place]:
        """The areas whose ONVIF properties the server may keep."""
        return {
            (onvif.prefix, camera_id, area)
            for camera_id, one in self.cameras.items()
            for onvif in one.onvif
            for area in one.counted.on
        }


def links_plan() -> dict[str, LinkPlan]:
    """By link. Cameras without a server, and links whose client id is another's already, are logged and left out.

    A link without cameras is there for what is left to be sent: of cameras that are gone, or for what is to be cleared.
    """
    onvif = _onvif()
    extensions = list(_extensions(onvif))
    servers = servers_of({one.camera.site_id for one in extensions})
    plans: dict[str, LinkPlan] = {}
    for extension in extensions:
        try:
            _add(plans, extension, servers, onvif)
        except NoServerError as error:
            log.warning("mqtt: camera without a server", camera=extension.camera_id, reason=str(error))
    _add_of_nonmask(plans, onvif)
    _add_lingering(plans)
    return _without_doubles(plans)


def _extensions(onvif: OnvifBy) -> QuerySet[Extension]:
    """Those with something to send by MQTT."""
    on = Q(settings__mqtt__count_data=True) | Q(settings__mqtt__alarm_notification=True)
    cameras = [camera for camera, _ in onvif if camera is not None]
    sites = [site for camera, site in onvif if camera is None]
    noted = Q(camera__in=MqttRetained.objects.values("camera_id"))  # something may have to be taken away
    wanted = on | noted | Q(camera__in=cameras) | Q(camera__site__in=sites)
    found = Extension.objects.filter(wanted, kind=Extension.Kind.OCCUPANCY)
    return found.select_related("camera__site").defer("camera__username", "camera__password").order_by("camera")


def _onvif() -> OnvifBy:
    found: OnvifBy = defaultdict(list)
    for row in Destination.objects.filter(kind=ONVIF.name, enabled=True, retired_at=None).defer("secrets"):
        try:
            found[row.camera_id, row.site_id].append(ONVIF.read(row.config))
        except SettingsError as error:
            log.warning("mqtt: settings of a destination cannot be read", destination=row.pk, error=str(error))
    return found


def _add(plans: dict[str, LinkPlan], extension: Extension, servers: Servers, onvif: OnvifBy) -> None:
    camera = extension.camera
    broker = broker_of(extension, site_id=camera.site_id, servers=servers)
    link = link_id(broker)
    plan = plans.setdefault(link, LinkPlan(link, broker))
    told = _told(onvif, camera.pk, camera.site_id)
    _add_scenes(plan, camera.pk, Analytics.OCCUPANCY, told)
    plan.cameras[camera.pk] = CameraOutputs(
        counted=Counted.of(extension),
        tab=tab_of(extension),
        onvif_interval_s=int(extension.settings.get("onvif_interval_s", 5)),
        onvif=told,
    )


def _told(onvif: OnvifBy, camera_id: int, site_id: int) -> tuple[OnvifSettings, ...]:
    """By the destinations of the camera, and of its site."""
    return (*onvif.get((camera_id, site_id), ()), *onvif.get((None, site_id), ()))


def _add_scenes(plan: LinkPlan, camera_id: int, module: Analytics, told: Iterable[OnvifSettings]) -> None:
    """Of two destinations with one topic the faster one."""
    for one in told:
        if one.scenes:
            output = SceneOutput(camera_id, one.prefix, module)
            plan.scenes[output] = max(one.scenes_per_s, plan.scenes.get(output, 0))


def _add_of_nonmask(plans: dict[str, LinkPlan], onvif: OnvifBy) -> None:
    """Cameras with alarms of non-mask to send, whether they count or not."""
    told = Q(camera__in=[camera for camera, _ in onvif if camera is not None])
    told |= Q(camera__site__in=[site for camera, site in onvif if camera is None])
    wanted = told | Q(settings__mqtt__alarm_notification=True)
    rows = Extension.objects.filter(wanted, kind=Extension.Kind.NONMASK).values_list("camera", "camera__site")
    places = dict(rows)
    extensions = {
        one.camera_id: one for one in Extension.objects.filter(kind=Extension.Kind.OCCUPANCY, camera__in=places)
    }
    servers = servers_of(places.values())
    for camera_id, site_id in places.items():
        try:
            broker = broker_of(extensions.get(camera_id), site_id=site_id, servers=servers)
        except NoServerError as error:
            log.warning("mqtt: camera without a server", camera=camera_id, reason=str(error))
            continue
        plan = plans.setdefault(link_id(broker), LinkPlan(link_id(broker), broker))
        plan.silent.add(camera_id)
        _add_scenes(plan, camera_id, Analytics.NONMASK, _told(onvif, camera_id, site_id))


def _add_lingering(plans: dict[str, LinkPlan]) -> None:
    retained = set(MqttRetained.objects.values_list("link", flat=True).distinct())
    retired = Destination.objects.filter(kind__in=[MQTT.name, ONVIF.name]).exclude(retired_at=None)
    sites = set(retired.values_list("site", flat=True).distinct().order_by())
    if not retained and not sites:
        return
    for row in MqttServer.objects.all():
        try:
            broker = inherited_broker(row)
        except (UndecryptableError, SettingsError):
            continue
        link = link_id(broker)
        if link in retained or (row.site_id in sites or (row.site_id is None and sites)):
            plans.setdefault(link, LinkPlan(link, broker))


def _without_doubles(plans: dict[str, LinkPlan]) -> dict[str, LinkPlan]:
    """A broker throws out whoever has a client id when another comes with it: two would throw each other out for ever.
    The one with more cameras stays."""
    kept: dict[tuple[str, int, str], LinkPlan] = {}
    for plan in sorted(plans.values(), key=lambda one: (-len(one.cameras), one.link)):
        who = plan.broker.host.lower(), plan.broker.port, plan.broker.client_id
        if kept.setdefault(who, plan) is not plan:
            log.warning("mqtt: client id used by two servers' settings", server=plan.broker.name, client=who[2])
    return {plan.link: plan for plan in kept.values()}
