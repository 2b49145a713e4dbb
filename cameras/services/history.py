"""Versions of settings: kept with every change, compared, brought back (EXT-5)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.diff import Difference, differences
from cameras.extensions.kinds import Settings, settings_read
from cameras.models import Extension, SettingsVersion
from portal.accounts.models import User


def settings_diff(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Between two settings as they are stored; what an older one lacks is default. Raises SettingsError."""
    return differences(stored(kind, before), stored(kind, after), translate=_)


def stored(kind: str, settings: Mapping[str, Any]) -> Settings:
    """Settings that were valid once: deleted areas may have left a gap (OCC-2)."""
    return settings_read(kind, settings, drawn=EVERY_AREA)


def version_diff(before: SettingsVersion, after: SettingsVersion) -> list[Difference]:
    """Between two versions of one extension, the schedule included."""
    settings = settings_diff(after.extension.kind, before.settings, after.settings)
    return [*settings, *schedule_diff(before.schedule, after.schedule)]


def schedule_diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """One difference for the whole schedule, none when both are equal."""
    return [] if before == after else [Difference("schedule", _("Operation schedule"), before, after)]


def version_keep(*, extension: Extension, user: User | None = None, reason: str = "") -> SettingsVersion:
    """Keep settings and schedule of now under the extension's version."""
    return SettingsVersion.objects.create(
        extension=extension,
        number=extension.version,
        settings=extension.settings,
        schedule=extension.schedule,
        made_by=user,
        reason=reason,
    )


def version_keep_first(*, extension: Extension) -> None:
    """Keep what an extension began with, when it is older than the history."""
    if not extension.versions.exists():
        first = version_keep(extension=extension)
        SettingsVersion.objects.filter(pk=first.pk).update(made_at=extension.changed_at)
