"""Which days of one camera's people with and without a mask somebody asks for, and those as CSV (MASK-9)."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from analytics.compliance import MOST_DAYS, Compliance, Grain, compliance_list
from analytics.count_asked import days_asked, today_at
from cameras.models import Camera
from cameras.onboarding.table import guarded
from cameras.selectors import Visitor, camera_get, site_list

COLUMNS = ("Time", "CameraName", "Seen", "Mask", "NoMask", "NotJudged", "Frames")


@dataclass(frozen=True, slots=True)
class ComplianceRange:
    """From the day `first` to the day `last` of the camera's site, both included."""

    user: Visitor
    camera: Camera
    first: date
    last: date
    grain: Grain

    @property
    def name(self) -> str:
        """Of the file."""
        return f"cam-{self.camera.pk:04d}_masks_{self.first.isoformat()}_{self.last.isoformat()}.csv"

    def rows(self) -> Iterator[Compliance]:
        """In their order; what nobody looked at is left out."""
        return self._between(self.first, self.last)

    def pieces(self) -> Iterator[bytes]:
        """The file, a day at a time: UTF-8, comma, CRLF, times with the offset of the site. The format is ours."""
        yield _line(COLUMNS)
        for offset in range((self.last - self.first).days + 1):
            yield self._day(self.first + timedelta(offset))

    def _day(self, day: date) -> bytes:
        name = guarded(self.camera.name)
        return b"".join(_line(_cells(name, one)) for one in self._between(day, day))

    def _between(self, first: date, last: date) -> Iterator[Compliance]:
        start, end = span(first, last, ZoneInfo(self.camera.site.time_zone))
        found = compliance_list(user=self.user, cameras=[self.camera.pk], start=start, end=end, grain=self.grain)
        return (one.people for one in found)


def span(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of `first`, and the one after the last of `last`."""
    begins, ends = (datetime.combine(day, time.min, zone) for day in (first, last + timedelta(1)))
    return begins, ends


def compliance_range_get(*, user: Visitor, camera_id: int, given: Mapping[str, str]) -> ComplianceRange:
    """given: `from` and `to`, days as YYYY-MM-DD, today without them; `grain`, hour without it.

    Raises Http404 for a camera that is not there or not to be seen; ValidationError naming the field.
    """
    camera = camera_get(user=user, camera_id=camera_id)
    today = today_at(camera.site.time_zone)
    first, last = days_asked(given, today, most=MOST_DAYS)
    return ComplianceRange(user, camera, first, last, _grain(given))


def site_compliance_get(*, user: Visitor, site_id: int, given: Mapping[str, str]) -> tuple[Grain, list[Compliance]]:
    """All cameras of a site added up, in order of time; given as `compliance_range_get`, and the same errors."""
    site = site_list(user=user).filter(pk=site_id).first()
    if site is None:
        raise Http404(_("There is no such site."))
    first, last = days_asked(given, today_at(site.time_zone), most=MOST_DAYS)
    start, end = span(first, last, ZoneInfo(site.time_zone))
    cameras, grain = list(site.cameras.values_list("pk", flat=True)), _grain(given)
    # By the instant: of two hours that the clock shows alike, each is its own.
    sums: dict[float, Compliance] = {}
    for one in compliance_list(user=user, cameras=cameras, start=start, end=end, grain=grain):
        at = one.people.begins.timestamp()
        sums[at] = sums[at].add(one.people) if at in sums else one.people
    return grain, [sums[at] for at in sorted(sums)]


def _grain(given: Mapping[str, str]) -> Grain:
    try:
        return Grain(given.get("grain") or Grain.HOUR)
    except ValueError as exc:
        text = _("One of %(choices)s is expected.") % {"choices": ", ".join(Grain)}
        raise ValidationError({"grain": [text]}) from exc


def _cells(name: str, people: Compliance) -> list[str]:
    counts = (people.seen, people.mask, people.no_mask, people.not_judged, people.frames)
    return [people.begins.isoformat(timespec="seconds"), name, *map(str, counts)]


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
