"""Who is silenced by shelving (OPR-2)."""

from analytics.models import Alarm
from analytics.news import NOTIFIED
from notifications.models import Notification


def hushed(*, alarm: Alarm, event: str) -> bool:
    """Whether destinations hear nothing of this: what falls due while the area is shelved, and afterwards the end or
    the acknowledgement of what was never told. The end of what was told before is told: nobody waits for it for ever.

    event: as of the signal `alarm_changed`.
    """
    if alarm.shelving_id is None:
        return False
    if event == NOTIFIED:
        return alarm.shelved
    return not Notification.objects.filter(alarm=alarm).exists()
