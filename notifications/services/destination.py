"""Destinations: made, changed, removed. Bad settings are refused whole, with every problem; secrets go in only.

Raises SettingsError for settings, events and secrets, ValidationError for the other fields. Whether somebody may, the
doors ask: `selectors.destination_get(user=…, least=ADMINISTRATOR)`.
"""

import json
from collections.abc import Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Site
from notifications.kinds import KINDS
from notifications.kinds.base import Kind
from notifications.models import Destination
from notifications.services.room import room_check
from notifications.services.scenes_server import scenes_server_check
from notifications.services.secret import destination_secrets
from notifications.services.wake import destination_wake

EDITABLE = frozenset({"name", "position", "enabled", "config", "events", "simulated", "expiry_s"})


@transaction.atomic
def destination_create(
    *,
    site: Site,
    kind: str,
    name: str,
    config: Mapping[str, Any],
    camera: Camera | None = None,
    secrets: Mapping[str, str] | None = None,
    key: str = "",
    **facts: Any,
) -> tuple[Destination, dict[str, str]]:
    """A destination, and the secrets that were made for it, to be shown once.

    camera: None: all cameras of the site.    key: blank: after the name (API-7).    facts: other fields of EDITABLE.
    """
    if kind not in KINDS or KINDS[kind].managed:
        text = _("There is no kind “%(kind)s”; there are %(kinds)s.") % {"kind": kind, "kinds": _kinds()}
        raise ValidationError({"kind": [text]})
    if camera is not None and camera.site_id != site.pk:
        raise ValidationError({"camera": [_("The camera belongs to another site.")]})
    known = KINDS[kind]
    destination = Destination(site=site, camera=camera, kind=kind, key=key, events=list(known.usual))
    room_check(destination=destination)
    made = {} if secrets else known.fresh()
    _apply(destination, {"name": name, "config": config, **facts}, {**made, **(secrets or {})})
    destination.save()
    return destination, made


@transaction.atomic
def destination_update(
    *, destination: Destination, secrets: Mapping[str, str] | None = None, **changes: Any
) -> Destination:
    """Change fields of EDITABLE and secrets (blank takes one away); what waited for a remedy is tried at once.

    A secret that the server is shown goes with its server: nobody may aim it at a server of their own.
    """
    current = Destination.objects.select_for_update().get(pk=destination.pk)
    _apply(current, changes, secrets or {})
    current.failures, current.next_try_at = 0, None
    if current.enabled:
        current.disabled_reason = ""
    current.save(update_fields=[*EDITABLE, "secrets", "failures", "next_try_at", "disabled_reason"])
    destination_wake(destination_id=current.pk)
    return current


def destination_draft(
    *, destination: Destination, config: Mapping[str, Any], secrets: Mapping[str, str] | None = None
) -> Destination:
    """A copy with these settings and secrets on top of its own, for a test; not to be saved."""
    draft, kind = copy(destination), KINDS[destination.kind]
    draft.config = kind.to_json(kind.read(config))
    _change_secrets(draft, kind, destination.config, kind.read_secrets(secrets or {}))
    return draft


@transaction.atomic
def destination_remove(*, destination: Destination) -> None:
    """With everything that waits for it, and its history."""
    Destination.objects.select_for_update().defer("secrets").filter(pk=destination.pk).first()  # before its rows
    destination.delete()


def secrets_set(destination: Destination) -> dict[str, bool]:
    """For everybody: whether each secret of its kind is set. Raises UndecryptableError."""
    found = destination_secrets(destination)
    return {name: name in found for name in KINDS[destination.kind].secrets}


def _kinds() -> str:
    """Those that people can add."""
    return ", ".join(name for name, kind in KINDS.items() if not kind.managed)


def _apply(destination: Destination, changes: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    """Put checked values on the destination (not saved)."""
    if unknown := set(changes) - EDITABLE:
        raise TypeError(f"a destination has no {', '.join(sorted(unknown))} to change")
    kind, before = KINDS[destination.kind], destination.config
    clean = dict(changes)
    if "config" in clean:
        clean["config"] = kind.to_json(kind.read(clean["config"]))
    if "events" in clean:
        clean["events"] = kind.read_events(clean["events"])
    for name, value in clean.items():
        setattr(destination, name, value)
    _change_secrets(destination, kind, before, kind.read_secrets(secrets))
    scenes_server_check(destination=destination, before=before)
    destination.full_clean(exclude=["camera", "config", "events", "kind"])
    _check_expiry(destination, kind)


def _check_expiry(destination: Destination, kind: Kind) -> None:
    """Raises ValidationError for one in which nothing could be sent by the rules of its kind."""
    if destination.expiry_s < kind.least_expiry_s:
        text = _("%(given)s s are too few: what is sent may wait up to an hour for its turn; at least %(least)s s.")
        raise ValidationError({"expiry_s": [text % {"given": destination.expiry_s, "least": kind.least_expiry_s}]})


def _change_secrets(destination: Destination, kind: Kind, before: Mapping[str, Any], given: dict[str, str]) -> None:
    kept = destination_secrets(destination)
    if before and before != destination.config and _server(kind, before) != _server(kind, destination.config):
        kept = {name: text for name, text in kept.items() if name not in kind.travelling}
    after = {name: text for name, text in {**kept, **given}.items() if text}
    destination.secrets = json.dumps(after) if after else ""


def _server(kind: Kind, config: Mapping[str, Any]) -> str:
    """Blank where the settings cannot be read any more."""
    try:
        return kind.server(kind.read(config))
    except SettingsError:
        return ""
