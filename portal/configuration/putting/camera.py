"""Cameras of a file and their extensions."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cameras.extensions.areas import EVERY_AREA
from cameras.models import Camera, Site
from cameras.services.camera import camera_create, camera_update
from cameras.services.extension import Wish, wish_grant
from cameras.services.installation import extension_add, extension_uninstall
from cameras.services.onboarding import credentials_kept
from cameras.services.removal import camera_delete
from portal.configuration.putting.addresses import unredacted
from portal.configuration.putting.work import Work, inside, needed
from portal.configuration.shape import CAMERA
from portal.configuration.state import CAMERA_FACTS, CAMERA_SECRETS

Wanted = Mapping[str, Any]


def cameras_put(work: Work, site: Site, wanted: Wanted, path: str) -> None:
    """Those that go make room for the names of those that come."""
    for camera in work.gone(wanted, site.cameras.defer(*CAMERA_SECRETS)):
        with work.at(f"{path}.{camera.key}"):
            camera_delete(camera=camera)
    work.each(work.differing(wanted, path), path, partial(_camera_put, work, site))


def _camera_put(work: Work, site: Site, key: str, wanted: Wanted, path: str) -> None:
    camera = site.cameras.filter(key=key).first()
    extensions = wanted.get("extensions")
    if camera is None:
        camera = _new(work, site, key, wanted)
        surplus = [] if extensions is None else camera.extensions.exclude(kind__in=extensions)
    else:
        surplus = work.gone(extensions, camera.extensions.all(), "kind")
    for extension in surplus:  # before the picture turns: non-mask detection would not let it
        extension_uninstall(extension=extension, user=work.user)
    _change(work, camera, wanted)
    work.each(extensions or {}, f"{path}.extensions", partial(_extension_put, work, camera.pk))


def _new(work: Work, site: Site, key: str, wanted: Wanted) -> Camera:
    needed(wanted, CAMERA.needs)
    url = unredacted({"url": wanted["url"]}, {})["url"]
    facts: dict[str, Any] = {"name": wanted["name"], "url": url, **_secrets(work, wanted)}
    return camera_create(site=site, key=key, **facts)


def _change(work: Work, camera: Camera, wanted: Wanted) -> None:
    facts = {name: wanted[name] for name in CAMERA_FACTS if name in wanted}
    secrets = _secrets(work, wanted)
    if "url" in facts:
        facts |= unredacted({"url": facts["url"]}, {"url": camera.url})
        if "password" not in secrets:
            secrets = credentials_kept(camera=camera, url=facts["url"]) | secrets
    camera_update(camera=camera, user=work.user, **facts, **secrets)


def _secrets(work: Work, wanted: Wanted) -> dict[str, str]:
    found = work.secrets(wanted)
    if strange := set(wanted.get("secrets", {})) - set(CAMERA_SECRETS):
        text = _("There is no such secret; there are %(known)s.") % {"known": ", ".join(CAMERA_SECRETS)}
        raise ValidationError({f"secrets.{name}": [text] for name in strange})
    return found


def _extension_put(work: Work, camera_id: int, kind: str, wanted: Wanted, _path: str) -> None:
    camera = Camera.objects.select_related("site").get(pk=camera_id)
    extension = camera.extensions.filter(kind=kind).first() or extension_add(camera=camera, kind=kind, user=work.user)
    secrets = work.secrets(wanted)
    with inside("settings", "schedule", "secrets"):
        settings = unredacted(wanted["settings"], extension.settings) if "settings" in wanted else None
        wish = Wish(settings, wanted.get("schedule"), wanted.get("network"), secrets, EVERY_AREA)
        wish_grant(extension=extension, wish=wish, user=work.user, reason=_("Configuration file"))
