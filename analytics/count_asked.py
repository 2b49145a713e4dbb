"""What an address asks of stored counts: which places, which period, which days (CNT-4, OUT-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.count_export import CountsFile
from analytics.count_places import Place, places_get
from analytics.engine.counts.days import Period
from analytics.services.count import MINUTES_KEPT_DAYS
from cameras.selectors import Visitor

MOST_DAYS = MINUTES_KEPT_DAYS + 1
"""The whole ones that are kept (CNT-2), and today."""


@dataclass(frozen=True, slots=True)
class ChartAsked:
    """day: any of the period, in the zone of each place."""

    places: list[Place]
    period: Period
    day: date


def chart_asked(*, user: Visitor, keys: Sequence[str], given: Mapping[str, str]) -> ChartAsked:
    """given: `period` (day) and `day` (today, where the first place is).

    Raises Http404 for what is not there or not to be seen; ValidationError naming the field.
    """
    places = places_get(user=user, keys=keys)
    if not places:
        raise ValidationError({"place": [_("At least one place is expected, such as site-3, camera-12 or area-12-2.")]})
    period = given.get("period") or Period.DAY
    if period not in list(Period):
        words = {"value": period[:40], "most": ", ".join(Period)}
        raise ValidationError({"period": [_("“%(value)s” is no period; expected is one of %(most)s.") % words]})
    return ChartAsked(places, Period(period), day_asked(given, "day", today_at(places[0].site.time_zone)))


def file_asked(*, user: Visitor, keys: Sequence[str], given: Mapping[str, str]) -> CountsFile:
    """given: `from` and `to`; without them it is today, where the first place is. Raises as `chart_asked`."""
    asked = chart_asked(user=user, keys=keys, given={})
    return CountsFile(asked.places, *days_asked(given, asked.day))


def days_asked(given: Mapping[str, str], today: date, *, most: int = MOST_DAYS) -> tuple[date, date]:
    """`from` and `to`, both included, at most so many days. Raises ValidationError naming the field."""
    last = day_asked(given, "to", today)
    first = day_asked(given, "from", min(last, today))
    if first > last:
        text = _("The range ends on %(last)s, before it begins on %(first)s.")
        raise ValidationError({"to": [text % {"first": first.isoformat(), "last": last.isoformat()}]})
    if (last - first).days >= most:
        text = _("The range has %(days)s days; at most %(most)s are possible.")
        raise ValidationError({"from": [text % {"days": (last - first).days + 1, "most": most}]})
    return first, last


def day_asked(given: Mapping[str, str], name: str, default: date) -> date:
    """Raises ValidationError."""
    text = given.get(name, "")
    try:
        day = date.fromisoformat(text) if text else default
    except ValueError as exc:
        problem = _("“%(value)s” is not a day; expected is YYYY-MM-DD, such as 2026-05-01.")
        raise ValidationError({name: [problem % {"value": text[:40]}]}) from exc
    if not date(2000, 1, 1) <= day < date(9000, 1, 1):  # beyond, an offset may leave the calendar
        raise ValidationError({name: [_("A day from 2000 to 8999 is expected.")]})
    return day


def today_at(zone: str) -> date:
    """By the clock there."""
    now: datetime = timezone.now()
    return now.astimezone(ZoneInfo(zone)).date()
