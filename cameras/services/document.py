"""The settings of one camera as a YAML document: written, looked through, and put in force (EXT-5).

What a document leaves out stays as it is; so a part of one is a document, too. Secrets are in none.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cameras.extensions.diff import Difference
from cameras.extensions.document import read_document, write_document
from cameras.extensions.kinds import numbers_drawn, settings_read
from cameras.extensions.merge import merged
from cameras.extensions.problems import Problem, SettingsError, gettext_noop, show
from cameras.extensions.reading import not_an_object
from cameras.models import Extension
from cameras.schedules import OperationSchedule
from cameras.services.extension import extension_diff, extension_update
from portal.accounts.models import User

PARTS = ("settings", "schedule", "network")


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """What a document would change. changes: by the names that `extension_update` gives them."""

    changes: Mapping[str, Any]
    differences: list[Difference]


def document_write(*, extension: Extension) -> str:
    """Everything that can be set, with ranges and defaults beside it."""
    camera, kind = extension.camera, extension.get_kind_display()
    words = {"extension": kind, "camera": camera.name, "site": camera.site.name, "version": extension.version}
    title = _("%(extension)s of %(camera)s, %(site)s: version %(version)s of its settings.") % words
    beside = {"schedule": extension.schedule, "network": extension.network}
    return write_document(title, extension.whole().to_json(), extension.settings_class, **beside)


def document_plan(*, extension: Extension, text: str) -> DocumentPlan:
    """Look through a document; nothing is written. Raises DocumentError, SettingsError with every problem."""
    parts = read_document(text)
    problems = [_unknown(name) for name in parts if name not in PARTS]
    changes: dict[str, Any] = {}
    for name, read in (("settings", _settings), ("schedule", _schedule), ("network", _network)):
        try:
            changes |= {name: read(extension, parts[name])} if name in parts else {}
        except SettingsError as refused:
            problems += refused.problems
    if problems:
        raise SettingsError(problems)
    return DocumentPlan(changes, extension_diff(extension, _changed(extension, changes)))


def document_apply(*, extension: Extension, plan: DocumentPlan, user: User | None) -> Extension:
    """Put it in force. Raises VersionConflictError when the settings have changed since it was looked through."""
    reason = _("Read from a document")
    return extension_update(extension=extension, user=user, version=extension.version, reason=reason, **plan.changes)


def _settings(extension: Extension, part: Any) -> dict[str, Any]:
    before = extension.whole()
    if not isinstance(part, Mapping):
        raise SettingsError([not_an_object("settings", part)])
    asked = merged(before.to_json(), part, extension.settings_class)
    try:
        return settings_read(extension.kind, asked, drawn=numbers_drawn(before)).to_json()
    except SettingsError as refused:
        raise SettingsError([one.below("settings") for one in refused.problems]) from refused


def _schedule(_extension: Extension, part: Any) -> dict[str, Any]:
    try:
        return OperationSchedule.from_json(part).to_json()
    except SettingsError as refused:
        raise SettingsError([one.below("schedule") for one in refused.problems]) from refused


def _network(_extension: Extension, part: Any) -> str:
    longest = Extension._meta.get_field("network").max_length or 0
    if isinstance(part, str) and len(part) <= longest:
        return part
    template = gettext_noop("The network must be a text of up to %(longest)s characters, not %(value)s.")
    raise SettingsError([Problem("network", template, {"longest": str(longest), "value": show(part)})])


def _unknown(name: object) -> Problem:
    template = gettext_noop("There is no such part; a document has %(parts)s.")
    return Problem(str(name), template, {"parts": ", ".join(PARTS)})


def _changed(extension: Extension, changes: Mapping[str, Any]) -> Extension:
    """As it would be; the one given stays as it is."""
    after = copy(extension)
    for name, value in changes.items():
        setattr(after, name, value)
    return after
