"""The table of destinations (UI 1, UI 3): which ones, in which order. Everything it asks for is in the address.

What somebody looks for comes first in every order: the worst state, the newest success, the longest queue.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from notifications.kinds import KINDS
from notifications.models import Destination
from portal.dashboard.delivery_page import DestinationLine

STATES = ("trouble", "waiting", "off")
_LEVELS = ("bad", "warn", "idle", "fine")
_ORDERS: dict[str, Callable[[DestinationLine], Any]] = {
    "name": lambda line: line.destination.name.casefold(),
    "of": lambda line: (line.destination.site.name.casefold(), _camera(line)),
    "state": lambda line: (_LEVELS.index(line.level), line.state),
    "last": lambda line: -line.destination.last_sent_at.timestamp() if line.destination.last_sent_at else 0.0,
    "waiting": lambda line: -line.figures.waiting,
    "sent": lambda line: -line.figures.sent,
    "dead": lambda line: -line.figures.dead,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it cannot mean is left out. kind: of KINDS.    state: of STATES.

    sort: a column, with - backwards; blank: as they come, by site, camera and position.
    """

    q: str = ""
    kind: str = ""
    state: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        kind, state, sort = (query.get(name, "") for name in ("kind", "state", "sort"))
        return cls(
            q=query.get("q", "").strip(),
            kind=kind if kind in KINDS else "",
            state=state if state in STATES else "",
            sort=sort if sort.removeprefix("-") in _ORDERS else "",
        )

    @property
    def narrows(self) -> bool:
        """Whether it leaves destinations out."""
        return bool(self.q or self.kind or self.state)

    def stored(self, found: QuerySet[Destination]) -> QuerySet[Destination]:
        """As far as the database can tell: every word of `q` in a name of destination, camera or site."""
        for word in self.q.split():
            name = Q(name__icontains=word) | Q(camera__name__icontains=word) | Q(site__name__icontains=word)
            found = found.filter(name)
        return found.filter(kind=self.kind) if self.kind else found

    def lines(self, lines: Iterable[DestinationLine]) -> list[DestinationLine]:
        """By how they are, in order; equals stay as they come."""
        kept = [line for line in lines if self._fits(line)]
        if self.sort:
            kept.sort(key=_ORDERS[self.sort.removeprefix("-")], reverse=self.sort.startswith("-"))
        return kept

    def _fits(self, line: DestinationLine) -> bool:
        if self.state == "trouble":
            return line.level in ("bad", "warn")
        if self.state == "waiting":
            return line.figures.waiting > 0
        return line.destination.enabled is False if self.state == "off" else True


def _camera(line: DestinationLine) -> str:
    return line.destination.camera.name.casefold() if line.destination.camera else ""
