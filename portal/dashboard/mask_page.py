"""What the pages of people with and without a mask show (MASK-9): plain values for a chart, its table and the sums."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import reduce
from zoneinfo import ZoneInfo

from django.http import QueryDict

from analytics.compliance import CameraCompliance, Compliance, Grain, buckets
from analytics.compliance_range import span

FIRST = date(2000, 1, 1)  # before it, an offset may leave the calendar
BAR, GAP = 0.76, 0.12  # of the width of a bucket
TOP = 100  # the height of the chart
LABELS = 8  # are read on a phone, too


class Period(StrEnum):
    """How much a page shows."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def grain(self) -> Grain:
        return Grain.HOUR if self is Period.DAY else Grain.DAY

    def first(self, day: date) -> date:
        """The first day of the one that a day lies in; weeks begin on Monday."""
        if self is Period.WEEK:
            return day - timedelta(day.weekday())
        return day.replace(day=1) if self is Period.MONTH else day

    def next(self, first: date) -> date:
        """The first day of the one after it."""
        if self is Period.MONTH:
            return (first + timedelta(31)).replace(day=1)
        return first + timedelta(7 if self is Period.WEEK else 1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which days, in the zone of a site."""

    period: Period
    first: date
    zone: ZoneInfo

    @classmethod
    def of(cls, query: QueryDict, zone: ZoneInfo) -> "Chosen":
        """From the address: `period`, `day`; what is none is today."""
        asked = query.get("period", "")
        period = Period(asked) if asked in list(Period) else Period.DAY
        today = datetime.now(zone).date()
        try:
            day = min(date.fromisoformat(query.get("day", "")), today)
        except ValueError:
            day = today
        return cls(period, period.first(max(day, FIRST)), zone)

    @property
    def last(self) -> date:
        return self.period.next(self.first) - timedelta(1)

    @property
    def before(self) -> date:
        return self.period.first(self.first - timedelta(1))

    @property
    def after(self) -> date | None:
        """None for one that has not begun."""
        following = self.period.next(self.first)
        return following if following <= datetime.now(self.zone).date() else None

    @property
    def instants(self) -> tuple[datetime, datetime]:
        return span(self.first, self.last, self.zone)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bucket of chart and table. people: None where nobody looked.    coming: it has not begun.    marked: it has a
    label below it.

    x, width, and of each part y and height: in the units of the chart, which is TOP high and a unit a bucket wide.
    """

    begins: datetime
    people: Compliance | None
    coming: bool
    marked: bool
    x: float
    parts: tuple[tuple[str, float, float], ...] = ()

    @property
    def clock(self) -> datetime:
        """Naive: templates would turn an aware one into the zone of the server."""
        return self.begins.replace(tzinfo=None)

    @property
    def width(self) -> float:
        return BAR


@dataclass(frozen=True, slots=True)
class MaskChart:
    """bars: of the whole period.    most: what the top of the chart stands for.    total: None where nobody looked."""

    bars: list[Bar]
    most: int
    total: Compliance | None

    @property
    def half(self) -> int:
        return self.most // 2

    @property
    def gaps(self) -> bool:
        """Whether there is something that nobody looked at."""
        return any(bar.people is None and not bar.coming for bar in self.bars)


def mask_chart(found: Iterable[CameraCompliance], chosen: Chosen, now: datetime) -> MaskChart:
    """found: of one camera, or of several, which are added up."""
    sums: dict[float, Compliance] = {}
    for one in found:
        at = one.people.begins.timestamp()
        sums[at] = sums[at].add(one.people) if at in sums else one.people
    most = _rounded(max((one.seen for one in sums.values()), default=0))
    begins = list(buckets(*chosen.instants, chosen.period.grain))
    step = max(1, round(len(begins) / LABELS))
    bars = []
    for place, begin in enumerate(begins):
        people = sums.get(begin.timestamp())
        parts = tuple(_parts(people, most)) if people else ()
        bars.append(Bar(begin, people, begin > now, place % step == 0, round(place + GAP, 2), parts))
    return MaskChart(bars, most, _total(sums.values()))


def _parts(people: Compliance, most: int) -> Iterator[tuple[str, float, float]]:
    """From the bottom up: name, y, height."""
    y = float(TOP)
    for name, count in (("mask", people.mask), ("no_mask", people.no_mask), ("not_judged", people.not_judged)):
        height = TOP * count / most
        y -= height
        if count:
            yield name, round(y, 2), round(height, 2)


def _total(some: Collection[Compliance]) -> Compliance | None:
    return reduce(Compliance.add, some) if some else None


def _rounded(count: int) -> int:
    """The next of 4, 10, 20, 40, 100, …: half of it is a whole number."""
    scale = 1
    while True:
        for step in (4, 10, 20):
            if count <= step * scale:
                return step * scale
        scale *= 10
