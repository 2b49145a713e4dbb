"""Areas as a file names them, door.1, become ids of cameras and numbers of areas."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from analytics.engine.combined.settings import Area
from analytics.services.public_counter import camera_areas
from cameras.extensions.problems import show
from cameras.models import Site


def areas_read(site: Site, wanted: Iterable[Any], *, name: str = "areas") -> list[Area]:
    """In the order of the file.    name: where it stands there. Raises ValidationError for the first that is none."""
    cameras = site.cameras.defer("username", "password").prefetch_related("extensions")
    known = {f"{one.key}.{number}": (one.pk, number) for one in cameras for number in camera_areas(one)}
    found = []
    for text in wanted:
        if not isinstance(text, str) or text not in known:
            raise ValidationError({name: [_unknown(text, known)]})
        found.append(known[text])
    return found


def _unknown(text: Any, known: Iterable[str]) -> str:
    words = {"value": show(text), "known": ", ".join(sorted(known)[:10]) or "–"}
    return _("%(value)s is no area of this site that is On, written as in door.1. There are: %(known)s.") % words
