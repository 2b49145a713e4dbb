"""Destinations of a file, and the MQTT servers that cameras inherit."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cameras.models import Camera, Site
from notifications.kinds import KINDS
from notifications.kinds.mqtt import read_server
from notifications.models import Destination, MqttServer
from notifications.services.destination import destination_create, destination_remove, destination_update
from notifications.services.mqtt_route import mqtt_server_secrets
from notifications.services.mqtt_server import mqtt_server_remove, mqtt_server_set
from notifications.services.secret import destination_secrets
from portal.configuration.putting.addresses import unredacted
from portal.configuration.putting.work import Work, inside, needed
from portal.configuration.shape import DESTINATION, MQTT_SERVER
from portal.configuration.state import DESTINATION_FACTS

Wanted = Mapping[str, Any]


def destinations_put(work: Work, site: Site, wanted: Wanted, path: str) -> None:
    """Only those that people make: those that follow the settings of a camera come and go with them."""
    people = [name for name, kind in KINDS.items() if not kind.managed]
    there = Destination.objects.filter(site=site, retired_at=None, kind__in=people).defer("secrets")
    for destination in work.gone(wanted, there):
        with work.at(f"{path}.{destination.key}"):
            destination_remove(destination=destination)
    work.each(wanted, path, partial(_destination_put, work, site))


def mqtt_server_put(work: Work, site: Site | None, wanted: Wanted | None) -> None:
    """site: None: of the portal.    wanted: None: there shall be none."""
    server = MqttServer.objects.filter(site=site).first()
    if wanted is None:
        if server is not None and work.prune:
            mqtt_server_remove(server=server)
        return
    if server is None:
        needed(wanted, MQTT_SERVER.needs)
    stored, secrets = server.config if server else {}, work.secrets(wanted)
    with inside("config", "secrets"):
        config = unredacted(wanted.get("config", stored), stored)
        same = server is not None and read_server(config, of_site=site is not None) == stored
        if server is None or not same or not _held(mqtt_server_secrets(server), secrets):
            mqtt_server_set(site=site, config=config, secrets=secrets)


def _destination_put(work: Work, site: Site, key: str, wanted: Wanted, path: str) -> None:
    found = Destination.objects.filter(site=site, key=key, retired_at=None).select_related("camera").first()
    facts = {name: wanted[name] for name in ("name", *DESTINATION_FACTS) if name in wanted}
    secrets = work.secrets(wanted)
    if found is None:
        needed(wanted, DESTINATION.needs)
        facts |= {"kind": wanted["kind"], "camera": _camera(site, wanted.get("camera")), "secrets": secrets}
        with inside("config", "events", "secrets"):
            facts["config"] = unredacted(facts["config"], {})
            made = destination_create(site=site, key=key, **facts)[1]
        work.made |= {path: made} if made else {}
    else:
        _stays(found, wanted)
        with inside("config", "events", "secrets"):
            _change(found, facts, secrets)


def _change(destination: Destination, facts: dict[str, Any], secrets: Mapping[str, str]) -> None:
    """Left alone when nothing differs: a change lets what waits for a remedy be tried at once."""
    kind = KINDS[destination.kind]
    if "config" in facts:
        facts["config"] = kind.to_json(kind.read(unredacted(facts["config"], destination.config)))
    if "events" in facts:
        facts["events"] = kind.read_events(facts["events"])
    same = all(getattr(destination, name) == value for name, value in facts.items())
    if not same or not _held(destination_secrets(destination), secrets):
        destination_update(destination=destination, secrets=secrets, **facts)


def _stays(destination: Destination, wanted: Wanted) -> None:
    """Raises ValidationError where the file says another kind or camera: that is another destination."""
    there = {"kind": destination.kind, "camera": destination.camera.key if destination.camera else None}
    text = _("It is %(there)s and cannot become another; give the new one a key of its own.")
    wrong = {name: [text % {"there": there[name]}] for name in there if name in wanted and wanted[name] != there[name]}
    if wrong:
        raise ValidationError(wrong)


def _camera(site: Site, key: str | None) -> Camera | None:
    if key is None:
        return None
    camera = site.cameras.filter(key=key).first()
    if camera is None:
        known = ", ".join(site.cameras.order_by("key").values_list("key", flat=True)[:10])
        text = _("The site has no camera “%(key)s”. There are: %(known)s.") % {"key": key, "known": known or "–"}
        raise ValidationError({"camera": [text]})
    return camera


def _held(stored: Mapping[str, str], given: Mapping[str, str]) -> bool:
    return all(stored.get(name, "") == text for name, text in given.items())
