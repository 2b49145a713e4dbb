"""News of an alarm becomes rows of the outbox, in the transaction that wrote the alarm (DESIGN 6).

Whoever changes an alarm holds the lock of its row until the commit, so the numbers of one alarm's rows are in the order
in which they become visible. What was written before is not written again: its id is there.

Nobody is told of what falls silent before: a withheld start (SPEC 4.6), an alarm while OCC-22 is Disable. Both never
became due, so `notified_count` is 0, and their end and acknowledgement are not told either. Nor is anything of a
non-wearer whom the notification of another alarm told of (MASK-7): who never heard of an alarm need not hear its end.

Of an alarm without a message id of the vendor's (a minimum, a combined area) a destination whose protocol has no form
for it gets one row that nobody sends, with the reason: whoever looks why a recorder stayed silent finds it in the log.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from analytics.models import Alarm
from analytics.news import END, NOTIFIED, FaceNews
from notifications.kinds import KINDS
from notifications.models import Destination, Notification
from notifications.record import AlarmRecord, Event
from notifications.services.facts import Happened, alarm_record, faces_of, notification_id, told_by_another
from notifications.services.wake import destination_wake

ACKNOWLEDGED = "acknowledged"
ESCALATED = "escalated"
NO_FORM = "not sent: what this destination sends has no form for the alarm of a {what}"


def notification_queue(
    *, alarm: Alarm, event: str, count: int | None = None, faces: Sequence[FaceNews] = ()
) -> list[Notification]:
    """Rows for every destination that is to be told; they are sent after the commit. These rows, old ones included.

    event, count, faces: as of the signal `alarm_changed`; ESCALATED: nobody acknowledged it in time (OPR-7).
    """
    happened = _happened(alarm, event, count)
    if happened is None or alarm.notified_count == 0 or told_by_another(alarm):
        return []
    happened = replace(happened, faces=faces_of(faces))
    chosen = [one for one in _destinations(alarm) if happened.event in one.events]
    made = alarm_record(alarm, happened) if chosen else None
    if made is None:
        return []
    lane, record = made
    carry = {one.pk for one in chosen if KINDS[one.kind].carries(record, one.config)}
    rows = [_row(one, alarm, lane, record) for one in chosen if one.pk in carry]
    others = [_row(one, alarm, lane, record) for one in chosen if one.pk not in carry and _missed(one, record)]
    Notification.objects.bulk_create([*rows, *map(_unsent, others)], ignore_conflicts=True)
    for row in rows:
        destination_wake(destination_id=row.destination_id)
    return rows


def _happened(alarm: Alarm, event: str, count: int | None) -> Happened | None:
    """None for what destinations are not told."""
    if event == NOTIFIED and alarm.last_notified_at:
        sequence = alarm.notified_count - 1
        return Happened(Event.REPEATED if sequence else Event.STARTED, alarm.last_notified_at, sequence, count)
    if event == END and alarm.ended_at:
        return Happened(Event.ENDED, alarm.ended_at, count=count)
    if event == ACKNOWLEDGED and alarm.acknowledged_at:
        return Happened(Event.ACKNOWLEDGED, alarm.acknowledged_at, count=count)
    if event == ESCALATED:
        return Happened(Event.ESCALATED, timezone.now(), count=count)
    return None


def _destinations(alarm: Alarm) -> list[Destination]:
    """Those of the site and of the camera, in the order of their positions (OUT-1)."""
    found = Destination.objects.filter(site=alarm.site_id, enabled=True, retired_at=None, kind__in=KINDS)
    found = found.defer("secrets").order_by("position", "pk")
    ours = [one for one in found if one.camera_id in {None, alarm.camera_id}]
    return [one for one in ours if one.simulated or not alarm.simulated]


def _missed(destination: Destination, record: AlarmRecord) -> bool:
    """Whether its log says that it cannot be told: once, of the start. What the portal makes after the settings of a
    camera tells of one extension alone, and was not meant for the others."""
    return record.event is Event.STARTED and record.message_id is None and not KINDS[destination.kind].managed


def _unsent(row: Notification) -> Notification:
    """As a row that has ended, and why."""
    what = "minimum" if row.alarm.combined_id is None else "combined area"
    row.state, row.reason, row.ended_at = Notification.State.CANCELLED, NO_FORM.format(what=what), row.queued_at
    return row


def _row(destination: Destination, alarm: Alarm, lane: str, record: AlarmRecord) -> Notification:
    happened, now = Happened(record.event, record.at, record.sequence), timezone.now()
    key = notification_id(alarm_id=alarm.pk, destination_id=destination.pk, happened=happened)
    return Notification(
        id=key,
        destination=destination,
        alarm=alarm,
        event=record.event,
        sequence=record.sequence,
        lane=lane,
        record=replace(record, notification_id=key).to_json(),
        queued_at=now,
        next_try_at=now,
        expires_at=now + timedelta(seconds=destination.expiry_s),
    )
