"""Floor plans: uploaded, renamed, marked, removed (DASH-3)."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.models import FloorPlan, PlanMark
from analytics.services.public_counter import camera_areas
from cameras.models import Camera, Role, Site
from cameras.selectors import camera_list, role_require
from portal.accounts.models import User
from portal.common.errors import ConflictError
from portal.common.filters import LARGEST
from portal.common.picture import picture_read

MOST_MARKS = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """x, y: fractions of the picture."""

    camera: int
    area: int
    x: float
    y: float


class PlanChangedError(ConflictError):
    """Somebody else has moved the marks in the meantime (API-2)."""

    code = "version_conflict"


def floor_plan_create(*, user: User, site: Site, name: str, file: IO[bytes], size: int) -> FloorPlan:
    """Takes the role administrator on the site. Raises ValidationError; then nothing was stored."""
    role_require(user, site, Role.ADMINISTRATOR)
    plan = FloorPlan(site=site, name=name.strip())
    plan.full_clean(exclude=["picture", "width", "height"])
    try:
        picture = picture_read(file, size)
    except ValidationError as refused:
        raise ValidationError({"picture": refused.messages}) from refused
    plan.width, plan.height = picture.width, picture.height
    plan.picture.save(f"{secrets.token_hex(8)}.webp", ContentFile(picture.data), save=False)
    try:
        plan.save()
    except BaseException:
        plan.picture.delete(save=False)
        raise
    return plan


@transaction.atomic
def floor_plan_rename(*, user: User, plan: FloorPlan, name: str) -> FloorPlan:
    """Takes the role administrator on the site. Raises ValidationError."""
    role_require(user, plan.site_id, Role.ADMINISTRATOR)
    current = FloorPlan.objects.select_for_update().get(pk=plan.pk)
    current.name = name.strip()
    current.full_clean(exclude=["picture"])
    current.version += 1
    current.save(update_fields=["name", "version"])
    return current


@transaction.atomic
def floor_plan_mark(*, user: User, plan: FloorPlan, marks: Iterable[Mark], version: int) -> FloorPlan:
    """These are its marks from now on. version: the one that they were made from.

    Raises ValidationError for an area that is not on the site, twice there or beside the picture; PlanChangedError.
    """
    role_require(user, plan.site_id, Role.ADMINISTRATOR)
    current = FloorPlan.objects.select_for_update().get(pk=plan.pk)
    if version != current.version:
        raise PlanChangedError(_("Somebody else has changed this plan."), version=current.version)
    wanted = list(marks)
    cameras = _cameras(user, current, wanted)
    current.marks.all().delete()
    PlanMark.objects.bulk_create(
        [PlanMark(plan=current, camera=cameras[one.camera], area_number=one.area, x=one.x, y=one.y) for one in wanted]
    )
    current.version += 1
    current.save(update_fields=["version"])
    return current


def floor_plan_remove(*, user: User, plan: FloorPlan) -> None:
    """With its picture. Areas and counts stay."""
    role_require(user, plan.site_id, Role.ADMINISTRATOR)
    storage, name = plan.picture.storage, str(plan.picture.name)
    with transaction.atomic():
        plan.delete()
        transaction.on_commit(lambda: storage.delete(name))


def _cameras(user: User, plan: FloorPlan, marks: list[Mark]) -> dict[int, Camera]:
    """Of the marks, by id, after each was checked. Raises ValidationError."""
    if len(marks) > MOST_MARKS:
        raise ValidationError({"marks": _("At most %(most)s areas fit on a plan.") % {"most": MOST_MARKS}})
    ids = {one.camera for one in marks if 0 < one.camera <= LARGEST}
    found = camera_list(user=user).filter(site=plan.site_id, pk__in=ids)
    cameras = {camera.pk: camera for camera in found}
    known = {(camera.pk, number) for camera in cameras.values() for number in camera_areas(camera)}
    seen: set[tuple[int, int]] = set()
    for place, one in enumerate(marks):
        if problem := _problem(one, known, seen):
            raise ValidationError({f"marks.{place}": problem})
        seen.add((one.camera, one.area))
    return cameras


def _problem(mark: Mark, known: set[tuple[int, int]], seen: set[tuple[int, int]]) -> str:
    area = mark.camera, mark.area
    values = {"camera": mark.camera, "area": mark.area}
    if area not in known:
        return _("Camera %(camera)s of this site has no area %(area)s that is On.") % values
    if area in seen:
        return _("Area %(area)s of camera %(camera)s is on the plan twice.") % values
    if not (0 <= mark.x <= 1 and 0 <= mark.y <= 1):
        place = {"x": f"{mark.x:g}", "y": f"{mark.y:g}"}
        return _("A mark lies within the picture, 0 to 1, not at %(x)s, %(y)s.") % place
    return ""
