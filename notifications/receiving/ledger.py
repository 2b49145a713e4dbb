"""What came in, for a screen: of each door, of each camera, and what was not taken and why (OUT-10). In memory only."""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

MOST_REFUSED = 100
"""So many kinds of refusals are remembered, the newest ones."""
LONGEST = 200


class Reason(StrEnum):
    """Why something was not taken; the screen has the words."""

    STRANGER = "stranger"  # no camera of this portal
    UNREADABLE = "unreadable"
    NOT_OURS = "not ours"  # a message id that this portal does not know
    COUNTED_HERE = "counted here"  # the portal counts this camera itself
    OWN = "own"  # this portal's own message, come back
    CLOCK = "clock"  # the camera's clock cannot be believed
    CROWDED = "crowded"  # too many connections
    LATER = "later"  # the database was away; the sender repeats it


class What(StrEnum):
    ALARM = "alarm"
    COUNTS = "counts"


@dataclass(slots=True)
class DoorFigures:
    """heard_s: when anything came, POSIX seconds."""

    heard_s: float | None = None
    taken: int = 0
    refused: int = 0


@dataclass(slots=True)
class CameraFigures:
    """Instants are POSIX seconds."""

    door: str = ""
    heard_s: float = 0.0
    alarms: int = 0
    counts: int = 0


@dataclass(slots=True)
class Refused:
    """camera_ids: whose message it was, as far as that is known.    said: what could not be read, cut."""

    door: str
    sender: str
    reason: Reason
    camera_ids: list[int] = field(default_factory=list)
    said: str = ""
    count: int = 0
    last_s: float = 0.0


class Ledger:
    """Written by many threads. What is older than this process is not in it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._doors: dict[str, DoorFigures] = {}
        self._cameras: dict[int, CameraFigures] = {}
        self._refused: OrderedDict[tuple[str, str, Reason], Refused] = OrderedDict()

    def open(self, door: str) -> None:
        """There is such a door, though nothing came yet."""
        with self._lock:
            self._doors.setdefault(door, DoorFigures())

    def take(self, door: str, camera_ids: Collection[int], what: What) -> None:
        """It is safe with us."""
        now_s = time.time()
        with self._lock:
            figures = self._doors.setdefault(door, DoorFigures())
            figures.heard_s, figures.taken = now_s, figures.taken + 1
            for camera_id in camera_ids:
                camera = self._cameras.setdefault(camera_id, CameraFigures())
                camera.door, camera.heard_s = door, now_s
                camera.alarms += what is What.ALARM
                camera.counts += what is What.COUNTS

    def refuse(
        self, door: str, sender: str, reason: Reason, *, camera_ids: Collection[int] = (), said: str = ""
    ) -> None:
        """It was not taken. sender: address or MAC."""
        now_s = time.time()
        with self._lock:
            figures = self._doors.setdefault(door, DoorFigures())
            figures.heard_s, figures.refused = now_s, figures.refused + 1
            known = door, sender, reason
            one = self._refused.setdefault(known, Refused(door, sender, reason))
            one.camera_ids, one.said = sorted(camera_ids), said[:LONGEST]
            one.count, one.last_s = one.count + 1, now_s
            self._refused.move_to_end(known)
            if len(self._refused) > MOST_REFUSED:
                self._refused.popitem(last=False)

    def to_json(self) -> dict[str, Any]:
        """Plain values; what was refused last comes first."""
        with self._lock:
            return {
                "doors": {name: asdict(one) for name, one in self._doors.items()},
                "cameras": {str(pk): asdict(one) for pk, one in self._cameras.items()},
                "refused": [asdict(one) for one in reversed(self._refused.values())],
            }
