"""What MQTT servers keep for us, and what of it has to be taken away because its camera or area is gone (WIRE 3)."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from cameras.models import Camera
from notifications.models import MqttRetained

Place = tuple[str, int, int]
"""Topic prefix, camera, area."""


def retained_note(*, link: str, places: Collection[Place]) -> None:
    """Their states may be sent from now on. Safe to run twice."""
    now = timezone.now()
    rows = [
        MqttRetained(link=link, prefix=one[0], camera_id=one[1], area_number=one[2], noted_at=now) for one in places
    ]
    unique = ["link", "prefix", "camera_id", "area_number"]
    MqttRetained.objects.bulk_create(rows, update_conflicts=True, update_fields=["noted_at"], unique_fields=unique)


def retained_known(*, link: str) -> dict[Place, datetime]:
    """What is noted of a link, and when it was noted last."""
    rows = MqttRetained.objects.filter(link=link)
    return {(one.prefix, one.camera_id, one.area_number): one.noted_at for one in rows}


def retained_forget(*, link: str, place: Place, noted_at: datetime) -> None:
    """It was taken away; a state that was noted after `noted_at` may have come after that, and keeps the note."""
    prefix, camera_id, area_number = place
    known = MqttRetained.objects.filter(link=link, prefix=prefix, camera_id=camera_id, area_number=area_number)
    known.filter(noted_at__lte=noted_at).delete()


def retained_give_up(*, links: Collection[str]) -> int:
    """Forget what lies on servers that nobody can be connected to any more: with the camera its own server is gone."""
    cameras = Camera.objects.values("pk")
    return MqttRetained.objects.exclude(link__in=links).exclude(camera_id__in=cameras).delete()[0]
