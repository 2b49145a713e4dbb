"""The destinations that stand for a camera's MQTT tabs: there while one was ever on, enabled while it is (OUT-3).

The settings are the truth and people change nothing here; rows of the outbox need a destination to belong to. Occupancy
and non-mask have a tab each, and a destination each; the server is the camera's.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cameras.extensions.mqtt import MqttSettings, NonmaskMqtt
from cameras.models import Camera, Extension
from notifications.kinds.mqtt import MQTT, OCCUPANCY, FollowedSettings, followed
from notifications.kinds.onvif import ONVIF
from notifications.models import Destination, Notification
from notifications.record import NONMASK
from notifications.services.mqtt_route import NoServerError, nonmask_tab_of, tab_of
from notifications.services.wake import destination_wake

Tab = MqttSettings | NonmaskMqtt

_TABS: Mapping[str, Callable[[Extension | None], Tab]] = {OCCUPANCY: tab_of, NONMASK: nonmask_tab_of}
_PREFIXES = {OCCUPANCY: "MQTT", NONMASK: "MQTT non-mask"}


def mqtt_alarms_follow(*, camera_id: int) -> None:
    """Make, rename, move, enable or disable its destinations as the camera and its tabs say. Safe to run twice."""
    camera = Camera.objects.filter(pk=camera_id).select_related("site").first()
    if camera is None:
        return  # the destinations are retired, and outlive it until the last message is out
    extensions = {one.kind: one for one in camera.extensions.defer("secrets")}
    for kind, read in _TABS.items():
        try:
            tab = read(extensions.get(kind))
        except NoServerError:
            continue  # nobody knows what was meant; what there is stays as it is
        _follow(camera, kind, tab)


@transaction.atomic
def _follow(camera: Camera, kind: str, tab: Tab) -> None:
    rows = _rows().select_for_update().filter(camera=camera)
    row = next((one for one in rows if followed(one.config) == kind), None)
    if row is None and not tab.alarm_notification:
        return
    row = row or Destination(camera=camera, kind=MQTT.name, events=list(MQTT.usual))
    if row.pk is None or not _fits(row, camera, kind, tab):
        row.site, row.name = camera.site, _name(camera, kind, row)
        row.enabled, row.config = tab.alarm_notification, asdict(FollowedSettings.of(tab))
        row.save()


def mqtt_alarms_follow_all() -> None:
    """For every camera with a tab that is on, or was: what was missed is made up for. Nothing is locked where all
    fits."""
    rows = {(row.camera_id, followed(row.config)): row for row in _rows().defer("secrets") if row.camera_id is not None}
    on = Q(settings__mqtt__alarm_notification=True) | Q(camera__in={camera_id for camera_id, _ in rows})
    extensions = Extension.objects.filter(on, kind__in=_TABS).select_related("camera").defer("secrets")
    found = {(one.camera_id, one.kind): one for one in extensions}
    behind = {key[0] for key in {*found, *rows} if not _follows(key[1], rows.get(key), found.get(key))}
    for camera_id in behind:
        mqtt_alarms_follow(camera_id=camera_id)


def mqtt_back(*, camera_ids: list[int]) -> None:
    """The server of these cameras takes messages again: nobody waits for a pause to be over."""
    cameras = Camera.objects.filter(pk__in=camera_ids)
    theirs = Q(camera__in=cameras, kind__in=[MQTT.name, ONVIF.name])
    shared = Q(camera=None, site__in=cameras.values("site"), kind=ONVIF.name)
    ids = list(Destination.objects.filter(theirs | shared).values_list("pk", flat=True))
    Destination.objects.filter(pk__in=ids).update(failures=0, next_try_at=None)
    waiting = Notification.objects.filter(destination__in=ids, state=Notification.State.WAITING)
    waiting.filter(next_try_at__gt=timezone.now()).update(next_try_at=timezone.now())
    for destination_id in waiting.values_list("destination", flat=True).distinct().order_by():
        destination_wake(destination_id=destination_id)


def _rows() -> QuerySet[Destination]:
    return Destination.objects.filter(kind=MQTT.name, retired_at=None)


def _follows(kind: str, row: Destination | None, extension: Extension | None) -> bool:
    """Whether there is nothing to do."""
    if extension is None:
        return row is None or not row.enabled
    try:
        tab = _TABS[kind](extension)
    except NoServerError:
        return True
    return (row is None and not tab.alarm_notification) or (row is not None and _fits(row, extension.camera, kind, tab))


def _fits(row: Destination, camera: Camera, kind: str, tab: Tab) -> bool:
    named = row.name in {_usual_name(camera, kind), _other_name(camera, kind)}
    sends = (row.enabled, row.config) == (tab.alarm_notification, asdict(FollowedSettings.of(tab)))
    return named and sends and row.site_id == camera.site_id


def _name(camera: Camera, kind: str, row: Destination) -> str:
    """Names are one per site; where a person has taken ours, the number of the camera tells."""
    name = _usual_name(camera, kind)
    taken = Destination.objects.filter(site=camera.site, name=name, retired_at=None).exclude(pk=row.pk)
    return _other_name(camera, kind) if taken.exists() else name


def _usual_name(camera: Camera, kind: str) -> str:
    return f"{_PREFIXES[kind]} · {camera.name}"[:80]


def _other_name(camera: Camera, kind: str) -> str:
    return f"{_PREFIXES[kind]} · {camera.pk}"
