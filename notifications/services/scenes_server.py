"""Scene metadata needs an MQTT server: it is switched on only where there is one (OUT-4)."""

from collections.abc import Mapping
from typing import Any

from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.models import Camera, Extension
from notifications.kinds.onvif import ONVIF
from notifications.models import Destination
from notifications.services.mqtt_route import NoServerError, link_of, servers_of


def scenes_server_check(*, destination: Destination, before: Mapping[str, Any]) -> None:
    """before: the settings until now; what is on already stays as it is.    Raises SettingsError."""
    on = destination.kind == ONVIF.name and destination.config.get("scenes")
    if not on or before.get("scenes"):
        return
    if destination.camera is not None:
        _check_camera(destination.camera)
    else:
        _check_site(destination)


def _check_camera(camera: Camera) -> None:
    try:
        link_of(camera_id=camera.pk, site_id=camera.site_id)
    except NoServerError as error:
        text = gettext_noop("“%(camera)s” has nowhere to send frames to: %(reason)s.")
        raise SettingsError([Problem("scenes", text, {"camera": camera.name, "reason": str(error)})]) from error


def _check_site(destination: Destination) -> None:
    """One camera with a server is enough: the others are named in the log, as for counts."""
    servers = servers_of([destination.site_id])
    own = Extension.objects.filter(kind=Extension.Kind.OCCUPANCY, settings__mqtt__server__own=True)
    if servers or own.filter(camera__site=destination.site_id).exists():
        return
    text = gettext_noop("No camera of “%(site)s” has an MQTT server: set one for the site or the portal first.")
    raise SettingsError([Problem("scenes", text, {"site": destination.site.name})])
