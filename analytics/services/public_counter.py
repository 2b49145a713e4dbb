"""Public counters: made, opened by their token, revoked (DASH-4)."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.combined import camera_ids, figure_of, part_now
from analytics.engine.areas.together import Part, Together
from analytics.engine.combined.settings import MOST_OF_AN_AREA, Area, most_of
from analytics.live import CameraState, camera_states
from analytics.models import CombinedArea, PublicCounter, PublicCounterArea
from cameras.extensions.glance import Glance
from cameras.models import Camera, Extension, Role, Site
from cameras.selectors import camera_list, role_require
from portal.accounts.models import User
from portal.common.audit import audit_write
from portal.common.errors import ConflictError

MOST_AREAS = 100
FACTS = frozenset({"name", "how", "busy_at", "full_at", "expires_at"})
"""What can be changed of a counter, beside its areas."""

Level = Literal["free", "busy", "full", "unknown"]


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
    areas: Iterable[Area] = (),
    combined: Iterable[int] = (),
    full_at: int,
    busy_at: int | None = None,
    how: str = PublicCounter.How.SUM,
    expires_at: datetime | None = None,
    key: str = "",
) -> tuple[PublicCounter, str]:
    """The row, and the token of its address: the only time that it can be seen.

    combined: ids of combined areas (DASH-6), beside or in place of single ones.    busy_at: None for four fifths of
    `full_at`.    key: blank: after the name. Takes the role administrator on the site. Raises ValidationError.
    """
    role_require(user, site, Role.ADMINISTRATOR)
    chosen = _areas(user, site, areas, combined)
    token = secrets.token_urlsafe(32)
    counter = PublicCounter(
        site=site,
        key=key,
        name=name.strip(),
        how=how,
        busy_at=max(1, full_at * 4 // 5) if busy_at is None else busy_at,
        full_at=full_at,
        digest=_digest(token),
        made_by=user,
        expires_at=expires_at,
    )
    _check(counter, chosen)
    counter.save()
    _put(counter, chosen)
    return counter, token


@transaction.atomic
def public_counter_update(
    *,
    user: User,
    counter: PublicCounter,
    facts: Mapping[str, Any],
    areas: Iterable[Area] | None = None,
    combined: Iterable[int] = (),
) -> PublicCounter:
    """Change what is given; the address stays.    facts: of FACTS.

    areas, combined: all that it counts from now on; areas None: as it is. Raises ValidationError as
    `public_counter_create`, ConflictError for one that is over.
    """
    role_require(user, counter.site_id, Role.ADMINISTRATOR)
    counter = PublicCounter.objects.select_for_update(of=("self",)).select_related("site").get(pk=counter.pk)
    if not counter.open:
        raise ConflictError(_("“%(name)s” is over: make a new one.") % {"name": counter.name})
    for name in FACTS & facts.keys():
        setattr(counter, name, facts[name])
    counter.name = counter.name.strip()
    kept = list(counter.areas.select_related("combined"))
    chosen = kept if areas is None else _areas(user, counter.site, areas, combined)
    _check(counter, chosen)
    counter.save()
    if areas is not None:
        counter.areas.all().delete()
        _put(counter, chosen)
        audit_write(what=counter, user=user, changes={"areas": (_names(kept), _names(chosen))})
    return counter


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
    found = counter.areas.select_related("combined", "camera").defer("camera__username", "camera__password")
    areas = list(found.prefetch_related("combined__parts__camera"))
    states = camera_states(sorted({camera_id for one in areas for camera_id in _cameras(one)}))
    count, quality = Together(counter.how).of([_part(one, states, now) for one in areas])
    simulated = any(state["simulated"] for state in states.values())
    return Reading(counter.name, count, counter.full_at, _level(counter, count), quality, simulated)


def _cameras(area: PublicCounterArea) -> set[int]:
    """Whose states it needs."""
    if area.combined is not None:
        return camera_ids(area.combined)
    return set() if area.camera is None or area.gone else {area.camera.pk}


def _part(area: PublicCounterArea, states: Mapping[int, CameraState], now: float) -> Part:
    """Its count and how far it can be trusted; unknown once it is gone."""
    if area.combined is not None:
        return figure_of(area.combined, states, now)
    here = None if area.camera is None or area.gone else states.get(area.camera.pk)
    return part_now(here, area.area_number, now)


def _level(counter: PublicCounter, count: int | None) -> Level:
    if count is None:
        return "unknown"
    if count >= counter.full_at:
        return "full"
    return "busy" if count >= counter.busy_at else "free"


def areas_choose(
    user: User, site: Site, areas: Iterable[Area], *, least: int = 1, most: int
) -> list[tuple[Camera, int]]:
    """Those that are there and counted, each once. Raises ValidationError naming the first that is not."""
    wanted = list(dict.fromkeys(areas))
    if not least <= len(wanted) <= most:
        raise ValidationError({"areas": _("Choose %(least)s to %(most)s areas.") % {"least": least, "most": most}})
    cameras = camera_list(user=user).filter(site=site, pk__in={camera_id for camera_id, _number in wanted})
    known = {(camera.pk, number): camera for camera in cameras for number in camera_areas(camera)}
    for camera_id, number in wanted:
        if (camera_id, number) not in known:
            message = _("Camera %(camera)s of this site has no area %(area)s that is On.")
            raise ValidationError({"areas": message % {"camera": camera_id, "area": number}})
    return [(known[area], area[1]) for area in wanted]


def _areas(user: User, site: Site, areas: Iterable[Area], combined: Iterable[int]) -> list[PublicCounterArea]:
    """Not stored yet. Raises ValidationError."""
    together, wanted = _combined(site, combined), list(areas)
    chosen = areas_choose(user, site, wanted, most=MOST_AREAS) if wanted or not together else []
    return [PublicCounterArea(camera=camera, area_number=number) for camera, number in chosen] + [
        PublicCounterArea(combined=one, area_number=0) for one in together
    ]


def _put(counter: PublicCounter, areas: list[PublicCounterArea]) -> None:
    for one in areas:
        one.counter = counter
    PublicCounterArea.objects.bulk_create(areas)


def _names(areas: Iterable[PublicCounterArea]) -> list[str]:
    """As the audit log has them: camera and number, 12.1; a combined area by its name."""
    return sorted(one.combined.name if one.combined else f"{one.camera_id}.{one.area_number}" for one in areas)


def _combined(site: Site, combined: Iterable[int]) -> list[CombinedArea]:
    """Raises ValidationError naming the first that the site does not have."""
    wanted = list(dict.fromkeys(combined))
    known = CombinedArea.objects.filter(site=site).in_bulk(wanted)
    for one in wanted:
        if one not in known:
            message = _("This site has no combined area %(combined)s.")
            raise ValidationError({"areas": message % {"combined": one}})
    return [known[one] for one in wanted]


def camera_areas(camera: Camera) -> dict[int, str]:
    """Numbers and names of the areas that a camera of `camera_list` counts."""
    occupancy = next((one for one in camera.extensions.all() if one.kind == Extension.Kind.OCCUPANCY), None)
    return Glance.of(occupancy.settings).counted if occupancy else {}


def _check(counter: PublicCounter, areas: Iterable[PublicCounterArea]) -> None:
    """Raises ValidationError."""
    most_of_each = [_most(one) for one in areas]
    most = sum(most_of_each) if counter.how == PublicCounter.How.SUM else max(most_of_each)
    if not 1 <= counter.full_at <= most:
        values = {"most": most, "value": counter.full_at}
        raise ValidationError({"full_at": _("Red from must be 1 to %(most)s, not %(value)s.") % values})
    if not 1 <= counter.busy_at <= counter.full_at:
        values = {"most": counter.full_at, "value": counter.busy_at}
        raise ValidationError({"busy_at": _("Amber from must be 1 to %(most)s, not %(value)s.") % values})
    if counter.expires_at is not None and counter.expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("The end must be in the future.")})
    counter.full_clean(exclude=["made_by"])


def _most(area: PublicCounterArea) -> int:
    """The highest count that it can have."""
    if area.combined is None:
        return MOST_OF_AN_AREA
    return most_of(area.combined.parts.count(), area.combined.whole.how)


def _digest(token: str) -> str:
    """SHA-256: the token has 256 random bits, so it needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
