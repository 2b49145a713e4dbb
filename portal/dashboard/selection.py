"""The cameras that somebody ticked in a list, or all that its filters let through, for work on many of them at once.

The address carries the ticks (`camera=3&camera=4`, or `all=1` beside the filters), so that a question can be looked at
again; what is confirmed carries the ids that were shown (`cameras=3,4`): nobody joins them in between.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils.functional import cached_property

from cameras.models import Camera, Extension, Role, Site
from cameras.selectors import camera_list
from portal.dashboard.camera_table import cameras_asked

LONGEST_ID = 18  # digits of a bigint that every database takes


@dataclass(frozen=True)
class Selection:
    """Cameras that the visitor administers, in the order of the list."""

    cameras: list[Camera]

    @cached_property
    def ids(self) -> str:
        """For the form that confirms: 3,4."""
        return ",".join(str(camera.pk) for camera in self.cameras)

    @cached_property
    def sites(self) -> list[Site]:
        """Theirs, each once, by name."""
        return sorted({camera.site for camera in self.cameras}, key=lambda site: site.name)

    def with_extension(self, kind: str = Extension.Kind.OCCUPANCY) -> list[Camera]:
        return [camera for camera in self.cameras if any(one.kind == kind for one in camera.extensions.all())]

    def without_extension(self, kind: str = Extension.Kind.OCCUPANCY) -> list[Camera]:
        return [camera for camera in self.cameras if all(one.kind != kind for one in camera.extensions.all())]


def selection_of(request: HttpRequest) -> Selection:
    """Of a question (GET) or of its answer (POST); cameras that somebody may not change are none of it."""
    if request.method == "POST":
        return Selection(_administered(request, request.POST.get("cameras", "").split(",")))
    if request.GET.get("all"):
        return Selection(cameras_asked(request))
    return Selection(_administered(request, request.GET.getlist("camera")))


def _administered(request: HttpRequest, ids: Iterable[str]) -> list[Camera]:
    wanted = {id_of(one) for one in ids}
    cameras = camera_list(user=request.user, least=Role.ADMINISTRATOR).filter(pk__in=wanted)
    return list(cameras.order_by("name", "site__name", "pk"))


def id_of(text: str) -> int:
    """An id that somebody sent; 0, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else 0


def is_uuid(text: str) -> bool:
    """Whether somebody sent an id of this form."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
