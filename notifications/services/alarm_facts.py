"""What a message shows beside its record: the picture of the alarm, the clock of the site. Asked as it is sent."""

from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from analytics.models import Alarm
from cameras.models import Site

log = structlog.get_logger(__name__)

UTC = "UTC"


def alarm_picture(alarm_id: UUID) -> bytes | None:
    """The JPEG of its start, privacy zones painted; None where there is none (any more)."""
    alarm = Alarm.objects.filter(pk=alarm_id).only("snapshot").first()
    if alarm is None or not alarm.snapshot:
        return None
    try:
        with alarm.snapshot.open("rb") as file:
            return bytes(file.read())
    except OSError as error:  # the message matters more than its picture
        log.warning("the picture of an alarm cannot be read", alarm=str(alarm_id), error=str(error))
        return None


def site_zone(site_id: int) -> ZoneInfo:
    """Of a site that is gone: UTC."""
    return ZoneInfo(Site.objects.filter(pk=site_id).values_list("time_zone", flat=True).first() or UTC)
