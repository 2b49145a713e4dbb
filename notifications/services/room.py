"""How many destinations of a kind there may be: the vendor's limits are those of a camera, and what its site is told of
is told of it, too (OUT-1, OUT-11)."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _

from cameras.models import Camera, Site
from notifications.kinds import KINDS
from notifications.models import Destination


def room_check(*, destination: Destination) -> None:
    """Within a transaction, before a new one is saved. Raises ValidationError when a camera that it would be told of
    has as many of the kind as it may have."""
    Site.objects.select_for_update(no_key=True).get(pk=destination.site_id)  # two at once would both find room
    most = KINDS[destination.kind].most
    same = Destination.objects.filter(site=destination.site, kind=destination.kind, retired_at=None)
    shared = same.filter(camera=None).count()
    if destination.camera is not None:
        own = same.filter(camera=destination.camera).count()
        _refuse_beyond(most, shared + own, [destination.camera])
        return
    fullest = list(same.exclude(camera=None).values("camera").annotate(count=Count("pk")).order_by("-count", "camera"))
    cameras = Camera.objects.filter(pk__in=[row["camera"] for row in fullest[:1]]).only("name")
    _refuse_beyond(most, shared + (fullest[0]["count"] if fullest else 0), cameras)


def _refuse_beyond(most: int, count: int, cameras: Iterable[Camera]) -> None:
    """cameras: the one that has so many; none where all of them are of the site."""
    if count < most:
        return
    for camera in cameras:
        text = _("“%(camera)s” has %(most)s destinations of this kind already, with those of its site: no more fit.")
        raise ValidationError({"kind": [text % {"camera": camera.name, "most": most}]})
    text = _("The site has %(most)s destinations of this kind already: no more fit.")
    raise ValidationError({"kind": [text % {"most": most}]})
