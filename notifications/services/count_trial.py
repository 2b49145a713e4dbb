"""Testing a destination of a camera's HTTP transmission: its newest counts, sent now (OUT-2, OUT-8)."""

import time

from django.utils import timezone
from django.utils.translation import gettext as _

from cameras.models import Extension
from notifications.record import CountedArea, CountRecord
from notifications.senders.base import Answer, SendError
from notifications.services.counts import Counted, newest_counts
from notifications.services.http_plan import HttpOutput, http_output
from notifications.services.http_send import http_count_send
from notifications.services.trial import Trial, tried
from portal.common.errors import ConflictError


class NoAddressError(ConflictError):
    """The destination has no address yet."""

    code = "no_address"


def http_count_try(*, extension: Extension, place: int) -> Trial:
    """Send to the destination at this place of the tab, 1-4, as it is saved; also to one that is switched off.

    Raises NoAddressError, TooManyTrialsError, SettingsError, UndecryptableError, RedisError.
    """
    if not extension.occupancy().http.destinations[place - 1].address:
        raise NoAddressError(_("Nothing to send to: save an address first."))
    to = http_output(extension, place)
    record = _record(to.counted)
    known = {"password": to.password} if to.password else {}
    return tried(lambda: _result(to, record), known=known, user=to.settings.user)


def _record(counted: Counted) -> CountRecord:
    newest = newest_counts([counted], now_s=time.time())[counted.camera_id]
    return newest if isinstance(newest, CountRecord) else _nobody(counted)


def _nobody(counted: Counted) -> CountRecord:
    """The format has no mark for a test: where nothing is counted now, nobody is there."""
    areas = tuple(CountedArea(number, "", 0) for number in sorted(counted.on))
    return CountRecord(
        at=timezone.now(),
        site_id=counted.site_id,
        site_name=counted.site_name,
        camera_id=counted.camera_id,
        camera_name=counted.camera_name,
        mac=counted.mac,
        picture=0,
        areas=areas,
        objects=counted.objects,
        simulated=counted.simulated,
    )


def _result(to: HttpOutput, record: CountRecord) -> Answer | SendError:
    try:
        return http_count_send(to, record)
    except SendError as error:
        return error
