"""Alarms in the log of events: each change with the alarm as it was then (API-6)."""

from analytics.alarm_live import alarm_to_json
from analytics.event_types import CHANGED, OF_ALARM, PICTURE, STARTED
from analytics.models import Alarm, Event
from analytics.services.event import event_write
from portal.accounts.models import User


def alarm_tell(*, alarm: Alarm, event: str, by: User | None = None, origin: str = "") -> None:
    """event: of the signal `alarm_changed`. A start that is told again brought the picture that came late."""
    kind = OF_ALARM.get(event, CHANGED)
    if kind == STARTED and Event.objects.filter(alarm=alarm.pk, type=STARTED).exists():
        kind = PICTURE
    event_write(
        kind=kind,
        site_id=alarm.site_id,
        camera_id=alarm.camera_id,
        alarm_id=alarm.pk,
        by=by,
        origin=origin,
        data=dict(alarm_to_json(alarm)),
    )
