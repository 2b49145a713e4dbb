"""Try on history (OCC-33): what proposed settings would have done to the days that are in the change log (CNT-7).

The stored settings are replayed beside the proposed ones, over the same counts and by the same timer code, so that the
two figures differ by nothing but the settings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from analytics.conditions import Conditions, change_log, conditions_of, to_ms
from analytics.engine.alarm.changelog import timeline
from analytics.engine.alarm.events import Cause, EventKind
from analytics.engine.alarm.history import AreaHistory, Stretch, alarms
from cameras.extensions.areas import AreaSettings
from cameras.extensions.merge import merged
from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.models import Camera
from cameras.selectors import Visitor, extension_list

MOST_DAYS = 35
"""So long the change log is kept (CNT-7)."""


@dataclass(frozen=True, slots=True)
class AreaTrial:
    """One area, of the stored settings, the proposed ones or both. before, after: alarms; None: it is not counted.

    minimum_before, minimum_after: the same of its minimum-occupancy alarm.    known_s: how long a count was known.
    other_counts: the proposal would count otherwise (polygon, objects): what was counted is only an approximation.
    """

    number: int
    name: str
    before: int | None
    after: int | None
    minimum_before: int | None
    minimum_after: int | None
    known_s: float
    other_counts: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """begins, ends: the days that were replayed, aware instants."""

    begins: datetime
    ends: datetime
    areas: tuple[AreaTrial, ...]


def history_try(
    *,
    user: Visitor,
    camera: Camera,
    settings: Mapping[str, Any],
    schedule: Mapping[str, Any] | None = None,
    days: int = 7,
    now: datetime | None = None,
) -> Trial:
    """Alarms before and after, for each area, over the last `days` (1 to 35).

    settings: in whole or in part, on top of the stored ones.    schedule: None for the stored one.    now: aware.
    Raises Http404 for a camera that is not to be seen; SettingsError.
    """
    extension = extension_list(user=user).filter(camera=camera).first()
    if extension is None:
        raise Http404(_("There is no such camera."))
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        template = gettext_noop("The days must be 1 to %(most)s, not %(value)s.")
        raise SettingsError([Problem("days", template, {"most": str(MOST_DAYS), "value": str(days)})])
    ends = now or datetime.now(UTC)
    begins = (ends - timedelta(days)).replace(minute=0, second=0, microsecond=0)
    before = conditions_of(extension.camera, extension.settings, extension.schedule)
    proposed = merged(extension.occupancy().to_json(), settings)
    after = conditions_of(extension.camera, proposed, extension.schedule if schedule is None else schedule)
    return Trial(begins, ends, tuple(_areas(extension.camera, before, after, begins, ends)))


def _areas(
    camera: Camera, before: Conditions, after: Conditions, begins: datetime, ends: datetime
) -> Iterator[AreaTrial]:
    log = change_log(camera, begins, ends)
    for number in range(1, 5):
        old, new = before.area(number), after.area(number)
        named = new or old
        if named is None:
            continue
        history = AreaHistory.of(timeline(log[number]), to_ms(begins))
        counts = [
            _count(history, *(one.stretches(number, cause, begins, ends) for one in (before, after)))
            for cause in (Cause.THRESHOLD, Cause.MINIMUM)
        ]
        other = _counted(old, before) != _counted(new, after)
        yield AreaTrial(number, named.name, *counts[0], *counts[1], history.known_ms / 1000, other)


def _counted(area: AreaSettings | None, conditions: Conditions) -> object:
    """What decides on the counts themselves."""
    settings = conditions.settings
    return area and (area.polygon, area.objects or settings.objects, settings.reference_point, settings.ignore_zones)


def _count(
    history: AreaHistory, before: tuple[Stretch, ...] | None, after: tuple[Stretch, ...] | None
) -> tuple[int | None, int | None]:
    """How many alarms start under each; rules that are the same are played once."""
    first = None if before is None else _starts(history, before)
    if before == after:
        return first, first
    return first, None if after is None else _starts(history, after)


def _starts(history: AreaHistory, stretches: tuple[Stretch, ...]) -> int:
    return sum(event.kind is EventKind.STARTED for event in alarms(history, stretches))
