"""What the owner of combined areas has to tell: their alarms and their timers, in one step (DASH-6; SPEC 4.10).

An area's worker tells a stream, and the state lies in the key-value server. Here both are rows of one database, so that
one transaction does it: an alarm is never there without the timer that knows of it, nor the other way round.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from analytics.engine.alarm.events import EndReason
from analytics.models import Alarm, CombinedArea, CombinedTimer
from analytics.news import START, AlarmNews
from analytics.services.alarm import alarm_write, alarms_close
from analytics.signals import alarm_changed
from cameras.models import Camera, Extension


class CombinedFencedError(Exception):
    """A newer owner has written: whoever gets this is none any more (DESIGN 2)."""


@dataclass(frozen=True, slots=True)
class CombinedWord:
    """Of one combined area. state: its timer, JSON.    news: of its alarms, in their order."""

    combined_id: int
    state: Mapping[str, Any]
    news: tuple[AlarmNews, ...] = ()


@transaction.atomic
def combined_save(*, epoch: int, us: int, words: Iterable[CombinedWord]) -> None:
    """Save timers and alarms of the owner `epoch`: all, or nothing. Safe to run twice. What was removed is left out.

    us: the key-value server's TIME, POSIX microseconds. Raises CombinedFencedError.
    """
    for word in sorted(words, key=lambda one: one.combined_id):
        area = CombinedArea.objects.select_for_update(of=("self",)).select_related("site").filter(pk=word.combined_id)
        found = area.first()
        if found is not None:
            _save(found, epoch, us, word)


@transaction.atomic
def combined_forget(*, combined_id: int) -> None:
    """Its timer cannot go on: an alarm that is open ends."""
    CombinedTimer.objects.filter(combined=combined_id).delete()
    alarms_close(alarms=Alarm.objects.filter(combined=combined_id), reason=EndReason.SETTINGS, at=datetime.now(UTC))


def _save(area: CombinedArea, epoch: int, us: int, word: CombinedWord) -> None:
    known = CombinedTimer.objects.filter(combined=area).values_list("epoch", flat=True).first()
    if known is not None and known > epoch:
        raise CombinedFencedError(f"combined area {area.pk}: epoch {epoch} given, {known} is the owner's")
    facts = {"epoch": epoch, "us": us, "state": dict(word.state)}
    CombinedTimer.objects.update_or_create(combined=area, defaults=facts)
    for news in word.news:
        if news.kind == START:
            _start(area, news)
        else:
            alarm_write(camera_id=None, news=news)


def _start(area: CombinedArea, news: AlarmNews) -> None:
    """A second write finds the row."""
    alarm, created = Alarm.objects.get_or_create(id=uuid.UUID(news.alarm_id), defaults=_facts(area, news))
    if created:
        alarm_changed.send(sender=Alarm, alarm=alarm, event=START, count=news.count, faces=())


def _facts(area: CombinedArea, news: AlarmNews) -> dict[str, Any]:
    cameras = Camera.objects.filter(pk__in=area.parts.values("camera")).order_by("name", "pk")
    return {
        "site": area.site,
        "combined": area,
        "camera_name": ", ".join(cameras.values_list("name", flat=True))[:80],
        "extension": Extension.Kind.OCCUPANCY,
        "area_number": 0,
        "area_name": news.area_name,
        "count": news.started_count,
        "threshold": news.threshold,
        "started_at": datetime.fromtimestamp(news.started_at, UTC),
        "simulated": news.simulated,
    }
