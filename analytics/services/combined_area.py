"""Combined areas: made, changed, removed (DASH-6). Their owner follows with its next look."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.engine.alarm.events import EndReason
from analytics.engine.combined.settings import FEWEST_PARTS, MOST_PARTS, Area, CombinedSettings
from analytics.models import Alarm, CombinedArea, CombinedPart
from analytics.services.alarm import alarms_close
from analytics.services.public_counter import areas_choose
from cameras.extensions.problems import SettingsError
from cameras.models import Role, Site
from cameras.selectors import role_require
from portal.accounts.models import User
from portal.common.audit import audit_write


@transaction.atomic
def combined_area_create(
    *, user: User, site: Site, settings: Mapping[str, Any], areas: Iterable[Area], key: str = ""
) -> CombinedArea:
    """settings: of `CombinedSettings`, as JSON; what is left out is default.    key: blank: after the name.

    Takes the role administrator on the site. Raises ValidationError with the fields by their names; `areas` is one.
    """
    role_require(user, site, Role.ADMINISTRATOR)
    combined = CombinedArea(site=site, key=key)
    parts = _parts(user, site, areas)
    _set(combined, settings, parts)
    _put(combined, parts)
    return combined


@transaction.atomic
def combined_area_update(
    *,
    user: User,
    combined: CombinedArea,
    settings: Mapping[str, Any] | None = None,
    areas: Iterable[Area] | None = None,
) -> CombinedArea:
    """Change what is given; what is left out stays. As `combined_area_create`.

    Another status, figure, threshold, time or other areas set the timer to 0 and end an alarm (SPEC 4.11).
    """
    role_require(user, combined.site_id, Role.ADMINISTRATOR)
    combined = CombinedArea.objects.select_for_update(of=("self",)).select_related("site").get(pk=combined.pk)
    kept = list(CombinedPart.objects.filter(combined=combined))
    parts = None if areas is None else _parts(user, combined.site, areas)
    _set(combined, combined.settings | dict(settings or {}), kept if parts is None else parts)
    if parts is not None and _areas(parts) != _areas(kept):
        CombinedPart.objects.filter(combined=combined).delete()
        _put(combined, parts)
        audit_write(what=combined, user=user, changes={"areas": (_areas(kept), _areas(parts))})
    return combined


@transaction.atomic
def combined_area_remove(*, user: User, combined: CombinedArea) -> None:
    """Remove it; an alarm that is open ends. Its alarms stay in the list, public counters with it show no number."""
    role_require(user, combined.site_id, Role.ADMINISTRATOR)
    # The owner of the timer takes the same lock before it writes: nothing of this area begins after it is gone.
    CombinedArea.objects.select_for_update(of=("self",)).get(pk=combined.pk)
    alarms_close(alarms=Alarm.objects.filter(combined=combined), reason=EndReason.STATUS_OFF, at=datetime.now(UTC))
    combined.delete()


def _set(combined: CombinedArea, settings: Mapping[str, Any], parts: list[CombinedPart]) -> None:
    """Check everything, then store it. Raises ValidationError with every problem."""
    given = dict(settings)
    if isinstance(given.get("name"), str):
        given["name"] = given["name"].strip()
    try:
        whole = CombinedSettings.from_json({"name": ""} | given, parts=len(parts))
    except SettingsError as refused:
        raise ValidationError(_by_field(refused)) from refused
    combined.name, combined.settings = whole.name, whole.to_json()
    taken = CombinedArea.objects.filter(site=combined.site, name=combined.name).exclude(pk=combined.pk)
    if taken.exists():
        raise ValidationError({"name": _("The site has a combined area of this name already.")})
    combined.save()


def _parts(user: User, site: Site, areas: Iterable[Area]) -> list[CombinedPart]:
    """Not stored yet. Raises ValidationError."""
    chosen = areas_choose(user, site, areas, least=FEWEST_PARTS, most=MOST_PARTS)
    return [CombinedPart(camera=camera, area_number=number) for camera, number in chosen]


def _put(combined: CombinedArea, parts: list[CombinedPart]) -> None:
    for part in parts:
        part.combined = combined
    CombinedPart.objects.bulk_create(parts)


def _areas(parts: Iterable[CombinedPart]) -> list[str]:
    """As the audit log has them: camera and number, 12.1."""
    return sorted(f"{part.camera_id}.{part.area_number}" for part in parts)


def _by_field(refused: SettingsError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in refused.problems:
        found.setdefault(problem.path, []).append(problem.translated(_))
    return found
