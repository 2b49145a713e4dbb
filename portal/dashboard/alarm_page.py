"""Which alarms a list shows, page by page (OPR-4): the filter, the search, and the place where the next page begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.api import AlarmFilter
from analytics.models import Alarm
from portal.common.pagination import keys_first

PAGE = 50
CHIPS = ("state", "acknowledged", "mine", "shelved", "extension", "area", "verdict", "within", "q")
PERIODS = (("1h", _("Last hour")), ("24h", _("Last 24 hours")), ("7d", _("Last 7 days")), ("30d", _("Last 30 days")))
PERIOD_LENGTHS = {
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}


class AlarmPageFilter(AlarmFilter):
    """The API's filters, a search in names, and a time that moves along."""

    q = django_filters.CharFilter(method="search")
    within = django_filters.ChoiceFilter(choices=PERIODS, method="recent")

    def recent(self, alarms: QuerySet[Alarm], _name: str, value: str) -> QuerySet[Alarm]:
        return alarms.filter(started_at__gte=timezone.now() - PERIOD_LENGTHS[value])

    def search(self, alarms: QuerySet[Alarm], _name: str, value: str) -> QuerySet[Alarm]:
        """Every word has to be in a name of area, camera or site."""
        for word in value.split():
            alarms = alarms.filter(
                Q(area_name__icontains=word) | Q(camera_name__icontains=word) | Q(site__name__icontains=word)
            )
        return alarms


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """alarms: at most PAGE, newest first.    older: `before` of the next page; blank on the last one."""

    alarms: list[Alarm]
    older: str


def alarm_page(alarms: QuerySet[Alarm], before: str) -> AlarmPage:
    """The page after `before` (`older` of the page above; anything else begins at the top)."""
    found = list(keys_first(_after(alarms.order_by("-started_at", "-id"), before), PAGE + 1))
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return AlarmPage(shown, f"{last.started_at.isoformat()}_{last.pk}" if last else "")


def _after(alarms: QuerySet[Alarm], before: str) -> QuerySet[Alarm]:
    started, _, alarm_id = before.partition("_")
    try:
        at, last = datetime.fromisoformat(started), UUID(alarm_id)
    except ValueError:
        return alarms
    return alarms.filter(Q(started_at__lt=at) | Q(started_at=at, id__lt=last), started_at__lte=at)


def tidy(query: QueryDict) -> str:
    """The address's filters without the empty ones, as ?state=active; blank without any."""
    kept = query.copy()
    for name in [name for name in kept if not kept[name] or name in ("before", "page", "ids")]:
        del kept[name]
    return f"?{kept.urlencode()}" if kept else ""
