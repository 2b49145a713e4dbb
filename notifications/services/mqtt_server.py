"""The MQTT servers that cameras inherit: set and removed (OUT-3). Bad settings are refused whole; secrets go in only.

Raises SettingsError with every problem. Who may, the doors ask: an administrator of the site, or of the portal.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cameras.models import Site
from notifications.kinds.mqtt import SECRET_RULES, read_server, read_server_secrets
from notifications.models import MqttServer
from notifications.services.mqtt_route import mqtt_server_secrets

SHOWN_TO = ("host", "port", "tls")
"""Whom the secrets are shown to: they leave with it, nobody may aim a password at a server of their own."""


@transaction.atomic
def mqtt_server_set(
    *, site: Site | None, config: Mapping[str, Any], secrets: Mapping[str, str] | None = None
) -> MqttServer:
    """The server of a site, or of the portal (None), with these settings. secrets: blank takes one away."""
    server = MqttServer.objects.select_for_update().filter(site=site).first()
    server = _put(server or _new(site), config, secrets or {})
    server.save()
    return server


def mqtt_server_draft(
    *, site: Site | None, config: Mapping[str, Any] | None = None, secrets: Mapping[str, str] | None = None
) -> MqttServer:
    """The server as it would be with these settings on top of what is saved; nothing is saved. UndecryptableError."""
    server = MqttServer.objects.filter(site=site).first() or _new(site)
    return _put(server, server.config if config is None else config, secrets or {})


def _new(site: Site | None) -> MqttServer:
    return MqttServer(site=site, scope=MqttServer.Scope.PORTAL if site is None else MqttServer.Scope.SITE)


def _put(server: MqttServer, config: Mapping[str, Any], secrets: Mapping[str, str]) -> MqttServer:
    """Secrets that were given for another server are forgotten."""
    clean, given = read_server(config, of_site=server.scope == MqttServer.Scope.SITE), read_server_secrets(secrets)
    kept = mqtt_server_secrets(server)
    if any(server.config.get(name) != clean[name] for name in SHOWN_TO):
        kept = {}
    after = {name: text for name, text in {**kept, **given}.items() if text}
    server.config, server.secrets = clean, json.dumps(after) if after else ""
    return server


def mqtt_server_remove(*, server: MqttServer) -> None:
    """Its cameras inherit the portal's, or have none."""
    server.delete()


def mqtt_secrets_set(server: MqttServer) -> dict[str, bool]:
    """For everybody: whether each secret is set. Raises UndecryptableError."""
    found = mqtt_server_secrets(server)
    return {name: name in found for name in SECRET_RULES}
