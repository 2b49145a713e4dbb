"""E-mail: an alarm with its picture, or many in a digest (OUT-6). Which of the two, `services/digest.py` says."""

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from notifications.kinds.email import EmailSettings, addresses
from notifications.record import AlarmRecord, Event
from notifications.senders.base import Answer, AwayError, SendError
from notifications.senders.letter import address, digest, letter, shown
from notifications.senders.smtp import MailSession
from notifications.services.alarm_facts import alarm_picture, site_zone
from portal.common.mail import mail_server
from portal.common.outgoing import AddressGuard

PICTURED = (Event.STARTED, Event.REPEATED)


class EmailSender:
    """The addresses of one destination. Raises AwayError where the portal has no mail server."""

    def __init__(
        self, config: EmailSettings, _secrets: Mapping[str, str], _guard: AddressGuard, limit_s: float
    ) -> None:
        server = mail_server()
        if server is None:
            raise AwayError("the portal has no mail server: EMAIL_HOST is not set")
        self._config, self._from = config, server.sender
        self._session = MailSession(server, limit_s)

    @property
    def per_hour(self) -> int:
        """See `DigestSender`."""
        return self._config.per_hour

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._session.close()

    def send(self, record: AlarmRecord) -> Answer:
        """See `Sender.send`."""
        pictured = self._config.snapshot and record.event in PICTURED
        jpeg = alarm_picture(record.id) if pictured else None
        return self._hand_in(letter(record, zone=site_zone(record.site_id), jpeg=jpeg), [record])

    def send_digest(self, records: Sequence[AlarmRecord]) -> Answer:
        """See `DigestSender`. Of one record it is an ordinary mail."""
        if len(records) == 1:
            return self.send(records[0])
        zone = site_zone(records[0].site_id)
        return self._hand_in(digest(records, zone=zone, per_hour=self.per_hour), records)

    def _hand_in(self, message: EmailMessage, records: Sequence[AlarmRecord]) -> Answer:
        address(message, sender=self._from, to=addresses(self._config), records=records)
        sent = shown(message)
        try:
            refused = self._session.hand_in(message)
        except SendError as error:
            error.sent = sent
            raise
        said = "\n".join(f"{name} {answer}" for name, answer in refused.items())
        return Answer("taken by the mail server", sent, said or "taken by the mail server")
