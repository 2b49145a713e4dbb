"""People with and without a mask by the minute (MASK-9): every track is counted once.

Somebody is a track that was seen at two instants at least, so that one wrong picture is nobody. They are counted when a
picture shows that they have not been seen for GONE_MS, or when nobody looks any more: in the minute of that moment.
Without mask is who was ever decided to wear none, as the alarm list has it; with mask who was only ever decided to wear
one; the others are not judged, and are shown as that. Instants are milliseconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, NamedTuple

from analytics.engine.alarm.minutes import MINUTE_MS
from analytics.engine.masks.book import GONE_MS
from analytics.engine.masks.result import Verdict


@dataclass(frozen=True, slots=True)
class PeopleSum:
    """The people of one minute, or one owner's part of it. minute_ms: its start.    frames: looked at."""

    minute_ms: int
    mask: int = 0
    no_mask: int = 0
    not_judged: int = 0
    frames: int = 0

    @property
    def seen(self) -> int:
        return self.mask + self.no_mask + self.not_judged

    @property
    def known(self) -> bool:
        """Whether it says anything: nobody seen in some pictures is a zero, no picture at all is nothing."""
        return bool(self.frames or self.seen)

    def add(self, verdict: Verdict) -> PeopleSum:
        """One more of these."""
        return replace(self, **{str(verdict): getattr(self, verdict) + 1})

    def merge(self, other: PeopleSum) -> PeopleSum:
        """Add two parts of the same minute, in any order. Raises ValueError for parts of different minutes."""
        if other.minute_ms != self.minute_ms:
            raise ValueError(f"minute {other.minute_ms} merged into minute {self.minute_ms}: the same minute expected")
        names = [one.name for one in fields(PeopleSum)][1:]
        return PeopleSum(self.minute_ms, *(getattr(self, name) + getattr(other, name) for name in names))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PeopleSum:
        """Raises TypeError for keys that `to_json` does not give."""
        return cls(**data)


class _Person(NamedTuple):
    first_ms: int
    last_ms: int
    verdict: Verdict

    def again(self, at_ms: int, decided: Verdict | None) -> _Person:
        stays = decided is None or self.verdict is Verdict.NO_MASK
        return _Person(self.first_ms, at_ms, self.verdict if stays else decided or self.verdict)


class PeopleLog:
    """Sums up the people of one camera while it runs; hands out each minute when it is over."""

    def __init__(self) -> None:
        self._people: dict[int, _Person] = {}
        self._sum = PeopleSum(0)

    def frame(self, at_ms: int, faces: Mapping[int, Verdict | None]) -> list[PeopleSum]:
        """One analysed frame. faces: track -> what the vote says. Gives the minutes that are over."""
        over = self.tick(at_ms)
        for track, decided in faces.items():
            person = self._people.get(track) or _Person(at_ms, at_ms, Verdict.NOT_JUDGED)
            self._people[track] = person.again(at_ms, decided)
        self._count([track for track, one in self._people.items() if at_ms - one.last_ms >= GONE_MS])
        self._sum = replace(self._sum, frames=self._sum.frames + 1)
        return over

    def tick(self, at_ms: int) -> list[PeopleSum]:
        """Time goes on without a frame: nobody is known to have gone."""
        minute_ms = at_ms // MINUTE_MS * MINUTE_MS
        if minute_ms == self._sum.minute_ms:
            return []
        over, self._sum = self._sum, PeopleSum(minute_ms)
        return [over] if over.known else []

    def lose(self, at_ms: int) -> list[PeopleSum]:
        """Nobody looks from here on, or nobody knows who is who: everybody in view is counted."""
        over = self.tick(at_ms)
        self._count(list(self._people))
        return over

    def take(self) -> list[PeopleSum]:
        """The minute that is not over, if it says something; it begins anew."""
        taken, self._sum = self._sum, PeopleSum(self._sum.minute_ms)
        return [taken] if taken.known else []

    def part(self) -> PeopleSum | None:
        """The minute that is not over, for the saved state."""
        return self._sum if self._sum.known else None

    def export(self) -> dict[str, list[Any]]:
        """Who is in view, JSON-able."""
        return {str(track): list(one) for track, one in self._people.items()}

    def restore(self, data: Mapping[str, list[Any]]) -> None:
        """Go on with who was in view of another owner. Raises ValueError, TypeError for what `export` did not give."""
        self._people = dict(_read(data))

    def _count(self, tracks: list[int]) -> None:
        for track in tracks:
            one = self._people.pop(track)
            if one.last_ms > one.first_ms:
                self._sum = self._sum.add(one.verdict)


def _read(data: Mapping[str, list[Any]]) -> Iterator[tuple[int, _Person]]:
    for track, (first_ms, last_ms, verdict) in data.items():
        yield int(track), _Person(int(first_ms), int(last_ms), Verdict(verdict))
