"""Reads of the log of events (API-6). What of it somebody is told is decided by their sites, where it is handed on."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from analytics.models import Alarm, Event, EventHead
from portal.common.errors import CursorGoneError


@dataclass(frozen=True, slots=True)
class Log:
    """From where to where the log can be read: after `oldest`, up to `newest`."""

    oldest: int
    newest: int


def event_log() -> Log:
    """As it is now."""
    head = EventHead.objects.filter(pk=EventHead.ONLY).first() or EventHead()
    return Log(head.removed, head.number)


def cursor_check(after: int) -> Log:
    """Raises CursorGoneError where the next events are gone, or this log never got so far (a restored back-up)."""
    log = event_log()
    if log.oldest <= after <= log.newest:
        return log
    message = _(
        "The events after %(after)s are not kept. Read the alarms anew, and go on with the “after” of that answer."
    )
    raise CursorGoneError(message % {"after": after}, oldest=log.oldest, newest=log.newest)


def events_after(after: int, *, limit: int) -> list[Event]:
    """The next events of all sites, in their order. Raises CursorGoneError when some of them were removed."""
    found = list(Event.objects.filter(number__gt=after).select_related("by").order_by("number")[:limit])
    cursor_check(after)  # afterwards: what goes is announced before it goes
    return found


def alarms_changed(alarms: QuerySet[Alarm], *, after: int) -> QuerySet[Any]:
    """Those of the alarms that changed after this event, each once, by their last change: `changed` is its number."""
    last = Event.objects.filter(alarm=OuterRef("pk"), number__isnull=False).order_by().values("alarm")
    touched = Event.objects.filter(number__gt=after, alarm__isnull=False).values("alarm")
    changed = Subquery(last.annotate(last=Max("number")).values("last"))
    return alarms.filter(pk__in=touched).annotate(changed=changed).order_by("changed")
