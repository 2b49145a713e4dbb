"""What the settings screens say of a trial on history (OCC-33): alarms before and after, in words for each area."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.history import AreaTrial, Trial
from portal.common.json_body import JsonRefusedError, json_read
from portal.dashboard.settings_save import BadRequestError

DAYS = (1, 7, 28)
"""What the screen offers; the API takes any number up to 35."""
_PARTS = {"settings", "schedule", "days"}
_ALL_KNOWN = 0.995  # the last minutes are still on their way into the change log


@dataclass(frozen=True, slots=True)
class TrialAsked:
    """What a browser wants tried: settings and schedule as they are typed, over so many days."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    schedule: Mapping[str, Any] | None = None
    days: Any = 7

    @classmethod
    def of(cls, request: HttpRequest) -> "TrialAsked":
        """Raises BadRequestError."""
        try:
            body = json_read(request.body)
        except JsonRefusedError as exc:
            raise BadRequestError(str(exc)) from exc
        if not isinstance(body, dict) or not set(body) <= _PARTS:
            raise BadRequestError(_("The body must be an object with settings, schedule and days."))
        if not all(isinstance(body.get(part, {}), dict) for part in ("settings", "schedule")):
            raise BadRequestError(_("Settings and schedule must be objects."))
        return cls(**body)


def trial_to_page(trial: Trial) -> dict[str, Any]:
    """areas: {number, name, words, notes}, both lists of sentences.    none: said when there is no area at all."""
    length_s = (trial.ends - trial.begins).total_seconds()
    areas = [_area(one, length_s) for one in trial.areas]
    return {"areas": areas, "none": "" if areas else _("No area is On, before or after.")}


def _area(area: AreaTrial, length_s: float) -> dict[str, Any]:
    if not area.known_s:
        words, notes = [_("No count of this time is stored: nothing can be said.")], []
    else:
        words, notes = list(_sentences(area)), list(_notes(area, length_s))
    return {"number": area.number, "name": area.name, "words": words, "notes": notes}


def _sentences(area: AreaTrial) -> Iterator[str]:
    """One for each of the two alarms that is on, before or after."""
    if said := _alarms(area.before, area.after):
        yield said
    if said := _alarms(area.minimum_before, area.minimum_after):
        yield _("Minimum-occupancy alarm: %(words)s") % {"words": said}


def _alarms(before: int | None, after: int | None) -> str:
    """Blank for an alarm that is off on both sides."""
    if after is None:
        return "" if before is None else _off(before)
    facts = {"before": before, "after": after}
    if before is None:
        words = ngettext(
            "would have raised %(after)s alarm; off now", "would have raised %(after)s alarms; off now", after
        )
    elif before == after:
        words = ngettext(
            "would have raised %(after)s alarm, as now", "would have raised %(after)s alarms, as now", after
        )
    else:
        words = ngettext(
            "would have raised %(after)s alarm instead of %(before)s",
            "would have raised %(after)s alarms instead of %(before)s",
            after,
        )
    return words % facts


def _off(before: int) -> str:
    words = ngettext(
        "would be off: none instead of %(before)s alarm", "would be off: none instead of %(before)s alarms", before
    )
    return words % {"before": before}


def _notes(area: AreaTrial, length_s: float) -> Iterator[str]:
    if area.known_s < _ALL_KNOWN * length_s:
        facts = {"known": _length(area.known_s), "whole": _length(length_s)}
        yield _("A count is known for %(known)s of %(whole)s.") % facts
    if area.other_counts:
        yield _("With another polygon or other objects the counts would differ: an estimate from what was counted.")


def _length(seconds: float) -> str:
    """Two units at most: 6 d 23 h, 7 d, 5 h 12 min, 40 s."""
    days, hours, minutes = int(seconds // 86400), int(seconds // 3600) % 24, int(seconds // 60) % 60
    if days:
        parts = [(days, _("%(n)s d")), (hours, _("%(n)s h"))]
    elif hours:
        parts = [(hours, _("%(n)s h")), (minutes, _("%(n)s min"))]
    else:
        parts = [(minutes, _("%(n)s min"))] if minutes else [(int(seconds), _("%(n)s s"))]
    return " ".join(words % {"n": number} for number, words in parts if number or len(parts) == 1)
