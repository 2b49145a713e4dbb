"""Mails as people read them (OUT-6): one alarm with its picture, or many in one digest.

The Message-ID follows from the notifications' ids: a repeat after a crash carries the same one. All mails of one alarm
refer to it, so mail programs show them together.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.kinds.base import EVENTS
from notifications.record import NONMASK, AlarmRecord, Direction


def letter(record: AlarmRecord, *, zone: ZoneInfo, jpeg: bytes | None) -> EmailMessage:
    """One alarm. jpeg: None without picture.    zone: of the site."""
    message = _message(f"{_marks(record)}{_headline(record)} · {record.camera_name} · {record.site_name}")
    message.set_content("\n".join(_line(f"{name}: {value}") for name, value in _lines(record, zone)) + "\n")
    if jpeg is not None:
        message.add_attachment(jpeg, "image", "jpeg", filename="alarm.jpg", disposition="inline")
    return message


def digest(records: Sequence[AlarmRecord], *, zone: ZoneInfo, per_hour: int) -> EmailMessage:
    """Many, in their order, one in a line. per_hour: as many mails may come in an hour."""
    count = len(records)
    subject = ngettext("%(count)s alarm message", "%(count)s alarm messages", count) % {"count": count}
    message = _message(f"{subject} · {records[0].site_name}")
    reason = _("At most %(most)s mails are sent in an hour; this one tells of everything that waited.")
    lines = [_line(f"{_clock(one.at, zone)} {_marks(one)}{_headline(one)} · {one.camera_name}") for one in records]
    message.set_content("\n".join([reason % {"most": per_hour}, zone.key, "", *lines]) + "\n")
    return message


def address(message: EmailMessage, *, sender: str, to: Sequence[str], records: Sequence[AlarmRecord]) -> None:
    """Put the head on a mail."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "lookout"
    message["From"], message["To"] = sender, ", ".join(to)
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{_id(records)}@{domain}>"
    if len(records) == 1:
        message["References"] = f"<{records[0].id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers


def shown(message: EmailMessage) -> str:
    """For the log of deliveries: the head and the text; of a picture only its size."""
    head = "\n".join(f"{name}: {value}" for name, value in message.items() if not name.startswith("Content-"))
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    pictures = "".join(f"[alarm.jpg, {len(one.get_content())} bytes]\n" for one in message.iter_attachments())
    return f"{head}\n\n{text}{pictures}"


def _message(subject: str) -> EmailMessage:
    message = EmailMessage(SMTP)
    message["Subject"] = _line(subject)
    return message


def _line(text: str) -> str:
    """One, though a name may hold line breaks."""
    return " ".join(text.split())


def _id(records: Sequence[AlarmRecord]) -> UUID:
    first, *others = (one.notification_id for one in records)
    return uuid5(first, ",".join(map(str, others))) if others else first


def _marks(record: AlarmRecord) -> str:
    marks = ((_("TEST"), record.test), (_("SIMULATED"), record.simulated))
    return "".join(f"{word} · " for word, marked in marks if marked)


def _headline(record: AlarmRecord) -> str:
    """Alarm started: Lobby 12/10."""
    place = _("Non-mask,") if record.extension == NONMASK else record.area_name
    return f"{_(EVENTS[record.event])}: {place} {_figures(record)}".rstrip()


def _figures(record: AlarmRecord) -> str:
    """Blank where the camera told of the alarm without any."""
    count = "?" if record.count is None else record.count
    if record.extension == NONMASK:
        return _("without mask: %(count)s") % {"count": count}
    if record.direction is Direction.BELOW:
        return _("%(count)s, minimum %(least)s") % {"count": count, "least": record.threshold}
    return record.figures


def _lines(record: AlarmRecord, zone: ZoneInfo) -> Iterator[tuple[str, object]]:
    if record.test:
        yield _("Test"), _("nothing happened; somebody tries out the alarm")
    if record.simulated:
        yield _("Simulated"), _("the picture of this camera is drawn by the portal")
    yield _("Message"), _(EVENTS[record.event])
    yield _("Site"), record.site_name
    yield _("Camera"), record.camera_name
    if record.area_name:
        yield _("Area"), record.area_name
    if figures := _figures(record):
        yield _("Count"), figures
    if record.faces:
        yield _("Faces"), _faces(record)
    yield _("Time"), f"{_clock(record.at, zone)} ({zone.key})"
    yield _("Alarm since"), f"{_clock(record.since, zone)} ({zone.key})"
    if record.end_reason:
        yield _("Ended by"), record.end_reason
    yield _("Alarm id"), record.id


def _faces(record: AlarmRecord) -> str:
    """Everybody in the picture (MASK-7)."""
    found = [face.mask for face in record.faces]
    counts = {"without": found.count(False), "masked": found.count(True), "not_judged": found.count(None)}
    return _("%(without)s without mask, %(masked)s with mask, %(not_judged)s not judged") % counts


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
