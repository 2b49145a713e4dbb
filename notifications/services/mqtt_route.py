"""Which MQTT server a camera's messages go to, and as whom: its own, else the site's, else the portal's (OUT-3).

A *link* is one connection to one broker under one identity. Cameras whose servers are the same in every respect share
one; its id is made of all of these, so that nobody sends over a connection that was opened with another's password.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache

from django.utils.crypto import salted_hmac

from cameras.extensions.mqtt import MqttServer as ServerSettings
from cameras.extensions.mqtt import MqttSettings, NonmaskMqtt
from cameras.extensions.nested import Group
from cameras.extensions.problems import SettingsError, gettext_noop
from cameras.models import Extension
from cameras.services.secret import secrets_read
from notifications.kinds.broker import Broker
from notifications.models import MqttServer
from notifications.protocols.base import topic_of
from portal.common.fields import UndecryptableError

Servers = Mapping[int | None, MqttServer]
"""Of each site, and of the portal under None."""


class NoServerError(Exception):
    """There is no MQTT server for a camera, or it cannot be read; the message says which."""


def link_of(*, camera_id: int, site_id: int) -> str:
    """The link that the camera's messages go over; of a removed one, its site's. Raises NoServerError."""
    extension = extension_of(camera_id)
    servers = servers_of([site_id])
    return link_id(broker_of(extension, site_id=site_id, servers=servers))


def extension_of(camera_id: int) -> Extension | None:
    """The one whose MQTT tab names the camera's server, None without one."""
    return Extension.objects.filter(camera=camera_id, kind=Extension.Kind.OCCUPANCY).first()


def servers_of(site_ids: Iterable[int]) -> Servers:
    """What the cameras of these sites inherit."""
    rows = MqttServer.objects.all()
    wanted = {None, *site_ids}
    return {row.site_id: row for row in rows if row.site_id in wanted}


def tab_of(extension: Extension | None) -> MqttSettings:
    """The MQTT tab. Raises NoServerError for stored settings that no form let in."""
    try:
        tab: MqttSettings = Group(gettext_noop("MQTT transmission"), MqttSettings).clean(
            extension.settings.get("mqtt", {}) if extension else {}
        )
    except SettingsError as exc:
        raise NoServerError(f"the MQTT settings of the camera cannot be read: {exc}") from exc
    return tab


def nonmask_tab_of(extension: Extension | None) -> NonmaskMqtt:
    """The MQTT tab of the non-mask extension. Raises NoServerError as `tab_of` does."""
    try:
        tab: NonmaskMqtt = Group(gettext_noop("MQTT transmission"), NonmaskMqtt).clean(
            extension.settings.get("mqtt", {}) if extension else {}
        )
    except SettingsError as exc:
        raise NoServerError(f"the MQTT settings of the camera cannot be read: {exc}") from exc
    return tab


def broker_of(extension: Extension | None, *, site_id: int, servers: Servers) -> Broker:
    """Raises NoServerError."""
    tab = tab_of(extension)
    try:
        if extension and tab.server.own:
            return _own(extension, tab.server, site_id)
        inherited = servers.get(site_id) or servers.get(None)
        if inherited is None:
            raise NoServerError("no MQTT server is set for the camera, its site or the portal")
        return inherited_broker(inherited)
    except (UndecryptableError, SettingsError) as exc:
        raise NoServerError(f"the MQTT server cannot be read: {exc}") from exc


def mqtt_server_secrets(server: MqttServer) -> dict[str, str]:
    """For who connects: the secrets that are set, by name. Raises UndecryptableError."""
    found: dict[str, str] = json.loads(server.secrets) if server.secrets else {}
    return found


def link_id(broker: Broker) -> str:
    """The same for the same server and identity; tells nothing of its secrets."""
    facts = json.dumps({**asdict(broker), "host": broker.host.lower()}, sort_keys=True)
    return salted_hmac("notifications.mqtt.link", facts, algorithm="sha256").hexdigest()[:16]


def _own(extension: Extension, server: ServerSettings, site_id: int) -> Broker:
    secrets = secrets_read(extension)
    will = topic_of(server.last_will_topic, camera_id=extension.camera_id, site_id=site_id)
    return _broker(
        server,
        default_id=f"c{extension.camera_id}",
        will=will,
        password=secrets.get("mqtt_password", ""),
        client_key=secrets.get("mqtt_client_key", ""),
    )


def inherited_broker(row: MqttServer) -> Broker:
    """That of a site or the portal. Raises SettingsError, UndecryptableError."""
    server: ServerSettings = Group(gettext_noop("MQTT server"), ServerSettings).clean(row.config)
    secrets = mqtt_server_secrets(row)
    return _broker(
        server,
        default_id=f"s{row.site_id}" if row.site_id else "portal",
        will=server.last_will_topic.replace("{site}", str(row.site_id)),
        password=secrets.get("password", ""),
        client_key=secrets.get("client_key", ""),
    )


def _broker(server: ServerSettings, *, default_id: str, will: str, password: str, client_key: str) -> Broker:
    return Broker(
        host=server.host,
        port=server.port,
        client_id=server.client_id or own_client_id(default_id),
        tls=server.tls,
        ca_certificate=server.ca_certificate,
        client_certificate=server.client_certificate,
        client_key=client_key,
        user=server.user,
        password=password,
        keep_alive_s=server.keep_alive_s,
        will_topic=will,
        will_message=server.last_will_message,
    )


def own_client_id(what: str) -> str:
    """what: the connection. Two portals at one broker must not push each other out."""
    return f"lookout-{_installation()}-{what}"


@lru_cache(maxsize=1)
def _installation() -> str:
    """Short: a broker need not take more than 23 signs."""
    return salted_hmac("notifications.mqtt.client", "", algorithm="sha256").hexdigest()[:6]
