"""Testing a destination: one message, marked as a test, by the sender of its kind (OUT-8).

Nothing is queued and nothing is kept: whoever asks waits for the answer and sees what went out and what came back,
without secrets. It takes SEND_LIMIT_S at most, and a place: tests must not keep all threads of the web server waiting.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cameras.models import Camera, Extension
from notifications.kinds import KINDS
from notifications.kinds.mqtt import MQTT, followed
from notifications.models import Destination
from notifications.record import AlarmRecord, Event, mac_of
from notifications.senders import sender_make
from notifications.senders.base import SEND_LIMIT_S, Answer, SendError
from notifications.services.camera_mac import camera_mac
from notifications.services.destination import destination_draft
from notifications.services.secret import conceal, destination_secrets
from portal.common.errors import ConflictError
from portal.common.guard import guard_make

MOST_AT_ONCE = 4
COUNT = 5

_places = threading.BoundedSemaphore(MOST_AT_ONCE)


class TooManyTrialsError(ConflictError):
    """As many destinations as possible are being tested."""

    code = "too_many_tests"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a test. taken: by the destination.    confirmed: it said so.    outcome: its answer in a few words,
    or why it took nothing.    sent, answer: what went out and came back, as the log of deliveries keeps it.
    """

    at: datetime
    duration_ms: int
    taken: bool
    confirmed: bool
    outcome: str
    sent: str
    answer: str


def destination_try(
    *, destination: Destination, config: Mapping[str, Any] | None = None, secrets: Mapping[str, str] | None = None
) -> Trial:
    """Send a test. config, secrets: as typed, on top of what is saved; the destination itself may be new.

    A new one without secrets is tried with such as would be made for it. Raises SettingsError, TooManyTrialsError,
    UndecryptableError.
    """
    made = {} if secrets or destination.pk else KINDS[destination.kind].fresh()
    given = destination.config if config is None else config
    draft = destination_draft(destination=destination, config=given, secrets={**made, **(secrets or {})})
    known = destination_secrets(draft)
    return tried(lambda: _result(draft, known), known=known, user=str(draft.config.get("user", "")))


def tried(send: Callable[[], Answer | SendError], *, known: Mapping[str, str], user: str) -> Trial:
    """What came of a test, without secrets. known: the secrets.    Raises TooManyTrialsError."""
    if not _places.acquire(blocking=False):
        raise TooManyTrialsError(_("As many destinations as possible are being tested; try again in a few seconds."))
    try:
        at, began_s = timezone.now(), time.monotonic()
        result = send()
        duration_ms = round((time.monotonic() - began_s) * 1000)
    finally:
        _places.release()
    texts = (result.summary if isinstance(result, Answer) else str(result), result.sent, result.body)
    outcome, sent, answer = (conceal(text, known, user=user) for text in texts)
    confirmed = isinstance(result, Answer) and result.confirmed
    return Trial(at, duration_ms, isinstance(result, Answer), confirmed, outcome, sent, answer)


def _result(draft: Destination, known: Mapping[str, str]) -> Answer | SendError:
    facts = {"config": KINDS[draft.kind].read(draft.config), "secrets": known, "guard": guard_make()}
    try:
        with sender_make(kind=draft.kind, limit_s=SEND_LIMIT_S, **facts) as sender:
            return sender.send(test_record(draft))
    except SendError as error:
        return error


def test_record(destination: Destination) -> AlarmRecord:
    """The start of an alarm that never was, in area 1 of the destination's camera, or of the site's first one; of
    non-mask, where nothing else is told or seen there."""
    camera = destination.camera or Camera.objects.filter(site=destination.site_id).order_by("pk").first()
    now, camera_id = timezone.now(), camera.pk if camera else 0
    faces = _only_faces(destination, camera)
    return AlarmRecord(
        id=uuid4(),
        notification_id=uuid4(),
        event=Event.STARTED,
        at=now,
        since=now,
        site_id=destination.site_id,
        site_name=destination.site.name,
        camera_id=camera_id,
        camera_name=camera.name if camera else _("Test"),
        mac=camera_mac(camera) if camera else mac_of(camera_id),
        extension=Extension.Kind.NONMASK if faces else Extension.Kind.OCCUPANCY,
        area_number=None if faces else 1,
        area_name="" if faces else _("Test"),
        count=1 if faces else COUNT,
        threshold=None if faces else COUNT,
        test=True,
    )


def _only_faces(destination: Destination, camera: Camera | None) -> bool:
    """Whether its messages are of non-mask alarms only."""
    if destination.kind == MQTT.name:
        return followed(destination.config) == Extension.Kind.NONMASK
    kinds = set(camera.extensions.values_list("kind", flat=True)) if camera else set()
    return destination.camera is not None and kinds == {Extension.Kind.NONMASK}
