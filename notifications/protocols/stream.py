"""Records out of a stream of bytes, however it is cut: TCP lines, XML documents one after the other."""

from collections.abc import Callable
from typing import Generic, TypeVar

from notifications.protocols.base import ProtocolError

Record = TypeVar("Record")
Bytes = bytes | bytearray
_OVERLAP = 64
"""Bytes of the end mark that may have come before the cut."""


class Decoder(Generic[Record]):
    """Reads one stream; knows no socket.

    end_of: (bytes, start) -> the index behind the first unit that ends after `start`, or -1.    read: one unit, raises
    ProtocolError.    most_bytes: the longest unit; what is longer is damage, so that a peer cannot fill the memory.
    broken: the damage that was found; nothing is read after it.
    """

    def __init__(
        self, end_of: Callable[[Bytes, int], int], read: Callable[[bytes], Record], *, most_bytes: int, what: str
    ) -> None:
        self._end_of, self._read, self._most_bytes, self._what = end_of, read, most_bytes, what
        self._rest = bytearray()
        self._offset = 0  # of the rest, in the stream
        self.broken: ProtocolError | None = None

    def feed(self, data: bytes) -> list[Record]:
        """What is complete now. Records before damage are returned first, `broken` tells; the next call raises it."""
        if self.broken is not None:
            raise self.broken
        seen = max(len(self._rest) - _OVERLAP, 0)
        self._rest += data
        records = []
        try:
            while (unit := self._unit(seen)) is not None:
                records.append(self._record(unit))
                seen = 0
        except ProtocolError as exc:
            self.broken = exc
            if not records:
                raise
        return records

    def end(self) -> None:
        """The stream is over. Raises ProtocolError for damage, and for what was cut off in the middle."""
        if self.broken is not None:
            raise self.broken
        if self._rest.strip():
            raise ProtocolError(f"{self._what}: broken off", self._offset + len(self._rest))

    def _unit(self, seen: int) -> bytes | None:
        """The next whole unit, taken off the rest."""
        end = self._end_of(self._rest, seen)
        if (len(self._rest) if end < 0 else end) > self._most_bytes:
            raise ProtocolError(f"{self._what}: longer than {self._most_bytes} bytes", self._offset + self._most_bytes)
        if end < 0:
            return None
        unit = bytes(self._rest[:end])
        del self._rest[:end]
        return unit

    def _record(self, unit: bytes) -> Record:
        """The offset of an error counts from the beginning of the stream."""
        try:
            record = self._read(unit)
        except ProtocolError as exc:
            raise ProtocolError(exc.reason, self._offset + (exc.offset or 0)) from exc
        self._offset += len(unit)
        return record


def end_of_line(data: Bytes, start: int) -> int:
    """For a Decoder of lines."""
    return data.find(b"\n", start) + 1 or -1
