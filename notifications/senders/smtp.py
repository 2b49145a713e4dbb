"""One session with the portal's mail server, and what its answers mean to the outbox. Plain Python.

not reached, no TLS, sign-in or sender refused, 421      takes nothing for now: its settings, its own trouble
every recipient refused for now                          the same: somebody else's message would fare no better
4xx behind the text, connection broken off               this mail may be taken later
5xx for the text, or for every recipient                 this mail will never be taken
"""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from notifications.senders.base import AwayError, PermanentSendError, SendError, TemporarySendError
from notifications.senders.deadline import Deadline
from portal.common.mail import MailServer

CLOSING, TOO_BIG, REFUSED = 421, 552, 500
ANSWER = 200  # as many characters of an answer stand in a reason


class _Smtp(smtplib.SMTP):
    """Plain, or with STARTTLS. Every wait is cut to the deadline: smtplib knows limits for single waits only."""

    def __init__(self, deadline: Deadline, host: str, port: int, **facts: Any) -> None:
        self._deadline = deadline
        super().__init__(host, port, timeout=deadline.left_s(TimeoutError), **facts)

    def getreply(self) -> tuple[int, bytes]:
        """See smtplib.SMTP."""
        self._hurry()
        return super().getreply()

    def send(self, s: bytes | str) -> None:  # type: ignore[override]  # other buffers nobody sends
        """See smtplib.SMTP."""
        self._hurry()
        super().send(s)

    def _hurry(self) -> None:
        if self.sock:
            self.sock.settimeout(self._deadline.left_s(TimeoutError))


class _SmtpOverTls(_Smtp, smtplib.SMTP_SSL):
    """TLS from the first byte."""


class MailSession:
    """Opened by the first mail. limit_s: the longest that one may take, opening included."""

    def __init__(self, server: MailServer, limit_s: float) -> None:
        self._server, self._deadline = server, Deadline(limit_s)
        self._smtp: smtplib.SMTP | None = None

    def hand_in(self, message: EmailMessage) -> Mapping[str, str]:
        """Give a mail to the server; which recipients it refused, and why. Raises SendError."""
        self._deadline.restart()
        smtp = self._smtp or self._open()
        try:
            refused = smtp.send_message(message)
        except (smtplib.SMTPException, OSError) as exc:
            self._drop()
            raise self._error(exc) from exc
        return {address: _said(*answer) for address, answer in refused.items()}

    def check(self) -> None:
        """Whether the server lets us in; no mail is sent. Raises AwayError."""
        self._deadline.restart()
        self._open()

    def close(self) -> None:
        """Take leave; a server that does not answer is left."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        self._deadline.restart()
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()

    @property
    def name(self) -> str:
        """What errors call the server."""
        return f"mail server {self._server.host}:{self._server.port}"

    def _open(self) -> smtplib.SMTP:
        try:
            self._smtp = smtp = self._connect()
            if self._server.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
        except (smtplib.SMTPException, OSError) as exc:
            self._drop()
            raise AwayError(f"{self.name}: {_reason(exc)}") from exc
        return smtp

    def _connect(self) -> smtplib.SMTP:
        place = self._server.host, self._server.port
        if self._server.tls:
            return _SmtpOverTls(self._deadline, *place, context=ssl.create_default_context())
        return _Smtp(self._deadline, *place)

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _error(self, exc: smtplib.SMTPException | OSError) -> SendError:
        reason = f"{self.name}: {_reason(exc)}"
        if isinstance(exc, smtplib.SMTPRecipientsRefused):
            for_good = all(code >= REFUSED for code, _text in exc.recipients.values())
            return PermanentSendError(reason) if for_good else AwayError(reason)
        if not isinstance(exc, smtplib.SMTPResponseException):
            return TemporarySendError(reason)
        if exc.smtp_code == CLOSING or (isinstance(exc, smtplib.SMTPSenderRefused) and exc.smtp_code != TOO_BIG):
            return AwayError(reason)
        return PermanentSendError(reason) if exc.smtp_code >= REFUSED else TemporarySendError(reason)


def _reason(exc: smtplib.SMTPException | OSError) -> str:
    if isinstance(exc, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{address} {_said(*answer)}" for address, answer in exc.recipients.items())
    if isinstance(exc, smtplib.SMTPResponseException):
        return _said(exc.smtp_code, exc.smtp_error)
    if isinstance(exc, TimeoutError):
        return "no whole answer in time"
    if isinstance(exc, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({exc.verify_message})"
    return str(exc)[:ANSWER] or type(exc).__name__


def _said(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"answers {code} {words[:ANSWER]}"
