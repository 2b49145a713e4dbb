"""Reads of whom we tell and what came of it, always for a user (SEC-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Alarm
from cameras.models import Role
from cameras.selectors import Visitor, site_list
from notifications.models import Attempt, Destination, Escalation, MqttServer, Notification
from notifications.record import Event
from portal.accounts.models import User

DAY = timedelta(days=1)
MOST_OF_ALARMS = 200
_DEAD = (Notification.State.FAILED, Notification.State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Figures:
    """The queue of a destination now, and what became of its messages in the last 24 hours.

    retried: of those that wait, how many failed before.    oldest: when the one that waits longest was queued.
    """

    waiting: int = 0
    retried: int = 0
    oldest: datetime | None = None
    sent: int = 0
    dead: int = 0


def destination_list(*, user: Visitor, least: Role = Role.VIEWER) -> QuerySet[Destination]:
    """The destinations of the sites of `user`, without their secrets. least: the role of `user` on the site."""
    found = Destination.objects.filter(site__in=site_list(user=user, least=least), retired_at=None)
    return found.select_related("site", "camera").defer("secrets", "camera__username", "camera__password")


def destination_get(*, user: Visitor, destination_id: int, least: Role = Role.VIEWER) -> Destination:
    """Raises Http404 for what is not there or not to be seen."""
    destination = destination_list(user=user, least=least).filter(pk=destination_id).first()
    if destination is None:
        raise Http404(_("There is no such destination."))
    return destination


def mqtt_server_list(*, user: Visitor) -> QuerySet[MqttServer]:
    """The MQTT servers that `user` may change: of the sites they administrate, of the portal for its administrators.
    Without their secrets."""
    seen = Q(site__in=site_list(user=user, least=Role.ADMINISTRATOR))
    if administers_portal(user):
        seen |= Q(site=None)
    return MqttServer.objects.filter(seen).select_related("site").defer("secrets")


def mqtt_server_get(*, user: Visitor, site_id: int | None) -> MqttServer:
    """The one of a site, or of the portal. Raises Http404 for what is not there or not to be seen."""
    server = mqtt_server_list(user=user).filter(site=site_id).first()
    if server is None:
        raise Http404(_("No MQTT server is set."))
    return server


def notification_list(*, user: Visitor) -> QuerySet[Notification]:
    """The notifications of the sites of `user`, newest first, with destination and alarm; retired destinations too."""
    found = Notification.objects.filter(destination__site__in=site_list(user=user))
    return found.select_related("destination", "alarm").defer("destination__secrets", "alarm__overlay")


def notification_get(*, user: Visitor, notification_id: UUID) -> Notification:
    """Raises Http404 for what is not there or not to be seen."""
    notification = notification_list(user=user).filter(id=notification_id).first()
    if notification is None:
        raise Http404(_("There is no such notification."))
    return notification


def alarm_deliveries(*, user: Visitor, alarms: Iterable[Alarm], begins: datetime, ends: datetime) -> list[Notification]:
    """What was queued about these alarms from `begins` up to `ends`, oldest first; at most MOST_OF_ALARMS."""
    found = notification_list(user=user).filter(alarm__in=[alarm.pk for alarm in alarms])
    return list(found.filter(queued_at__gte=begins, queued_at__lt=ends).order_by("number")[:MOST_OF_ALARMS])


def held_up_fill(*, notifications: Iterable[Notification]) -> None:
    """Tell those that wait behind a failed one of their area why it failed. One query, and none where nobody waits."""
    waiting = [one for one in notifications if one.state == Notification.State.WAITING and not one.tries]
    if not waiting:
        return
    destinations, lanes = {one.destination_id for one in waiting}, {one.lane for one in waiting}
    heads = Notification.objects.filter(state=Notification.State.WAITING, tries__gt=0)
    heads = heads.filter(destination__in=destinations, lane__in=lanes)
    found = {(head.destination_id, head.lane): head for head in heads.order_by("-number")}  # the first of a lane stays
    for one in waiting:
        head = found.get((one.destination_id, one.lane))
        if head is not None and head.number < one.number:
            one.held_up_by = _("An earlier message of its area waits: %(reason)s") % {"reason": head.reason}


def attempt_list(*, user: Visitor, notification: Notification) -> QuerySet[Attempt]:
    """The attempts, newest first. Only for administrators of the site: a request tells how its receiver is reached."""
    sites = site_list(user=user, least=Role.ADMINISTRATOR)
    return Attempt.objects.filter(notification=notification, notification__destination__site__in=sites)


def destination_figures(*, destinations: Iterable[Destination]) -> dict[int, Figures]:
    """By id, of destinations that somebody was found to see; those of which there is nothing to tell are left out."""
    recent = Q(ended_at__gte=timezone.now() - DAY)
    waiting = Q(state=Notification.State.WAITING)
    rows: Any = Notification.objects.filter(waiting | recent, destination__in=[one.pk for one in destinations])
    rows = (
        rows.order_by()
        .values("destination")
        .annotate(
            waiting=Count("pk", filter=waiting),
            retried=Count("pk", filter=waiting & Q(tries__gt=0)),
            oldest=Min("queued_at", filter=waiting),
            sent=Count("pk", filter=Q(state=Notification.State.SENT)),
            dead=Count("pk", filter=Q(state__in=_DEAD)),
        )
    )
    return {row.pop("destination"): Figures(**row) for row in rows}


def escalation_targets(*, user: Visitor) -> dict[int, list[Destination]]:
    """By site: who is told of alarms that nobody acknowledged in time."""
    found: dict[int, list[Destination]] = {}
    for one in destination_list(user=user, least=Role.ADMINISTRATOR).filter(enabled=True):
        if Event.ESCALATED in one.events:
            found.setdefault(one.site_id, []).append(one)
    return found


def escalation_list(*, user: Visitor) -> QuerySet[Escalation]:
    """Of the sites that `user` administrates (OPR-7)."""
    return Escalation.objects.filter(site__in=site_list(user=user, least=Role.ADMINISTRATOR)).select_related("site")


def escalation_get(*, user: Visitor, site_id: int) -> Escalation:
    """Raises Http404 for what is not there or not to be seen."""
    found = escalation_list(user=user).filter(site=site_id).first()
    if found is None:
        raise Http404(_("The site escalates nothing."))
    return found


def mqtt_portal_server_there() -> bool:
    """Whether sites without a server of their own inherit one."""
    return MqttServer.objects.filter(scope=MqttServer.Scope.PORTAL).exists()


def administers_portal(user: Visitor) -> bool:
    """Portal administrator over all (SEC-1)."""
    return isinstance(user, User) and user.is_active and user.is_superuser
