"""TCP alarms come in, in the bytes of one codec (OUT-10; WIRE 5).

What is confirmed is in the database. Who is no camera of ours gets no answer: its connection is closed at once, unless
its bytes are to be kept for study.
"""

import asyncio
from pathlib import Path

import structlog

from notifications.protocols.base import ProtocolError
from notifications.protocols.tcp_alarm import TcpAlarm
from notifications.protocols.tcp_codec import TcpCodec
from notifications.receiving.desk import Desk, Taken
from notifications.receiving.door import Door
from notifications.receiving.guests import Guests
from notifications.receiving.heard import heard_tcp
from notifications.receiving.ledger import Reason
from notifications.receiving.study import MOST_BYTES, study_keep

log = structlog.get_logger(__name__)

IDLE_S = 120.0
"""A connection that says nothing for so long is closed; senders open another."""
CHUNK = 4096


class TcpDoor(Door):
    """study: folder for bytes that could not be made alarms; None: they are not kept."""

    def __init__(
        self,
        desk: Desk,
        codec: TcpCodec,
        guests: Guests,
        *,
        name: str,
        study: Path | None = None,
        idle_s: float = IDLE_S,
    ) -> None:
        super().__init__(desk, guests)
        self.name, self._codec, self._study, self._idle_s = name, codec, study, idle_s

    async def serve(self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """See `Door.serve`."""
        if not self._desk.book.knows(peer):
            self._desk.name_unknown(peer, door=self.name)
            await self._study_rest(peer, reader, writer, b"")
            return
        heard = bytearray()
        try:
            await self._listen(peer, reader, writer, heard)
        except ProtocolError as error:
            log.warning("received: not in the bytes of the codec", sender=peer, error=str(error))
            self._desk.ledger.refuse(self.name, peer, Reason.UNREADABLE, said=str(error))
            await self._study_rest(peer, reader, writer, bytes(heard))

    async def _listen(
        self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray
    ) -> None:
        """heard: the newest bytes, for study.    Raises ProtocolError."""
        decoder = self._codec.decoder()
        while data := await asyncio.wait_for(reader.read(CHUNK), self._idle_s):
            heard += data
            del heard[:-MOST_BYTES]
            for alarm in decoder.feed(data):
                if not await self._take(peer, alarm, writer):
                    return
            if decoder.broken is not None:
                raise decoder.broken
        decoder.end()

    async def _take(self, peer: str, alarm: TcpAlarm, writer: asyncio.StreamWriter) -> bool:
        """Whether to listen on."""
        said = heard_tcp(alarm, dated=self._codec.answers)
        taken = await asyncio.to_thread(self._desk.take, said, door=self.name, peer=peer, about=alarm.ipaddr)
        if taken is not Taken.SAFE:
            return False
        writer.write(self._codec.answer(alarm))
        await writer.drain()
        return True

    async def _study_rest(
        self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytes
    ) -> None:
        """Keep what was heard, and what else comes."""
        if self._study is None:
            return
        try:
            while len(heard) < MOST_BYTES and (data := await asyncio.wait_for(reader.read(CHUNK), self._idle_s)):
                heard += data
        finally:
            port = writer.get_extra_info("sockname")[1]
            await asyncio.to_thread(study_keep, self._study, peer=peer, port=port, data=heard)
