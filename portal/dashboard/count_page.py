"""What the pages of counts show (CNT-4): plain values for the chart, its table and the heat map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.count_asked import ChartAsked, today_at
from analytics.count_places import MOST_PLACES, Place
from analytics.count_serializers import numbers
from analytics.count_series import CountChart, Heat, PlaceSeries
from analytics.engine.counts.days import ONE_DAY, Period, period_before, period_of
from analytics.engine.counts.lines import Line, Quality, Summary

HEAT_LEVELS = 5
_MOMENTS = {Period.DAY: "H:i", Period.WEEK: "D H:i", Period.MONTH: "j M H:i", Period.YEAR: "D j M"}
_ROWS = {Period.DAY: "H:i", Period.WEEK: "D j M", Period.MONTH: "D j M", Period.YEAR: "F"}


@dataclass(frozen=True, slots=True)
class Address:
    """The choice as it stands in the address: places, period and day; `heat` is the key of the heat map's place."""

    keys: tuple[str, ...]
    period: Period
    day: date
    heat: str = ""

    def query(self, **changes: Any) -> str:
        """With some of it changed."""
        chosen = {"period": str(self.period), "day": self.day.isoformat(), "heat": self.heat} | changes
        keys = [("place", key) for key in chosen.pop("keys", self.keys)]
        return "?" + urlencode([*keys, *((name, value) for name, value in chosen.items() if value)])

    def toggled(self, key: str) -> str:
        """With a place put in, or taken out; the last one stays."""
        keys = [one for one in self.keys if one != key] if key in self.keys else [*self.keys, key]
        return self.query(keys=keys or [key])


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A place in the list above the chart. number: of its colour.    change: against the period before, in %."""

    place: Place
    number: int
    summary: Summary
    before: Summary
    peak_at: str
    change: int | None
    simulated: bool
    remove: str
    heat: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table or the heat map, "–" where unknown. level: of the heat map, 0 to HEAT_LEVELS."""

    text: str
    level: int | None = None


def chart_context(asked: ChartAsked, chart: CountChart, address: Address) -> dict[str, Any]:
    """Everything that `dashboard/counts/_chart.html` shows."""
    today = today_at(asked.places[0].site.time_zone)
    lines = [_facts(number, one, chart.period, address) for number, one in enumerate(chart.series, start=1)]
    return {
        "chart": chart,
        "address": address,
        "lines": lines,
        "chart_data": chart_data(chart),
        "grain": grain_label(chart.period),
        "counted": any(line.summary.known for line in lines),
        "periods": [(period, label, address.query(period=period)) for period, label in period_labels()],
        "title": period_title(chart.period, chart.first, chart.end),
        "previous": address.query(day=period_before(chart.period, chart.first)[0].isoformat()),
        "next": address.query(day=chart.end.isoformat()) if chart.end <= today else "",
        "now": "" if chart.first <= today < chart.end else address.query(day=today.isoformat()),
        "rows": list(_rows(chart)),
        "row_label": {Period.DAY: _("Hour"), Period.YEAR: _("Month")}.get(chart.period, _("Day")),
        "heat": _heat(chart.heat) if chart.heat else None,
        "file": _file(address.keys, chart),
        "sums": any(len(place.cameras) > 1 for place in asked.places),
        "full": len(address.keys) >= MOST_PLACES,
    }


def period_labels() -> list[tuple[Period, str]]:
    return [
        (Period.DAY, _("Day")),
        (Period.WEEK, _("Week")),
        (Period.MONTH, _("Month")),
        (Period.YEAR, _("Year")),
    ]


def grain_label(period: Period) -> str:
    """What a point of the line is."""
    words = {Period.DAY: _("Average of every minute"), Period.YEAR: _("Average of every day")}
    return words.get(period, _("Average of every hour"))


def period_title(period: Period, first: date, end: date) -> str:
    """Friday 1 May 2026; 27 April – 3 May 2026; May 2026; 2026."""
    if period is Period.DAY:
        return date_format(first, "l j F Y")
    if period is Period.WEEK:
        last = end - ONE_DAY
        return f"{date_format(first, 'j F' if first.year == last.year else 'j F Y')} – {date_format(last, 'j F Y')}"
    return date_format(first, "F Y" if period is Period.MONTH else "Y")


