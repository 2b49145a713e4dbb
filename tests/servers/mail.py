"""A mail server: keeps what is handed in; refuses, hangs or closes as it is told."""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.servers.hook import make_certificate
from tests.servers.ports import free_port

LIMIT_S = 60.0  # only ends a hang

logging.getLogger("mail.log").setLevel(logging.ERROR)  # every line of every session otherwise


@dataclass(frozen=True)
class Mail:
    """One mail. sender, to: of the envelope.    message: as a mail program reads it."""

    sender: str
    to: list[str]
    message: EmailMessage

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None
        return body.get_content()

    @property
    def pictures(self) -> list[bytes]:
        return [part.get_content() for part in self.message.iter_attachments()]


class MailBox:
    """Listens on 127.0.0.1 while it is open. recipient, data: what it answers; "" hangs. tls: starttls or tls.

    signed_in: only who has signed in as `user` may send.
    """

    user, password = "lookout", "open sesame"

    def __init__(self, folder: Path | None = None, *, tls: str = "", signed_in: bool = False) -> None:
        self.recipient: Callable[[str], str] = lambda _address: "250 OK"
        self.data: Callable[[Mail], str] = lambda _mail: "250 OK"
        self.mails: list[Mail] = []
        self.sessions = 0
        self.ca = ""
        self.released = threading.Event()
        facts: dict[str, Any] = {}
        if folder is not None:
            self.ca, certificate = make_certificate(folder)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            facts |= {"ssl_context": context} if tls == "tls" else {"tls_context": context, "require_starttls": True}
        if signed_in:
            facts |= {"authenticator": self._known, "auth_required": True}
        self._controller = Controller(_Handler(self), hostname="127.0.0.1", port=free_port(), **facts)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.released.set()
        self._controller.stop()

    @property
    def port(self) -> int:
        return self._controller.port

    def _known(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        right = (given.login.decode(), given.password.decode()) == (self.user, self.password)
        return AuthResult(success=right, handled=False)  # not handled: the server answers 535


class _Handler:
    """The names that aiosmtpd calls."""

    def __init__(self, box: MailBox) -> None:
        self._box = box

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list) -> list:  # noqa: N802
        session.host_name = hostname
        self._box.sessions += 1
        return responses

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list) -> str:  # noqa: N802
        answer = self._box.recipient(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        mail = Mail(envelope.mail_from, list(envelope.rcpt_tos), message)
        answer = self._box.data(mail)
        if not answer:
            await asyncio.to_thread(self._box.released.wait, LIMIT_S)
            return "451 too late"
        if answer.startswith("2"):
            self._box.mails.append(mail)
        return answer
