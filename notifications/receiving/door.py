"""What every way in has in common: room for so many, and an end to every connection."""

import asyncio
from abc import ABC, abstractmethod

import structlog

from notifications.receiving.desk import Desk
from notifications.receiving.guests import Guests
from notifications.receiving.ledger import Reason

log = structlog.get_logger(__name__)


class Door(ABC):
    """Behind one port. name: of the codec, or http."""

    name: str

    def __init__(self, desk: Desk, guests: Guests) -> None:
        self._desk, self._guests = desk, guests

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        peer = writer.get_extra_info("peername")  # None for who has gone already
        try:
            if peer is not None:
                await self._enter(peer[0], reader, writer)
        except (OSError, TimeoutError) as error:
            log.info("received: the connection ended", sender=peer[0], error=str(error))
        except Exception:  # the outermost loop: one connection stops no other
            log.exception("received: unexpected error", sender=peer[0])
        finally:
            writer.close()

    async def _enter(self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self._guests.enter(peer) as room:
            if room:
                await self.serve(peer, reader, writer)
            else:
                log.warning("received: too many connections", sender=peer)
                self._desk.ledger.refuse(self.name, peer, Reason.CROWDED)

    @abstractmethod
    async def serve(self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Listen and answer. peer: address of the other side.    Raises OSError, TimeoutError."""
