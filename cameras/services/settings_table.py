"""The settings of one extension on many cameras as a CSV file: written, looked through, put in force by a job (EXT-5).

A line is known by its site and name. Looking through writes nothing, and finds every mistake of every line. Only the
cells that differ are kept for the job, so that what somebody changes meanwhile beside them stays.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.diff import Difference, differences
from cameras.extensions.kinds import CLASSES, Settings, settings_read
from cameras.extensions.merge import merged
from cameras.extensions.problems import SettingsError
from cameras.extensions.sheet import column_of, columns, read_cells, write_cells
from cameras.models import Extension, Job, Role, Site
from cameras.onboarding.table import Column, Row, read_table, write_table
from cameras.selectors import Visitor, extension_list
from cameras.services.job import job_create
from portal.accounts.models import User

PLACE = (Column.SITE.value, Column.NAME.value)


@dataclass(frozen=True, slots=True)
class SettingsLine:
    """One line, looked through.

    mistakes: by column, "" for the line as a whole.    part: the settings that the line would change.
    """

    line: int
    site: str
    name: str
    extension: Extension | None = None
    mistakes: Mapping[str, str] = field(default_factory=dict)
    part: Mapping[str, Any] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()

    @property
    def action(self) -> str:
        """`mistake`, `change` or `same`."""
        return "mistake" if self.mistakes else "change" if self.differences else "same"


@dataclass(frozen=True, slots=True)
class SettingsPlan:
    """The whole file, looked through. kind: of the extension that it is about."""

    kind: str
    lines: tuple[SettingsLine, ...]

    def counts(self) -> dict[str, int]:
        """How many lines of each action."""
        found = Counter(line.action for line in self.lines)
        return {action: found[action] for action in ("mistake", "change", "same")}

    def parts(self) -> dict[Extension, Mapping[str, Any]]:
        """What the job does."""
        return {line.extension: line.part for line in self.lines if line.extension and line.action == "change"}


def settings_table_export(
    *, user: Visitor, site: Site | None = None, kind: str = Extension.Kind.OCCUPANCY
) -> Iterator[str]:
    """The settings that `user` may change, a line for each camera with the extension."""
    extensions = extension_list(user=user, kind=kind, least=Role.ADMINISTRATOR)
    if site is not None:
        extensions = extensions.filter(camera__site=site)
    ordered = extensions.order_by("camera__site__name", "camera__name")
    return write_table((_cells(one) for one in ordered.iterator()), (*PLACE, *columns(CLASSES[kind])))


def settings_table_name(kind: str) -> str:
    """Of the file."""
    return "settings.csv" if kind == Extension.Kind.OCCUPANCY else f"settings-{kind}.csv"


def settings_table_plan(
    *, user: Visitor, file: BinaryIO, site: Site | None = None, kind: str = Extension.Kind.OCCUPANCY
) -> SettingsPlan:
    """Look through a file. site: of the lines that name none.    Raises TableError."""
    looking = _Looking(user, site, kind)
    rows = read_table(file, (*PLACE, *columns(CLASSES[kind])))
    return SettingsPlan(kind, tuple(looking.at(row) for row in rows))


def settings_table_import(*, user: User, plan: SettingsPlan) -> Job:
    """A job that puts it in force. Raises ValueError for a plan with mistakes, or with nothing to do."""
    parts = plan.parts()
    if plan.counts()["mistake"] or not parts:
        raise ValueError("only a plan without mistakes, and with something to do, is imported")
    order = {"extension": plan.kind, "parts": {str(extension.camera_id): part for extension, part in parts.items()}}
    return job_create(user=user, kind=Job.Kind.SETTINGS, cameras=[one.camera for one in parts], order=order)


def _cells(extension: Extension) -> list[str]:
    return [extension.camera.site.name, extension.camera.name, *_stands(extension, extension.whole())]


def _stands(extension: Extension, settings: Settings) -> list[str]:
    return write_cells(settings.to_json(), extension.settings_class)


class _Looking:
    """Looks at one row after the other; remembers which cameras the file has named."""

    def __init__(self, user: Visitor, site: Site | None, kind: str) -> None:
        self._site = site.name if site else ""
        self._label = Extension.Kind(kind).label
        found = extension_list(user=user, kind=kind, least=Role.ADMINISTRATOR)
        self._extensions = {(one.camera.site.name, one.camera.name): one for one in found}
        self._named: dict[tuple[str, str], int] = {}

    def at(self, row: Row) -> SettingsLine:
        """The line, with all that is wrong with it."""
        place = row.cells.get(Column.SITE, self._site), row.cells.get(Column.NAME, "")
        extension = self._extensions.get(place)
        mistakes = self._of_the_whole(row, place, extension)
        if mistakes or extension is None:
            return SettingsLine(row.line, *place, mistakes=mistakes)
        cells = {column: cell for column, cell in row.cells.items() if column not in PLACE}
        return _line(row.line, extension, cells)

    def _of_the_whole(self, row: Row, place: tuple[str, str], extension: Extension | None) -> dict[str, str]:
        if row.problem:
            return {"": row.problem.translated(_)}
        if extension is None:
            text = _("There is no camera “%(name)s” on a site “%(site)s” that you set up, with %(extension)s on it.")
            return {"": text % {"site": place[0], "name": place[1], "extension": self._label}}
        before = self._named.setdefault(place, row.line)
        return {} if before == row.line else {"": _("Line %(line)s names this camera already.") % {"line": before}}


def _line(number: int, extension: Extension, cells: Mapping[str, str]) -> SettingsLine:
    place = extension.camera.site.name, extension.camera.name
    before, settings_class = extension.whole(), extension.settings_class
    part = read_cells(_changed(extension, before, cells), settings_class)
    try:
        asked = merged(before.to_json(), part, settings_class)
        after = settings_read(extension.kind, asked, drawn=EVERY_AREA)
    except SettingsError as refused:
        mistakes = {column_of(one.path, part): one.translated(_) for one in refused.problems}
        return SettingsLine(number, *place, extension, mistakes)
    return SettingsLine(number, *place, extension, {}, part, tuple(differences(before, after, translate=_)))


def _changed(extension: Extension, before: Settings, cells: Mapping[str, str]) -> dict[str, str]:
    """The cells that say something else than what stands."""
    stands = dict(zip(columns(extension.settings_class), _stands(extension, before), strict=True))
    return {column: cell for column, cell in cells.items() if cell != stands[column]}
