"""Sites of a file with all that belongs to them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cameras.extensions.kinds import CLASSES
from cameras.models import Membership, Profile, Role, Site
from cameras.selectors import site_list
from cameras.services.profile import profile_delete, profile_put
from cameras.services.removal import camera_delete
from cameras.services.site import membership_remove, membership_set, site_create, site_remove, site_update
from notifications.models import Escalation
from notifications.services.escalation import escalation_remove, escalation_set
from portal.accounts.models import User
from portal.configuration.putting.addresses import unredacted
from portal.configuration.putting.boards import combined_areas_put, floor_plans_put, public_counters_put
from portal.configuration.putting.camera import cameras_put
from portal.configuration.putting.destination import destinations_put, mqtt_server_put
from portal.configuration.putting.work import Work, inside, needed
from portal.configuration.shape import PROFILE, SITE
from portal.configuration.state import CAMERA_SECRETS, SITE_FACTS

Wanted = Mapping[str, Any]


def sites_put(work: Work, wanted: Wanted, path: str) -> None:
    """A site that goes takes its cameras along."""
    for site in work.gone(wanted, site_list(user=work.user, least=Role.ADMINISTRATOR)):
        with work.at(f"{path}.{site.key}"):
            for camera in site.cameras.defer(*CAMERA_SECRETS):
                camera_delete(camera=camera)
            site_remove(site=site)
    work.each(work.differing(wanted, path), path, partial(_site_put, work))


def _site_put(work: Work, key: str, wanted: Wanted, path: str) -> None:
    site = site_list(user=work.user, least=Role.ADMINISTRATOR).filter(key=key).first()
    if site is None:
        needed(wanted, SITE.needs)
        site = site_create(name=wanted["name"], key=key)
    site = site_update(site=site, **{name: wanted[name] for name in SITE_FACTS if name in wanted})
    if "escalation_min" in wanted:
        with work.at(f"{path}.escalation_min"):
            _escalation_put(work, site, wanted["escalation_min"])
    if "mqtt_server" in wanted:
        with work.at(f"{path}.mqtt_server"):
            mqtt_server_put(work, site, wanted["mqtt_server"])
    for name, put in PARTS.items():
        if name in wanted:
            put(work, site, wanted[name], f"{path}.{name}")


def _escalation_put(work: Work, site: Site, minutes: int | None) -> None:
    found = Escalation.objects.filter(site=site).first()
    if minutes is not None and (found is None or found.after_min != minutes):
        escalation_set(site=site, after_min=minutes)
    elif minutes is None and found is not None and work.prune:
        escalation_remove(escalation=found)


def _members_put(work: Work, site: Site, wanted: Wanted, path: str) -> None:
    for one in Membership.objects.filter(site=site).select_related("user"):
        if work.prune and one.user.username not in wanted:
            membership_remove(site=site, user=one.user)
    work.each(wanted, path, partial(_member_put, site))


def _member_put(site: Site, username: str, role: str, _path: str) -> None:
    person = User.objects.filter(username=username).first()
    if person is None:
        raise ValidationError(_("There is no person “%(name)s”: invite them first.") % {"name": username})
    if role not in Role:
        words = {"role": role, "roles": ", ".join(Role)}
        raise ValidationError(_("“%(role)s” was given; one of %(roles)s is expected.") % words)
    if not Membership.objects.filter(site=site, user=person, role=role).exists():
        membership_set(site=site, user=person, role=role)


def _profiles_put(work: Work, site: Site, wanted: Wanted, path: str) -> None:
    for profile in work.gone(wanted, site.profiles.all()):
        profile_delete(profile=profile)
    work.each(wanted, path, partial(_profile_put, work, site))


def _profile_put(work: Work, site: Site, key: str, wanted: Wanted, _path: str) -> None:
    profile = site.profiles.filter(key=key).first()
    if profile is None:
        needed(wanted, PROFILE.needs)
        profile = Profile(site=site, key=key, kind=_kind(wanted["kind"]))
    elif wanted.get("kind", profile.kind) != profile.kind:
        text = _("It is for %(kind)s and cannot become another; give the new one a key of its own.")
        raise ValidationError({"kind": [text % {"kind": profile.kind}]})
    stored = {name: getattr(profile, name) for name in ("name", "tabs", "aspect", "settings")}
    facts = stored | {name: wanted[name] for name in stored if name in wanted}
    with inside("settings", "tabs"):
        facts["settings"] = unredacted(facts["settings"], stored["settings"])
        profile_put(profile=profile, user=work.user, **facts)


PARTS: Mapping[str, Callable[[Work, Site, Wanted, str], None]] = {
    "members": _members_put,
    "cameras": cameras_put,
    "combined_areas": combined_areas_put,
    "public_counters": public_counters_put,
    "floor_plans": floor_plans_put,
    "destinations": destinations_put,
    "profiles": _profiles_put,
}
"""In their order: what is made of areas names cameras, counters name combined areas, destinations name cameras."""


def _kind(kind: str) -> str:
    if kind not in CLASSES:
        words = {"kind": kind, "kinds": ", ".join(CLASSES)}
        raise ValidationError({"kind": [_("“%(kind)s” was given; one of %(kinds)s is expected.") % words]})
    return kind
