"""Extensions: installed on a camera; settings, schedule, network and secrets changed (EXT-1, EXT-5 to EXT-7)."""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from auditlog.context import disable_auditlog
from django.db import transaction
from django.utils.translation import gettext as _

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.diff import Difference
from cameras.extensions.kinds import numbers_drawn, settings_read
from cameras.extensions.merge import as_from_the_factory
from cameras.extensions.problems import SettingsError
from cameras.extensions.secret_rules import HTTP_PASSWORDS, secrets_clean, secrets_of
from cameras.models import Camera, Extension, SettingsVersion
from cameras.schedules import OperationSchedule
from cameras.services.history import schedule_diff, settings_diff, version_keep, version_keep_first
from cameras.services.secret import secrets_change, secrets_orphaned
from cameras.services.version import version_raise
from portal.accounts.models import User
from portal.common.audit import HIDDEN, audit_write
from portal.common.errors import ConflictError


class VersionConflictError(ConflictError):
    """Somebody else changed the settings in the meantime (API-2)."""

    code = "version_conflict"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a change asks for; None leaves as it is.

    edit: gives the settings from those that stand once the row is locked, so that nobody's change is lost on the way.
    drawn: areas whose polygon may stand without one before it (OCC-2); None is those that stand now.
    """

    settings: Mapping[str, Any] | None = None
    schedule: Mapping[str, Any] | None = None
    network: str | None = None
    secrets: Mapping[str, Any] = field(default_factory=dict)
    drawn: Iterable[int] | None = None
    edit: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None


def extension_install(
    *, camera: Camera, settings: Mapping[str, Any], network: str = "", kind: str = Extension.Kind.OCCUPANCY
) -> Extension:
    """Put an extension on a camera. Raises SettingsError; ValidationError when it is there already, or cannot be."""
    full = settings_read(kind, settings).to_json()
    extension = Extension(camera=camera, kind=kind, settings=full, network=network)
    extension.full_clean()
    extension.save()
    version_keep(extension=extension, reason=_("Installed"))
    return extension


def extension_update(
    *,
    extension: Extension,
    user: User | None = None,
    settings: Mapping[str, Any] | None = None,
    schedule: Mapping[str, Any] | None = None,
    network: str | None = None,
    secrets: Mapping[str, Any] | None = None,
    reason: str = "",
    version: int | None = None,
) -> Extension:
    """Replace what is given; when something differs: a version, an audit entry, and the worker is told.

    settings: whole, what is left out is default.    secrets: by name, those left out stay, blank takes one away.
    version: the one that the change was made from.    Raises SettingsError; VersionConflictError when it is not now's.
    """
    wish = Wish(settings, schedule, network, {} if secrets is None else secrets)
    return wish_grant(extension=extension, wish=wish, user=user, reason=reason, version=version)


def extension_reset(*, extension: Extension, user: User | None) -> Extension:
    """EXT-6: all of its tabs are as from the factory; ignore zones and the MQTT server stay as they are.

    Schedule, privacy zones, deactivation time and TCP destinations are none of these settings. The passwords of the
    HTTP destinations go with their addresses.
    """
    settings_class = extension.settings_class
    passwords = dict.fromkeys((name for name in HTTP_PASSWORDS if name in secrets_of(settings_class)), "")
    wish = Wish(secrets=passwords, edit=lambda whole: as_from_the_factory(whole, settings_class))
    return wish_grant(extension=extension, wish=wish, user=user, reason=_("Reset to default"))


def extension_restore(*, extension: Extension, number: int, user: User | None) -> Extension:
    """Settings and schedule of an earlier version, as a new one. Raises SettingsVersion.DoesNotExist, SettingsError."""
    kept = SettingsVersion.objects.get(extension=extension, number=number)
    wish = Wish(kept.settings, kept.schedule, drawn=EVERY_AREA)
    return wish_grant(extension=extension, wish=wish, user=user, reason=_("Version %(n)s restored") % {"n": number})


@transaction.atomic
def wish_grant(
    *, extension: Extension, wish: Wish, user: User | None, reason: str = "", version: int | None = None
) -> Extension:
    """What every change of an extension goes through; see `extension_update`."""
    current = _locked(extension.pk)
    if version is not None and version != current.version:
        raise VersionConflictError(_("Somebody else has changed these settings."), version=current.version)
    before = copy(current)
    hidden = _apply(current, wish)
    changes = [*extension_diff(before, current), *hidden]
    if changes:
        version_keep_first(extension=before)
        current.version += 1
        with disable_auditlog():  # `_note` says it value for value
            current.save()
        if (before.settings, before.schedule) != (current.settings, current.schedule):
            version_keep(extension=current, user=user, reason=reason)
        _note(current, changes, user, reason)
        version_raise(camera_id=current.camera_id)
    return current


def _locked(pk: int) -> Extension:
    """The row, with camera and site. Without secrets: a lost FIELD_KEY must not keep a threshold from being changed."""
    rows = Extension.objects.select_for_update(of=("self",)).select_related("camera__site")
    return rows.defer("secrets", "camera__username", "camera__password").get(pk=pk)


def _apply(current: Extension, wish: Wish) -> list[Difference]:
    """Put what was asked for on the row; the secrets that changed, without their values."""
    gone: dict[str, str] = {}
    asked = wish.settings if wish.edit is None else wish.edit(current.whole().to_json())
    if asked is not None:
        drawn = wish.drawn or numbers_drawn(current.whole())
        settings = settings_read(current.kind, asked, drawn=list(drawn)).to_json()
        gone = secrets_orphaned(current.settings, settings)
        current.settings = settings
    if wish.schedule is not None:
        current.schedule = _schedule(wish.schedule)
    if wish.network is not None:
        current.network = wish.network
    given = {**gone, **secrets_clean(wish.secrets, secrets_of(current.settings_class))}
    names = secrets_change(current, given) if given else ()
    return [Difference(f"secrets.{name}", name, HIDDEN, HIDDEN) for name in sorted(names)]


def _schedule(data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return OperationSchedule.from_json(data).to_json()
    except SettingsError as refused:
        raise SettingsError([problem.below("schedule") for problem in refused.problems]) from refused


def extension_diff(before: Extension, after: Extension) -> list[Difference]:
    """Settings, schedule and network, value by value; secrets are not compared."""
    network = [] if before.network == after.network else [("network", before.network, after.network)]
    return [
        *settings_diff(after.kind, before.settings, after.settings),
        *schedule_diff(before.schedule, after.schedule),
        *(Difference(path, _("Network"), old, new) for path, old, new in network),
    ]


def _note(extension: Extension, changes: Iterable[Difference], user: User | None, reason: str) -> None:
    """One entry of the audit log (EXT-5, SEC-5)."""
    values = {change.path: (change.before, change.after) for change in changes}
    facts = {"site": extension.camera.site_id, "camera": extension.camera_id, "version": extension.version}
    audit_write(what=extension, user=user, changes=values, reason=reason, **facts)
