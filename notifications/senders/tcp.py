"""TCP alarm notification: the bytes of a codec to a recorder or a VMS (OUT-1; WIRE 5).

A try is one connection, one message and, where the codec has answers, the confirmation of that very message. Retries
follow each other at once and are one attempt to the outbox, which goes on after them with pauses.

A receiver that confirms keeps its connection for the next message. One that does not is asked to close it: that is the
only sign from its side, and a message must not go into a connection that it has given up.
"""

import socket
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Self

import httpcore

from notifications.kinds.tcp_alarm import TcpAlarmSettings, server
from notifications.protocols.base import ProtocolError
from notifications.protocols.tcp_alarm import TcpAlarm, tcp_alarm
from notifications.protocols.tcp_codec import CodecError, codec_get
from notifications.record import AlarmRecord
from notifications.senders.base import Answer, AwayError, PermanentSendError, SendError, TemporarySendError
from notifications.senders.deadline import Deadline, connect
from notifications.senders.guarded import named
from portal.common.outgoing import AddressGuard

SHORTEST_TRY_S = 2.0
"""A try has its share of the time, but at least that: 30 retries must not make each too short for a slow line."""
CLOSING_S = 1.0
"""As long a receiver without answers has to close the connection, or to break it off."""
READ_BYTES = 16_384


class TcpSender:
    """One receiver. Raises AwayError for a codec that cannot be used."""

    def __init__(
        self, config: TcpAlarmSettings, _secrets: Mapping[str, str], guard: AddressGuard, limit_s: float
    ) -> None:
        try:
            self._codec = codec_get(config.codec)
        except CodecError as exc:
            raise AwayError(str(exc)) from exc
        self._config, self._guard, self._limit_s = config, guard, limit_s
        self._try_s = min(max(limit_s / (config.retries + 1), SHORTEST_TRY_S), limit_s)
        self._deadline = Deadline(self._try_s)
        self._addresses: list[str] = []
        self._stream: httpcore.NetworkStream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, record: AlarmRecord) -> Answer:
        """See `Sender.send`."""
        try:
            alarm = tcp_alarm(record, additional=self._config.additional)
            data = self._codec.encode(alarm)
        except ProtocolError as exc:
            raise PermanentSendError(str(exc)) from exc
        sent = _text(data)
        try:
            self._addresses = self._addresses or self._resolve()
            came = self._try(alarm, data)
        except SendError as error:
            error.sent = sent
            raise
        confirmed = self._codec.answers
        summary = "confirmed" if confirmed else "sent, not confirmed"
        return Answer(summary, sent, came, confirmed=confirmed, rest_s=float(self._config.mask_s))

    def _try(self, alarm: TcpAlarm, data: bytes) -> str:
        """What came back; as often as it may be tried, within the time of the message. Raises SendError."""
        until_s, tries = monotonic() + self._limit_s, 0
        while True:
            tries += 1
            self._restart(min(self._try_s, until_s - monotonic()))
            try:
                return self._on_line(alarm, data)
            except TemporarySendError as error:
                self._close()
                if tries > self._config.retries or monotonic() >= until_s:
                    raise _after(error, tries) from error

    def _on_line(self, alarm: TcpAlarm, data: bytes) -> str:
        """A kept connection may have been given up meanwhile: that is no try."""
        if self._stream is not None:
            try:
                return self._tell(self._stream, alarm, data)
            except TemporarySendError:
                self._close()
        self._stream = self._connect()
        return self._tell(self._stream, alarm, data)

    def _resolve(self) -> list[str]:
        """Once for a drain: a name that the guard refuses is refused again a moment later."""
        with named(server(self._config), self._limit_s):
            return self._guard.check(self._config.address, self._config.port)

    def _connect(self) -> httpcore.NetworkStream:
        with named(server(self._config), round(self._try_s, 1)):
            return connect(self._addresses, self._config.port, self._deadline)

    def _tell(self, stream: httpcore.NetworkStream, alarm: TcpAlarm, data: bytes) -> str:
        with named(server(self._config), round(self._try_s, 1)):
            stream.write(data)
            if self._codec.answers:
                return self._confirmation(stream, alarm)
            came = self._last_words(stream)
        self._close()
        return came

    def _confirmation(self, stream: httpcore.NetworkStream, alarm: TcpAlarm) -> str:
        """The answer that names this message. Raises TemporarySendError for what is none."""
        decoder, came = self._codec.answer_decoder(), b""
        while len(came) < READ_BYTES:
            chunk = stream.read(READ_BYTES)
            came += chunk
            if not chunk:
                raise self._trouble("closed the connection without a confirmation", came)
            try:
                if alarm.information in decoder.feed(chunk):
                    return _text(came)
            except ProtocolError as exc:
                raise self._trouble(f"answers what is no confirmation: {exc}", came) from exc
        raise self._trouble("answers much, and no confirmation", came)

    def _last_words(self, stream: httpcore.NetworkStream) -> str:
        """What a receiver without answers says until it closes the connection, or does nothing for a while."""
        with suppress(OSError):  # it is closed already: reading tells how
            stream.get_extra_info("socket").shutdown(socket.SHUT_WR)
        self._restart(CLOSING_S)
        came = b""
        try:
            while len(came) < READ_BYTES and (chunk := stream.read(READ_BYTES)):
                came += chunk
        except httpcore.ReadTimeout:
            pass  # many keep it open; nothing is wrong with that
        return _text(came)

    def _trouble(self, what: str, came: bytes) -> TemporarySendError:
        return TemporarySendError(f"{server(self._config)} {what}", body=_text(came))

    def _restart(self, limit_s: float) -> None:
        self._deadline.limit_s = limit_s
        self._deadline.restart()

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _after(error: TemporarySendError, tries: int) -> TemporarySendError:
    """The error of the last try, saying how many there were."""
    return type(error)(f"{error} ({tries} tries)" if tries > 1 else str(error), body=error.body)


def _text(data: bytes) -> str:
    return data.decode(errors="backslashreplace")
