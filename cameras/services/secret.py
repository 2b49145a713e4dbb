"""Passwords and keys of an extension: encrypted beside its settings, and never given back (DESIGN 7)."""

import json
from collections.abc import Mapping
from typing import Any

from cameras.extensions.secret_rules import HTTP_PASSWORDS, SECRETS, secrets_of
from cameras.models import Extension


def secrets_read(extension: Extension) -> dict[str, str]:
    """For who sends: the secrets that are set, by name. Raises UndecryptableError."""
    found: dict[str, str] = json.loads(extension.secrets) if extension.secrets else {}
    return found


def secrets_set(extension: Extension) -> dict[str, bool]:
    """For everybody else: whether each secret is set. Raises UndecryptableError."""
    found = secrets_read(extension)
    return {name: name in found for name in secrets_of(extension.settings_class)}


def secrets_change(extension: Extension, given: Mapping[str, str]) -> set[str]:
    """Put new ones, checked by `secrets_clean`, on the row (not saved); blank takes one away. Which ones changed."""
    before = secrets_read(extension)
    after = {name: text for name, text in {**before, **given}.items() if text}
    if after != before:
        extension.secrets = json.dumps(after) if after else ""
    return {name for name in SECRETS if before.get(name) != after.get(name)}


def secrets_orphaned(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """What has to be taken away because its server is another one now: nobody may aim a password at their own server.

    before, after: settings as JSON.
    """
    old, new = (settings.get("http", {}).get("destinations", []) for settings in (before, after))
    moved = [
        name
        for name, was, now in zip(HTTP_PASSWORDS, old, new, strict=False)
        if was["address"] and was["address"] != now["address"]
    ]
    host = before.get("mqtt", {}).get("server", {}).get("host", "")
    if host and host != after.get("mqtt", {}).get("server", {}).get("host", ""):
        moved += ["mqtt_password", "mqtt_client_key"]
    return dict.fromkeys(moved, "")
