"""Cameras: made and changed. A change raises `version`, which tells the running worker to look again (EXT-7)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cameras.extensions.polygon import PolygonRule
from cameras.extensions.problems import RefusedError
from cameras.models import Camera, Extension, Site
from cameras.rotation import is_upright, turned_polygon, turned_settings
from cameras.services.address import address_clean
from cameras.services.extension import extension_install, extension_update
from cameras.services.mac import mac_check, mac_clean
from cameras.services.version import version_announce, version_raise
from portal.accounts.models import User

EDITABLE = frozenset(
    {
        "name",
        "url",
        "mac",
        "username",
        "password",
        "transport",
        "fps",
        "enabled",
        "deactivation_s",
        "rotation",
        "privacy_zones",
    }
)
MOST_ZONES = 8


@transaction.atomic
def camera_create(
    *,
    site: Site,
    name: str,
    url: str,
    settings: Mapping[str, Any] | None = None,
    network: str = "",
    key: str = "",
    **facts: Any,
) -> Camera:
    """A camera with the occupancy extension on it.

    settings: the extension's, as the API gives them; what is left out is default.    facts: fields of EDITABLE.
    key: blank: after the name (API-7).    Credentials in `url` move into the encrypted fields. Raises ValidationError,
    SettingsError.
    """
    camera = Camera(site=site, key=key)
    _apply(camera, {"name": name, "url": url, **facts})
    camera.save()
    extension_install(camera=camera, settings=settings or {}, network=network)
    version_announce(camera_id=camera.pk, version=camera.version)
    return camera


@transaction.atomic
def camera_update(*, camera: Camera, user: User | None = None, **changes: Any) -> Camera:
    """Change fields of EDITABLE; when nothing differs, nothing is written. Raises ValidationError.

    Another rotation turns areas, ignore zones and privacy zones with the picture (CAM-4); privacy zones that are given
    with it are meant for the turned picture. user: who made the new version of the settings.
    """
    current = Camera.objects.select_for_update().get(pk=camera.pk)
    before = current.rotation
    if _apply(current, changes):
        if turned := (current.rotation - before) % 360:
            _turn(current, turned, user, zones="privacy_zones" not in changes)
        current.save(update_fields=EDITABLE)
        current.version = version_raise(camera_id=current.pk)
    return current


def _apply(camera: Camera, changes: Mapping[str, Any]) -> bool:
    """Put checked values on the camera; whether one of them is new."""
    if unknown := set(changes) - EDITABLE:
        raise TypeError(f"a camera has no {', '.join(sorted(unknown))} to change")
    before = {name: getattr(camera, name) for name in EDITABLE}
    for name, value in _without_credentials(changes).items():
        setattr(camera, name, value)
    camera.mac = mac_clean(camera.mac)
    camera.full_clean()
    mac_check(camera)
    camera.privacy_zones = zones_clean(camera.privacy_zones)
    return any(getattr(camera, name) != value for name, value in before.items())


def _without_credentials(changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` with what the URL carried in the fields for it; a field that is given as well has the last word."""
    if "url" not in changes:
        return dict(changes)
    address = address_clean(str(changes["url"]))
    found = {} if address.username is None else {"username": address.username, "password": address.password}
    return {**found, **changes, "url": address.url}


def _turn(camera: Camera, degrees: int, user: User | None, *, zones: bool) -> None:
    """Everything drawn on the picture turns with it. Raises ValidationError where non-mask detection cannot follow."""
    if not is_upright(camera.rotation) and camera.extensions.filter(kind=Extension.Kind.NONMASK).exists():
        message = _("AI non-mask detection runs at 0 and 180 degrees only: uninstall it first.")
        raise ValidationError({"rotation": [message]})
    if zones:
        turned = [turned_polygon(zone, degrees) for zone in camera.privacy_zones]
        camera.privacy_zones = [[list(vertex) for vertex in zone] for zone in turned]
    for extension in camera.extensions.all():
        settings = turned_settings(extension.whole(), degrees).to_json()
        reason = _("Picture turned by %(degrees)s degrees") % {"degrees": degrees}
        extension_update(extension=extension, user=user, settings=settings, reason=reason)


def zones_clean(zones: Any) -> list[list[list[float]]]:
    """CAM-5: up to 8 polygons, as lists for the JSON column. Raises ValidationError, naming the zone by its number."""
    if not isinstance(zones, list) or len(zones) > MOST_ZONES:
        message = _("Privacy zones must be a list of up to %(most)s polygons.") % {"most": MOST_ZONES}
        raise ValidationError({"privacy_zones": [message]})
    cleaned = [_zone_clean(zone, number) for number, zone in enumerate(zones, start=1)]
    return [zone for zone in cleaned if zone]


def _zone_clean(zone: Any, number: int) -> list[list[float]]:
    try:
        return [list(vertex) for vertex in zone_rule(number).clean(zone)]
    except RefusedError as exc:
        raise ValidationError({"privacy_zones": [exc.at("").translated(_)]}) from exc


def zone_rule(number: int) -> PolygonRule:
    """The rule of one privacy zone, which is called by its number."""
    return PolygonRule(_("Privacy zone %(number)s") % {"number": number})
