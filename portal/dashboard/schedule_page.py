"""What the schedule screen says about a schedule: open or closed, until when, and the next seven days (EXT-4)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cameras.schedules import DayPreview, OperationSchedule, Span


def schedule_to_page(schedule: OperationSchedule, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """open, now: what holds at `at`, in words.    days: the next seven, {date, title, name, spans: [[begin, end]]}."""
    days = [_day(one) for one in schedule.preview(at, zone)]
    return {"open": schedule.is_open(at, zone), "now": _now(schedule, at, zone), "days": days}


def _now(schedule: OperationSchedule, at: datetime, zone: ZoneInfo) -> str:
    if schedule.always:
        return _("Always on")
    change = schedule.next_change(at, zone)
    is_open = schedule.is_open(at, zone)
    if change is None:
        return _("Open, and never closes") if is_open else _("Closed, and never opens")
    until = {"time": _moment(change.astimezone(zone), at.astimezone(zone))}
    return _("Open until %(time)s") % until if is_open else _("Closed until %(time)s") % until


def _moment(then: datetime, now: datetime) -> str:
    """As short as it can be understood: 18:00, Mon 08:00, 24 Dec 08:00."""
    if then.date() == now.date():
        return date_format(then, "H:i")
    return date_format(then, "D H:i" if then.date() - now.date() < timedelta(7) else "j M H:i")


def _day(day: DayPreview) -> dict[str, Any]:
    name = day.name or (_("exception") if day.exception else "")
    return {
        "date": day.date.isoformat(),
        "title": date_format(day.date, "D j M"),
        "name": name,
        "spans": [_span(one, day) for one in day.spans],
    }


def _span(span: Span, day: DayPreview) -> list[str]:
    """Times of the wall clock; the end of the day is 24:00."""
    ends = "24:00" if span.ends.date() > day.date else date_format(span.ends, "H:i")
    return [date_format(span.begins, "H:i"), ends]
