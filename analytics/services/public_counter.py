"""Public counters: made, opened by their token, revoked (DASH-4)."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.engine.areas.together import Part, Together
from analytics.live import CameraState, area_quality, camera_states
from analytics.models import PublicCounter, PublicCounterArea
from cameras.extensions.glance import Glance
from cameras.models import Camera, Extension, Role, Site
from cameras.selectors import camera_list, role_require
from portal.accounts.models import User

MOST_AREAS = 100
MOST_OF_AN_AREA = 40  # OCC-8

Level = Literal["free", "busy", "full", "unknown"]
Area = tuple[int, int]
"""Camera id and number of the area."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a screen shows. count: None while unknown, and then level is unknown, too.    quality: as CNT-6.

    simulated: simulated people are among those counted.
    """

    name: str
    count: int | None
    full_at: int
    level: Level = "unknown"
    quality: str = "unknown"
    simulated: bool = False


@transaction.atomic
def public_counter_create(
    *,
    user: User,
    site: Site,
    name: str,
    areas: Iterable[Area],
    full_at: int,
    busy_at: int | None = None,
    how: str = PublicCounter.How.SUM,
    expires_at: datetime | None = None,
) -> tuple[PublicCounter, str]:
    """The row, and the token of its address: the only time that it can be seen.

    busy_at: None for four fifths of `full_at`. Takes the role administrator on the site. Raises ValidationError.
    """
    role_require(user, site, Role.ADMINISTRATOR)
    chosen = _areas(user, site, areas)
    token = secrets.token_urlsafe(32)
    counter = PublicCounter(
        site=site,
        name=name.strip(),
        how=how,
        busy_at=max(1, full_at * 4 // 5) if busy_at is None else busy_at,
        full_at=full_at,
        digest=_digest(token),
        made_by=user,
        expires_at=expires_at,
    )
    _check(counter, len(chosen))
    counter.save()
    PublicCounterArea.objects.bulk_create(
        [PublicCounterArea(counter=counter, camera=camera, area_number=number) for camera, number in chosen]
    )
    return counter, token


def public_counter_revoke(*, user: User, counter: PublicCounter) -> None:
    """Its address shows nothing from now on; a second call changes nothing."""
    role_require(user, counter.site_id, Role.ADMINISTRATOR)
    PublicCounter.objects.filter(pk=counter.pk, revoked_at=None).update(revoked_at=timezone.now())
    counter.refresh_from_db(fields=["revoked_at"])


def public_counter_open(*, token: str) -> PublicCounter:
    """The counter of this address. Raises Http404 for one that is not there, was revoked or has expired."""
    counter = PublicCounter.objects.filter(digest=_digest(token)).first()
    if counter is None or not counter.open:
        raise Http404(_("There is no such counter."))
    return counter


def public_counter_read(*, counter: PublicCounter, now: float) -> Reading:
    """Its figure of this moment, from one trip to the key-value server. now: POSIX s.    Raises RedisError."""
    areas = list(counter.areas.values_list("camera_id", "area_number"))
    states = camera_states(sorted({camera_id for camera_id, _number in areas if camera_id is not None}))
    parts = [_part(states.get(camera_id), number, now) for camera_id, number in areas]
    count, quality = Together(counter.how).of(parts)
    simulated = any(state["simulated"] for state in states.values())
    return Reading(counter.name, count, counter.full_at, _level(counter, count), quality, simulated)


def _part(state: CameraState | None, number: int, now: float) -> Part:
    area = next((one for one in state["areas"] if one["number"] == number and one["status"]), None) if state else None
    return (area["count"], area_quality(state, now)) if area else (None, "unknown")


def _level(counter: PublicCounter, count: int | None) -> Level:
    if count is None:
        return "unknown"
    if count >= counter.full_at:
        return "full"
    return "busy" if count >= counter.busy_at else "free"


def _areas(user: User, site: Site, areas: Iterable[Area]) -> list[tuple[Camera, int]]:
    """Those that are there and counted, each once. Raises ValidationError naming the first that is not."""
    wanted = list(dict.fromkeys(areas))
    if not 1 <= len(wanted) <= MOST_AREAS:
        raise ValidationError({"areas": _("Choose 1 to %(most)s areas.") % {"most": MOST_AREAS}})
    cameras = camera_list(user=user).filter(site=site, pk__in={camera_id for camera_id, _number in wanted})
    known = {(camera.pk, number): camera for camera in cameras for number in camera_areas(camera)}
    for camera_id, number in wanted:
        if (camera_id, number) not in known:
            message = _("Camera %(camera)s of this site has no area %(area)s that is On.")
            raise ValidationError({"areas": message % {"camera": camera_id, "area": number}})
    return [(known[area], area[1]) for area in wanted]


def camera_areas(camera: Camera) -> dict[int, str]:
    """Numbers and names of the areas that a camera of `camera_list` counts."""
    occupancy = next((one for one in camera.extensions.all() if one.kind == Extension.Kind.OCCUPANCY), None)
    return Glance.of(occupancy.settings).counted if occupancy else {}


def _check(counter: PublicCounter, areas: int) -> None:
    """Raises ValidationError."""
    most = MOST_OF_AN_AREA * (areas if counter.how == PublicCounter.How.SUM else 1)
    if not 1 <= counter.full_at <= most:
        values = {"most": most, "value": counter.full_at}
        raise ValidationError({"full_at": _("Red from must be 1 to %(most)s, not %(value)s.") % values})
    if not 1 <= counter.busy_at <= counter.full_at:
        values = {"most": counter.full_at, "value": counter.busy_at}
        raise ValidationError({"busy_at": _("Amber from must be 1 to %(most)s, not %(value)s.") % values})
    if counter.expires_at is not None and counter.expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("The end must be in the future.")})
    counter.full_clean(exclude=["made_by"])


def _digest(token: str) -> str:
    """SHA-256: the token has 256 random bits, so it needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