def chart_data(chart: CountChart) -> dict[str, Any]:
    """For the browser. at, rows: POSIX seconds of buckets and of the table's rows; quality: a letter a bucket."""
    first = chart.series[0]
    return {
        "period": str(chart.period),
        "zone": first.place.site.time_zone,
        "at": first.line.at_s.tolist(),
        "rows": first.rows.at_s.tolist(),
        "lines": [
            {
                "name": one.place.name,
                "mean": _beside(one.line.mean, first),
                "low": _beside(one.line.minimum, first),
                "high": _beside(one.line.maximum, first),
                "before": _beside(one.previous, first),
                "quality": "".join(quality[0] for quality in one.line.quality()),
            }
            for one in chart.series
        ],
    }


def _beside(values: Any, first: PlaceSeries) -> list[float | None]:
    """As long as the first line's: another site may have a day of 23 hours there."""
    length = len(first.line.at_s)
    return [*numbers(values)[:length], *[None] * (length - len(values))]


def _facts(number: int, one: PlaceSeries, period: Period, address: Address) -> LineFacts:
    at = one.summary.peak_at_s
    zone = ZoneInfo(one.place.site.time_zone)
    return LineFacts(
        place=one.place,
        number=number,
        summary=one.summary,
        before=one.before,
        peak_at="" if at is None else date_format(datetime.fromtimestamp(at, UTC).astimezone(zone), _MOMENTS[period]),
        change=_change(one.summary.mean, one.before.mean),
        simulated=one.simulated,
        remove=address.toggled(one.place.key),
        heat=address.query(heat=one.place.key),
    )


def _change(mean: float | None, before: float | None) -> int | None:
    return round(100 * (mean / before - 1)) if mean is not None and before else None


def _rows(chart: CountChart) -> Iterator[dict[str, Any]]:
    """The table, oldest first, up to now: for each place average, lowest, highest, time in alarm, part counted."""
    zone = ZoneInfo(chart.series[0].place.site.time_zone)
    qualities = [one.rows.quality() for one in chart.series]
    now_s = timezone.now().timestamp()
    for row, at_s in enumerate(chart.series[0].rows.at_s.tolist()):
        if at_s > now_s:
            return
        at = datetime.fromtimestamp(at_s, UTC).astimezone(zone)
        cells = [_row_cells(one.rows, qualities[place], row) for place, one in enumerate(chart.series)]
        yield {"label": date_format(at, _ROWS[chart.period]), "places": cells}


def _row_cells(line: Line, qualities: Sequence[Quality], row: int) -> dict[str, Any]:
    if row >= len(line.at_s) or qualities[row] is Quality.UNKNOWN:
        return {"known": False}
    return {
        "known": True,
        "mean": float(line.mean[row]),
        "low": float(line.minimum[row]),
        "high": float(line.maximum[row]),
        "alarm_s": float(line.alarm_s[row]),
        "share": round(100 * float(line.known[row])),
        "limited": qualities[row] is Quality.LIMITED,
    }


def _heat(heat: Heat) -> dict[str, Any]:
    """Hours down, weekdays across: seven columns fit on a phone."""
    values = [numbers(day, 1) for day in heat.hours]
    most = max((value for day in values for value in day if value is not None), default=0.0)
    return {
        "place": heat.place,
        "first": heat.first,
        "last": heat.end - ONE_DAY,
        "known": any(value is not None for day in values for value in day),
        "weekdays": [str(WEEKDAYS_ABBR[day]) for day in range(7)],
        "hours": [(f"{hour:02}", [_cell(values[day][hour], most) for day in range(7)]) for hour in range(24)],
        "most": most,
    }


def _cell(value: float | None, most: float) -> Cell:
    if value is None:
        return Cell("–")
    return Cell(f"{value:.1f}" if value < 10 else f"{value:.0f}", round(HEAT_LEVELS * value / most) if most else 0)


def _file(keys: Sequence[str], chart: CountChart) -> str:
    days = {"from": chart.first.isoformat(), "to": (chart.end - ONE_DAY).isoformat()}
    return f"{reverse('counts_csv')}?{urlencode([*(('place', key) for key in keys), *days.items()])}"


def address_of(asked: ChartAsked, heat: str = "") -> Address:
    """day: the first one of its period, so that neighbours are the same wherever one came from."""
    first = period_of(asked.period, asked.day)[0]
    keys = tuple(place.key for place in asked.places)
    return Address(keys, asked.period, first, heat if heat in keys else "")
