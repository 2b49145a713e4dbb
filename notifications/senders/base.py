"""What sends a record to one destination, and the errors that tell the outbox what to do next. Plain Python.

SendError
├── TemporarySendError     this message was not taken: it is tried again, and its area waits for it
│   └── AwayError          the message was not even looked at: every area waits for the destination
└── PermanentSendError     this message will never be taken: it ends with its reason, the next one goes on
    └── GoneError          the destination wants nothing any more: it is switched off
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from notifications.record import AlarmRecord

SEND_LIMIT_S = 10.0
"""The longest that one message may take, from the name server to the last byte of the answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The destination took it. summary: a few words.    sent, body: what went out and came back, not cut yet.

    confirmed: it said so; False where its protocol has no answer.    rest_s: how long it is to be left alone now.
    """

    summary: str
    sent: str
    body: str = ""
    confirmed: bool = True
    rest_s: float = 0.0


class SendError(Exception):
    """It was not taken; the message says by whom and why. sent, body: what went out and came back, if anything."""

    def __init__(self, message: str, *, sent: str = "", body: str = "") -> None:
        super().__init__(message)
        self.sent, self.body = sent, body


class TemporarySendError(SendError):
    """Another try may do."""


class AwayError(TemporarySendError):
    """The destination cannot be reached, or takes nothing from us: its settings or its own trouble, not the message.

    retry_after_s: how long it asked to be left alone; None: it did not say.
    """

    def __init__(self, message: str, *, sent: str = "", body: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message, sent=sent, body=body)
        self.retry_after_s = retry_after_s


class PermanentSendError(SendError):
    """No try will ever do."""


class GoneError(PermanentSendError):
    """It wants nothing any more (410)."""


class Sender(Protocol):
    """One connection to one destination for one drain: opened by the first message, closed at the end of `with`."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def send(self, record: AlarmRecord) -> Answer:
        """Raises SendError. Takes at most SEND_LIMIT_S."""
        ...


@runtime_checkable
class DigestSender(Sender, Protocol):
    """One that can tell many things in one message, and sends at most `per_hour` messages an hour."""

    @property
    def per_hour(self) -> int: ...

    def send_digest(self, records: Sequence[AlarmRecord]) -> Answer:
        """At least one record, in their order. As `send`."""
        ...
