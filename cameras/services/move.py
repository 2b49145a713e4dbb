"""Cameras: put on another site, with all that is theirs; what happened stays with the site where it did."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cameras.models import Camera, Site
from cameras.services.version import version_raise


@transaction.atomic
def cameras_move(*, cameras: Iterable[Camera], site: Site) -> list[Camera]:
    """All of them or none; those that are there already stay as they are. Returns the moved ones.

    Their schedules hold by the clock of the new site from then on. Raises ValidationError with every name that is taken
    there or comes twice.
    """
    wanted = [camera.pk for camera in cameras]
    rows = Camera.objects.select_for_update().defer("username", "password")
    moving = list(rows.filter(pk__in=wanted).exclude(site=site).order_by("pk"))
    if taken := _taken(moving, site):
        words = {"site": site.name, "names": ", ".join(taken)}
        raise ValidationError({"site": [_("These names are taken on %(site)s: %(names)s.") % words]})
    for camera in moving:
        camera.site = site
        camera.key_moved()
        camera.save(update_fields=["site", "key"])
        camera.version = version_raise(camera_id=camera.pk)
    return moving


def _taken(moving: Sequence[Camera], site: Site) -> list[str]:
    """Names that would be there twice."""
    names = [camera.name for camera in moving]
    there = set(Camera.objects.filter(site=site, name__in=names).values_list("name", flat=True))
    return sorted({name for name in names if name in there or names.count(name) > 1})
