"""Saving from the settings screens: what a browser sends, checked against the version that it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, JsonResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Extension
from cameras.services.extension import extension_update
from cameras.services.secret import secrets_set
from portal.accounts.models import User
from portal.common.fields import UndecryptableError
from portal.common.json_body import JsonRefusedError, json_read


class BadRequestError(ValueError):
    """The body is none of ours; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser wants saved. version: of the extension, as the page was made with."""

    version: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Any] = field(default_factory=dict)
    schedule: Any = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        """Raises BadRequestError."""
        try:
            body = json_read(request.body)
        except JsonRefusedError as exc:
            raise BadRequestError(str(exc)) from exc
        known = isinstance(body, dict) and set(body) <= {"version", "settings", "secrets", "schedule"}
        if not known or not isinstance(body.get("version"), int):
            raise BadRequestError(_("The body must be an object with version, and with settings or schedule."))
        if not all(isinstance(body.get(part, {}), dict) for part in ("settings", "secrets")):
            raise BadRequestError(_("Settings and secrets must be objects."))
        return cls(**body)


def settings_save(*, extension: Extension, user: User, asked: Asked) -> Extension:
    """Put what was asked on top of what is stored, or nothing. Raises VersionConflictError, SettingsError."""
    settings = {**extension.whole().to_json(), **asked.settings} if asked.settings else None
    return extension_update(
        extension=extension,
        user=user,
        settings=settings,
        schedule=asked.schedule,
        secrets=asked.secrets,
        version=asked.version,
    )


def saved_to_json(extension: Extension) -> dict[str, Any]:
    """What every answer says: the settings of now, and the version of the camera that a worker must reach."""
    camera_version = Camera.objects.values_list("version", flat=True).get(pk=extension.camera_id)
    return {
        "version": extension.version,
        "camera_version": camera_version,
        "settings": extension.whole().to_json(),
        "schedule": extension.schedule,
        "secrets_set": names_set(extension),
    }


def names_set(extension: Extension) -> list[str]:
    """The secrets that have a value; none that a lost key has closed for ever: they have to be typed again."""
    try:
        return [name for name, there in secrets_set(extension).items() if there]
    except UndecryptableError:
        return []


def refused(exc: SettingsError) -> JsonResponse:
    """Every problem with its path and sentence."""
    problems = [{"path": one.path, "message": one.translated(_)} for one in exc.problems]
    return JsonResponse({"problems": problems}, status=422)


def stale(extension: Extension) -> JsonResponse:
    """Who was quicker, and what holds now."""
    current = Extension.objects.select_related("camera__site").get(pk=extension.pk)
    newest = current.versions.select_related("made_by").first()
    who = newest.made_by.get_username() if newest and newest.made_by else _("Somebody else")
    changed = newest.made_at if newest else current.changed_at
    when = date_format(changed.astimezone(ZoneInfo(current.camera.site.time_zone)), "H:i:s")
    message = _("%(who)s changed these settings at %(when)s, while this page was open. What you typed is kept.")
    return JsonResponse({"message": message % {"who": who, "when": when}, **saved_to_json(current)}, status=409)
