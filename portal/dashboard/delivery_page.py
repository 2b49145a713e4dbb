"""What the pages show of destinations and their messages: how each is, in a word, and what became of an alarm's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Alarm
from cameras.selectors import Visitor
from notifications.filters import NotificationFilter
from notifications.kinds import KINDS
from notifications.models import Destination, Notification
from notifications.selectors import Figures, destination_figures, destination_list, notification_list
from notifications.services.managed import is_managed

PAGE = 50
STUCK = timedelta(minutes=1)
_NOTHING = Figures()


class NotificationPageFilter(NotificationFilter):
    """The API's filters, and a search in names."""

    q = django_filters.CharFilter(method="search")

    def search(self, notifications: QuerySet[Notification], _name: str, value: str) -> QuerySet[Notification]:
        """Every word has to be in a name of destination, camera or area."""
        for word in value.split():
            notifications = notifications.filter(
                Q(destination__name__icontains=word)
                | Q(alarm__camera_name__icontains=word)
                | Q(alarm__area_name__icontains=word)
            )
        return notifications


@dataclass(frozen=True, slots=True)
class DestinationLine:
    """A destination as its reader sees it."""

    destination: Destination
    figures: Figures
    now: datetime

    @property
    def kind(self) -> str:
        return _(KINDS[self.destination.kind].label)

    @property
    def managed(self) -> bool:
        return is_managed(self.destination)

    @property
    def level(self) -> str:
        """fine, warn, bad or idle."""
        return self._state()[0]

    @property
    def state(self) -> str:
        """The same in words."""
        return self._state()[1]

    @property
    def reason(self) -> str:
        """Why it is not fine; empty when it is."""
        one = self.destination
        if not one.enabled:
            return one.disabled_reason
        return one.last_error if one.failures or self._failed_last() else ""

    @property
    def resting(self) -> bool:
        """Whether it is left alone until `next_try_at`."""
        return bool(
            self.destination.enabled and self.destination.next_try_at and self.destination.next_try_at > self.now
        )

    def _failed_last(self) -> bool:
        one = self.destination
        return bool(one.last_failed_at and (one.last_sent_at is None or one.last_failed_at > one.last_sent_at))

    def _state(self) -> tuple[str, str]:
        one = self.destination
        if not one.enabled:
            return ("bad", _("Switched off by the portal")) if one.disabled_reason else ("idle", _("Switched off"))
        if one.failures:
            return "bad", _("Takes nothing")
        if self.figures.retried:
            return "warn", _("Some tried again")
        if self.figures.oldest and self.now - self.figures.oldest > STUCK:
            return "warn", _("Behind")
        if self._failed_last():
            return "warn", _("Last one failed")
        return ("fine", _("Delivers")) if one.last_sent_at else ("idle", _("Nothing sent yet"))


@dataclass(frozen=True, slots=True)
class Totals:
    """Of all destinations that somebody looks at."""

    all: int
    trouble: int
    waiting: int
    sent: int
    dead: int


@dataclass(slots=True)
class Outcome:
    """What became of one alarm's messages at one destination. last_at: the end of the newest that has ended."""

    destination: Destination
    counts: dict[str, int] = field(default_factory=dict)
    last_at: datetime | None = None
    reason: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def state(self) -> str:
        """The worst of their states."""
        worst = (state for state in ("failed", "expired", "waiting", "cancelled") if self.counts.get(state))
        return next(worst, "sent")


def destination_lines(destinations: Iterable[Destination]) -> list[DestinationLine]:
    """One query for all of them."""
    listed, now = list(destinations), timezone.now()
    figures = destination_figures(destinations=listed)
    return [DestinationLine(one, figures.get(one.pk, _NOTHING), now) for one in listed]


def totals_of(lines: Iterable[DestinationLine]) -> Totals:
    listed = list(lines)
    return Totals(
        all=len(listed),
        trouble=sum(line.level in ("bad", "warn") for line in listed),
        waiting=sum(line.figures.waiting for line in listed),
        sent=sum(line.figures.sent for line in listed),
        dead=sum(line.figures.dead for line in listed),
    )


def alarm_outcomes(user: Visitor, alarm: Alarm) -> list[Outcome]:
    """Three queries, however many messages there were."""
    told = notification_list(user=user).filter(alarm=alarm).select_related(None).order_by()
    rows: Any = told.values("destination", "state").annotate(count=Count("pk"), last=Max("ended_at"))
    found: dict[int, Outcome] = {}
    names = Destination.objects.defer("secrets").in_bulk({row["destination"] for row in rows})
    for row in rows:
        one = found.setdefault(row["destination"], Outcome(names[row["destination"]]))
        one.counts[row["state"]] = row["count"]
        one.last_at = max((at for at in (one.last_at, row["last"]) if at), default=None)
    for key, reason in told.exclude(reason="").order_by("number").values_list("destination", "reason"):
        found[key].reason = reason
    for one in found.values():
        if not one.reason and one.counts.get("waiting") and one.destination.failures:
            one.reason = one.destination.last_error
    return sorted(found.values(), key=lambda one: (one.destination.position, one.destination.pk))


def destinations_shown(user: Visitor) -> QuerySet[Destination]:
    """In the order of the table."""
    return destination_list(user=user).order_by("site__name", "camera__name", "position", "pk")
