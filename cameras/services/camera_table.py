"""Cameras from a CSV file: looked through first, then imported; and written into one (CAM-3).

Looking through writes nothing and finds every mistake of every line. What is imported is what was looked through, in
groups of lines, all of a group or none of it; so a running portal waits for no long transaction. A line is known by its
site and name, and only what differs is written: the same file again changes nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cameras.mac import mac_shown
from cameras.models import Camera, Role, Site
from cameras.onboarding.table import Column, Row, read_table, write_table
from cameras.selectors import Visitor, site_list
from cameras.sensors import channel_of
from cameras.services.camera import camera_create, camera_update
from cameras.services.camera_row import FIELDS, field_mistakes, row_facts
from portal.common.redact import redact

GROUP = 50


class Action(StrEnum):
    """What an import would do with a line."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, looked through.

    mistakes: by column, "" for the line as a whole.    changed: columns that differ from what is stored.
    facts: what is written, with secrets; never printed.
    """

    line: int
    site: str
    name: str
    action: Action
    mistakes: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    place: Site | None = field(default=None, repr=False)
    camera: Camera | None = field(default=None, repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole file, looked through."""

    lines: tuple[Line, ...]

    def counts(self) -> dict[str, int]:
        """How many lines of each action, by its word."""
        found = Counter(line.action.value for line in self.lines)
        return {action.value: found[action.value] for action in Action}

    def todo(self) -> list[Line]:
        """The lines that an import writes."""
        return [line for line in self.lines if line.action in (Action.CREATE, Action.CHANGE)]


@dataclass(frozen=True, slots=True)
class Failure:
    """A group of lines of which nothing was written, and why."""

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    created: int
    changed: int
    failures: tuple[Failure, ...]


def table_plan(*, user: Visitor, file: BinaryIO, site: Site | None = None) -> Plan:
    """Look through a file. site: of the lines that name none.    Raises TableError."""
    looking = _Looking(user, site)
    return Plan(tuple(looking.at(row) for row in read_table(file)))


def table_import(*, plan: Plan) -> Imported:
    """Write what `plan` found. Raises ValueError for a plan with mistakes: they are not for this function to judge."""
    if plan.counts()[Action.MISTAKE]:
        raise ValueError("a plan with mistakes is not imported")
    done: Counter[Action] = Counter()
    failures = []
    lines = plan.todo()
    for group in (lines[start : start + GROUP] for start in range(0, len(lines), GROUP)):
        if reason := _group_write(group):
            failures.append(Failure(group[0].line, group[-1].line, reason))
        else:
            done.update(line.action for line in group)
    return Imported(done[Action.CREATE], done[Action.CHANGE], tuple(failures))


def table_export(*, user: Visitor, site: Site | None = None) -> Iterator[str]:
    """The cameras that `user` may set up, line by line, as an import reads them: without user names and passwords."""
    cameras = Camera.objects.filter(site__in=site_list(user=user, least=Role.ADMINISTRATOR)).select_related("site")
    if site is not None:
        cameras = cameras.filter(site=site)
    return write_table(_cells(camera) for camera in cameras.defer("username", "password").iterator())


def _cells(camera: Camera) -> tuple[str, ...]:
    enabled, mac = "yes" if camera.enabled else "no", mac_shown(camera.mac)
    return camera.site.name, camera.name, redact(camera.url), camera.transport, f"{camera.fps:g}", enabled, mac


def _group_write(lines: list[Line]) -> str:
    """ "" or why nothing of the group was written."""
    try:
        with transaction.atomic():
            for line in lines:
                _line_write(line)
    except ValidationError as exc:
        return " ".join(exc.messages)
    except (IntegrityError, Camera.DoesNotExist):
        return _("Somebody changed these cameras at the same moment; import the file again.")
    return ""


def _line_write(line: Line) -> None:
    if line.camera is not None:
        camera_update(camera=line.camera, **line.facts)
    elif line.place is not None:
        camera_create(site=line.place, **line.facts)


class _Looking:
    """Looks at one row after the other; remembers which cameras the file has named."""

    def __init__(self, user: Visitor, site: Site | None) -> None:
        self._site = site
        self._sites = {one.name: one for one in site_list(user=user, least=Role.ADMINISTRATOR)}
        stored = Camera.objects.filter(site__in=self._sites.values())
        self._cameras = {(camera.site_id, camera.name): camera for camera in stored}
        self._named: dict[tuple[int, str], int] = {}
        self._macs: dict[tuple[str, int], int] = {}

    def at(self, row: Row) -> Line:
        """The line, with all that is wrong with it."""
        name, written = row.cells.get(Column.NAME, ""), row.cells.get(Column.SITE, "")
        place = self._sites.get(written) if written else self._site
        shown = place.name if place else written
        mistakes = self._of_the_whole(row, place, name)
        if mistakes or place is None:
            return Line(row.line, shown, name, Action.MISTAKE, mistakes)
        camera = self._cameras.get((place.pk, name))
        facts, mistakes = row_facts(row, camera)
        if not mistakes:
            mistakes = field_mistakes(camera or Camera(site=place), facts) or self._twice(row, facts)
        if mistakes:
            return Line(row.line, shown, name, Action.MISTAKE, mistakes)
        if camera is None:
            return Line(row.line, shown, name, Action.CREATE, place=place, facts=facts)
        changed = {key: value for key, value in facts.items() if getattr(camera, key) != value}
        action = Action.CHANGE if changed else Action.SAME
        columns = tuple(FIELDS[key].value for key in changed)
        return Line(row.line, shown, name, action, {}, columns, place, camera, changed)

    def _of_the_whole(self, row: Row, place: Site | None, name: str) -> dict[str, str]:
        if row.problem:
            return {"": row.problem.translated(_)}
        if place is None:
            written = row.cells.get(Column.SITE)
            unknown = _("There is no site “%(name)s” that you may set up.") % {"name": written}
            return {Column.SITE: unknown if written else _("No site is named here, and none was chosen for the file.")}
        if not name:
            return {Column.NAME: _("A camera needs a name.")}
        before = self._named.setdefault((place.pk, name), row.line)
        if before != row.line:
            return {Column.NAME: _("Line %(line)s names this camera already.") % {"line": before}}
        return {}

    def _twice(self, row: Row, facts: Mapping[str, Any]) -> dict[str, str]:
        """Two cameras of the file are not the same sensor of a device."""
        if not facts.get("mac"):
            return {}
        sensor = facts["mac"], channel_of(facts["url"], facts["name"])
        before = self._macs.setdefault(sensor, row.line)
        if before != row.line:
            return {Column.MAC: _("Line %(line)s has this MAC address already.") % {"line": before}}
        return {}
