"""People with and without a mask on their way to the database (MASK-9): as `counts.py` for the counts of areas.

Who is in view goes on with the next owner; the minute that is not sent yet is sent by them as the former owner's part.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from analytics.engine.masks.people import PeopleLog, PeopleSum
from analytics.engine.masks.result import Verdict
from analytics.news import ComplianceNews
from analytics.workers.keyvalue import COUNTS
from analytics.workers.outbox import Entry


class ComplianceBook:
    """What one owner has counted. Instants are ms UTC. part: the owner's epoch when it began, the name of its parts."""

    def __init__(self, part: int) -> None:
        self._part, self._log = part, PeopleLog()

    def frame(self, at_ms: int, faces: Mapping[int, Verdict | None]) -> list[Entry]:
        """The faces of one analysed frame by their track, and what the vote says of each; what is over goes out."""
        return self._entries(self._log.frame(at_ms, faces))

    def tick(self, at_ms: int) -> list[Entry]:
        """Time goes on without a frame."""
        return self._entries(self._log.tick(at_ms))

    def pause(self, at_ms: int) -> list[Entry]:
        """Nobody looks from here on, or tracks begin anew; the minute goes out when it is over, as in `CountBook`."""
        return self._entries(self._log.lose(at_ms))

    def close(self, at_ms: int) -> list[Entry]:
        """Everything, also the minute that is not over; who is in view stays, for the state."""
        return self._entries([*self._log.tick(at_ms), *self._log.take()])

    def export(self, _at_ms: int) -> dict[str, Any]:
        """What is not sent yet, and who is in view, JSON-able."""
        part = self._log.part()
        return {"part": self._part, "minute": part and part.to_json(), "people": self._log.export()}

    def adopt(self, exported: Mapping[str, Any]) -> list[Entry]:
        """Go on where a former owner stopped: entries of what they had not sent; sent twice, they are the same parts.

        Raises KeyError, TypeError, ValueError for what `export` did not give.
        """
        minute = exported["minute"]
        unsent = [PeopleSum.from_json(minute)] if minute else []
        self._log.restore(exported["people"])
        return [_entry(int(exported["part"]), one) for one in unsent]

    def _entries(self, over: Iterable[PeopleSum]) -> list[Entry]:
        return [_entry(self._part, one) for one in over]


def _entry(part: int, one: PeopleSum) -> Entry:
    news = ComplianceNews(one.minute_ms, part, one.to_json())
    return Entry(COUNTS, news.key, news.to_json())
