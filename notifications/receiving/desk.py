"""Where every message comes in, whichever way it came: whose is it, and is it safe with us (OUT-10)?"""

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from uuid import UUID

import structlog
from django.db import Error, close_old_connections, connection
from django.db.models import Q

from analytics.models import Alarm
from analytics.services.count_told import MOST, CountsTaken, CountsTold, counts_receive
from analytics.services.received import Told, alarm_receive, alarm_receive_end
from cameras.models import Extension
from notifications.protocols.occupancy_json import OccupancyCounts
from notifications.receiving.book import SenderBook
from notifications.receiving.heard import Heard
from notifications.receiving.ledger import Ledger, Reason, What
from notifications.record import NONMASK_MESSAGE_ID

log = structlog.get_logger(__name__)

WORDS_S = 60.0
"""An address that nobody knows is named in the log this often."""
MOST_NAMED = 1000
OLDEST = timedelta(days=7)
"""As long a sender may have kept a message; what is older has a clock that cannot be believed."""
AHEAD = timedelta(minutes=1)
"""So far a camera's clock may go ahead, and its counts are of now; further, nobody knows of when they are."""


class Taken(Enum):
    """What became of a message."""

    SAFE = auto()  # written, or nothing that this portal has to write
    UNKNOWN = auto()  # its sender is no camera of ours
    LATER = auto()  # it could not be written now


class Desk:
    """One for the process; its methods are called by many threads."""

    def __init__(self, book: SenderBook, ledger: Ledger) -> None:
        self.book, self.ledger = book, ledger
        self._named: dict[str, float] = {}

    # --- By address: TCP, HTTP ----------------------------------------------------------------------------------------
    def take(self, heard: Heard | None, *, door: str, peer: str, about: str = "") -> Taken:
        """peer: address that it came from.    about: host that it speaks of, blank: of itself.

        heard: None: it speaks of something that this portal does not know.
        """
        address = about if about and self.book.trusts(peer) else peer
        if heard is None:
            known = self.book.knows(address)
            log.info("received: no alarm of ours", sender=address)
            self.ledger.refuse(door, address, Reason.NOT_OURS if known else Reason.STRANGER)
            return Taken.SAFE if known else Taken.UNKNOWN
        cameras = self.book.cameras(address, heard.channel)
        if not cameras:
            self.name_unknown(address, door=door, channel=heard.channel)
            return Taken.UNKNOWN
        return self._alarm(heard, cameras, door, address)

    # --- By MAC: MQTT -------------------------------------------------------------------------------------------------
    def take_alarm_of(self, mac: str, heard: Heard | None, *, door: str) -> Taken:
        """heard: as `take`."""
        cameras = self._cameras_of(mac, door)
        if not cameras:
            return Taken.UNKNOWN
        if heard is None:
            self.ledger.refuse(door, mac, Reason.NOT_OURS, camera_ids=cameras)
            return Taken.SAFE
        return self._alarm(heard, cameras, door, mac)

    def take_counts_of(self, counts: OccupancyCounts, *, door: str) -> Taken:
        """The counts of one look of a camera."""
        cameras = self._cameras_of(counts.mac, door)
        if not cameras:
            return Taken.UNKNOWN
        at = _counted_at(counts.at)
        if at is None:
            said = counts.at.isoformat()
            self.ledger.refuse(door, counts.mac, Reason.CLOCK, camera_ids=cameras, said=said)
            return Taken.SAFE
        told = CountsTold(at, counts.picture, counts.areas)
        if told.most > MOST:
            said = f"count {told.most}, at most {MOST} expected"
            self.ledger.refuse(door, counts.mac, Reason.UNREADABLE, camera_ids=cameras, said=said)
            return Taken.SAFE
        return self._written(lambda: self._counts(told, cameras, door, counts.mac), door, counts.mac, cameras)

    # --- Both ---------------------------------------------------------------------------------------------------------
    def name_unknown(self, address: str, *, door: str, **facts: object) -> None:
        """Say who it was: on the screen, and in the log, not too often."""
        self.ledger.refuse(door, address, Reason.STRANGER)
        now = time.monotonic()
        if now - self._named.get(address, -WORDS_S) < WORDS_S:
            return
        if len(self._named) >= MOST_NAMED:
            self._named.clear()
        self._named[address] = now
        log.warning("received: the sender is no camera of this portal", sender=address, **facts)

    def _cameras_of(self, mac: str, door: str) -> list[int]:
        cameras = self.book.cameras_of(mac)
        if not cameras and self.book.is_given(mac):
            self.ledger.refuse(door, mac, Reason.OWN)
        elif not cameras:
            self.name_unknown(mac, door=door)
        return cameras

    def _alarm(self, heard: Heard, cameras: list[int], door: str, sender: str) -> Taken:
        return self._written(lambda: self._write_alarm(heard, cameras, door, sender), door, sender, cameras)

    def _write_alarm(self, heard: Heard, cameras: list[int], door: str, sender: str) -> None:
        """Raises django.db.Error."""
        if _is_own(heard.alarm_id):
            self.ledger.refuse(door, sender, Reason.OWN, camera_ids=cameras)
            return
        write = alarm_receive_end if heard.ended else alarm_receive
        for camera_id in cameras:
            write(camera_id=camera_id, told=_told(heard))
        self.ledger.take(door, cameras, What.ALARM)

    def _counts(self, told: CountsTold, cameras: list[int], door: str, sender: str) -> None:
        """Raises django.db.Error."""
        outcomes = {camera_id: counts_receive(camera_id=camera_id, told=told) for camera_id in cameras}
        if kept := [one for one, came in outcomes.items() if came is CountsTaken.KEPT]:
            self.ledger.take(door, kept, What.COUNTS)
        if ours := [one for one, came in outcomes.items() if came is CountsTaken.COUNTED_HERE]:
            self.ledger.refuse(door, sender, Reason.COUNTED_HERE, camera_ids=ours)

    def _written(self, write: Callable[[], None], door: str, sender: str, cameras: Collection[int]) -> Taken:
        close_old_connections()
        try:
            write()
        except Error as error:
            log.warning("received: database away, the sender has to repeat it", error=str(error))
            self.ledger.refuse(door, sender, Reason.LATER, camera_ids=cameras)
            connection.close()
            return Taken.LATER
        finally:
            close_old_connections()
        return Taken.SAFE


def _is_own(alarm_id: str) -> bool:
    """Whether the message is this portal's, come back by the server that it was sent to. Raises django.db.Error."""
    try:
        known = UUID(alarm_id)
    except ValueError:
        return False
    return Alarm.objects.filter(Q(pk=known) | Q(timer_id=known)).exists()


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


def _counted_at(at: datetime) -> datetime | None:
    """None: counts of an instant that nobody knows would be made up."""
    now = datetime.now(UTC)
    return min(at, now) if now - OLDEST < at <= now + AHEAD else None
