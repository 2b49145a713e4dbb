"""Where every message comes in, whichever way it came: whose is it, and is it safe with us (OUT-10)?"""

import time
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

import structlog
from django.db import Error, close_old_connections, connection

from analytics.services.received import Told, alarm_receive
from cameras.models import Extension
from notifications.receiving.book import SenderBook
from notifications.receiving.heard import Heard
from notifications.record import NONMASK_MESSAGE_ID

log = structlog.get_logger(__name__)

WORDS_S = 60.0
"""An address that nobody knows is named in the log this often."""
MOST_NAMED = 1000
OLDEST = timedelta(days=7)
"""As long a sender may have kept an alarm; what is older has a clock that cannot be believed."""


class Taken(Enum):
    """What became of a message."""

    SAFE = auto()  # written, or nothing that this portal has to write
    UNKNOWN = auto()  # its sender is no camera of ours
    LATER = auto()  # it could not be written now


class Desk:
    """One for the process; its methods are called by many threads."""

    def __init__(self, book: SenderBook) -> None:
        self.book = book
        self._named: dict[str, float] = {}

    def take(self, heard: Heard | None, *, peer: str, about: str = "") -> Taken:
        """peer: address that it came from.    about: host that it speaks of, blank: of itself.

        heard: None: it speaks of something that this portal does not know.
        """
        address = about if about and self.book.trusts(peer) else peer
        if heard is None:
            log.info("received: no alarm of ours", sender=address)
            return Taken.SAFE if self.book.knows(address) else Taken.UNKNOWN
        cameras = self.book.cameras(address, heard.channel)
        if not cameras:
            self.name_unknown(address, channel=heard.channel)
            return Taken.UNKNOWN
        return self._write(cameras, _told(heard))

    def name_unknown(self, address: str, **facts: object) -> None:
        """Say in the log who it was, not too often."""
        now = time.monotonic()
        if now - self._named.get(address, -WORDS_S) < WORDS_S:
            return
        if len(self._named) >= MOST_NAMED:
            self._named.clear()
        self._named[address] = now
        log.warning("received: the sender is no camera of this portal", sender=address, **facts)

    def _write(self, cameras: list[int], told: Told) -> Taken:
        close_old_connections()
        try:
            for camera_id in cameras:
                alarm_receive(camera_id=camera_id, told=told)
        except Error as error:
            log.warning("received: database away, the sender has to repeat it", error=str(error))
            connection.close()
            return Taken.LATER
        finally:
            close_old_connections()
        return Taken.SAFE


def _told(heard: Heard) -> Told:
    kind = Extension.Kind.NONMASK if heard.message_id == NONMASK_MESSAGE_ID else Extension.Kind.OCCUPANCY
    return Told(
        extension=kind,
        area_number=heard.area_number,
        at=_when(heard.at),
        area_name=heard.area_name,
        count=heard.count,
        threshold=heard.threshold,
        test=heard.test,
    )


def _when(at: datetime | None) -> datetime:
    """What it says, as far as that can be: a clock that goes ahead is not believed, nor one of last year."""
    now = datetime.now(UTC)
    return at if at is not None and now - OLDEST < at <= now else now
