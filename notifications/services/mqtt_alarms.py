"""The destination that stands for a camera's MQTT tab: there while it was ever on, enabled while it is (OUT-3).

The settings are the truth and people change nothing here; rows of the outbox need a destination to belong to.
"""

from dataclasses import asdict

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cameras.extensions.mqtt import MqttSettings
from cameras.models import Camera, Extension
from notifications.kinds.mqtt import MQTT, FollowedSettings
from notifications.kinds.onvif import ONVIF
from notifications.models import Destination, Notification
from notifications.services.mqtt_route import NoServerError, extension_of, tab_of
from notifications.services.wake import destination_wake


def mqtt_alarms_follow(*, camera_id: int) -> None:
    """Make, rename, move, enable or disable the destination as the camera and its tab say. Safe to run twice."""
    camera = Camera.objects.filter(pk=camera_id).select_related("site").first()
    if camera is None:
        return  # the destination is retired, and outlives it until its last message is out
    try:
        tab = tab_of(extension_of(camera_id))
    except NoServerError:
        return  # nobody knows what was meant; what there is stays as it is
    with transaction.atomic():
        row = _rows().select_for_update().filter(camera=camera).first()
        if row is None and not tab.alarm_notification:
            return
        row = row or Destination(camera=camera, kind=MQTT.name, events=list(MQTT.usual))
        if row.pk is None or not _fits(row, camera, tab):
            row.site, row.name = camera.site, _name(camera, row)
            row.enabled, row.config = tab.alarm_notification, asdict(FollowedSettings.of(tab))
            row.save()


def mqtt_alarms_follow_all() -> None:
    """For every camera whose tab is on, or was: what was missed is made up for. Nothing is locked where all fits."""
    rows = {row.camera_id: row for row in _rows().defer("secrets") if row.camera_id is not None}
    on = Q(settings__mqtt__alarm_notification=True) | Q(camera__in=rows)
    extensions = Extension.objects.filter(on, kind=Extension.Kind.OCCUPANCY).select_related("camera").defer("secrets")
    found = {one.camera_id: one for one in extensions}
    for camera_id in {*found, *rows}:
        if not _follows(rows.get(camera_id), found.get(camera_id)):
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


def _follows(row: Destination | None, extension: Extension | None) -> bool:
    """Whether there is nothing to do."""
    if extension is None:
        return row is None or not row.enabled
    try:
        tab = tab_of(extension)
    except NoServerError:
        return True
    return (row is None and not tab.alarm_notification) or (row is not None and _fits(row, extension.camera, tab))


def _fits(row: Destination, camera: Camera, tab: MqttSettings) -> bool:
    named = row.name in {_usual_name(camera), _other_name(camera)}
    sends = (row.enabled, row.config) == (tab.alarm_notification, asdict(FollowedSettings.of(tab)))
    return named and sends and row.site_id == camera.site_id


def _name(camera: Camera, row: Destination) -> str:
    """Names are one per site; where a person has taken ours, the number of the camera tells."""
    name = _usual_name(camera)
    taken = Destination.objects.filter(site=camera.site, name=name, retired_at=None).exclude(pk=row.pk)
    return _other_name(camera) if taken.exists() else name


def _usual_name(camera: Camera) -> str:
    return f"MQTT · {camera.name}"[:80]


def _other_name(camera: Camera) -> str:
    return f"MQTT · {camera.pk}"
