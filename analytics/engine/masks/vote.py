"""The vote over a face's judged frames (MASK-2), values in, values out.

A frame that is judged casts one vote, with or without mask; the last `window` of them count. From `frames` votes on,
whatever `percentage` of them agree on is decided; what they do not agree on leaves the decision as it was, so that a
hand before the mouth changes nothing. More than half must agree and there are at least two, so that one wrong frame
alone never decides, whatever is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.engine.masks.result import Verdict
from cameras.extensions.nonmask import NonmaskSettings


@dataclass(frozen=True, slots=True)
class VoteRule:
    """frames, percentage, window: see the module.    alive_ms: how long a face is followed before it may alarm."""

    frames: int
    percentage: int
    window: int
    alive_ms: int

    @classmethod
    def of(cls, settings: NonmaskSettings) -> VoteRule:
        """The numbers of one camera."""
        return cls(settings.vote_frames, settings.vote_percentage, settings.vote_window, round(settings.alive_s * 1000))


@dataclass(frozen=True, slots=True)
class Vote:
    """What was said of one face. votes: the newest last, True is without mask.    decided: None until enough agree."""

    votes: tuple[bool, ...] = ()
    decided: Verdict | None = None

    @property
    def judged(self) -> int:
        """How many frames vote."""
        return len(self.votes)

    @property
    def without(self) -> int:
        """How many of them say that there is no mask."""
        return sum(self.votes)

    def cast(self, *, without: bool, rule: VoteRule) -> Vote:
        """One more judged frame."""
        votes = (*self.votes, without)[-rule.window :]
        return Vote(votes, _agreed(votes, rule) or self.decided)

    def to_json(self) -> list[Any]:
        """`from_json` of it is equal."""
        return ["".join("01"[one] for one in self.votes), self.decided and str(self.decided)]

    @classmethod
    def from_json(cls, data: list[Any]) -> Vote:
        """Raises ValueError for what `to_json` did not give."""
        votes, decided = data
        return cls(tuple(one == "1" for one in votes), None if decided is None else Verdict(decided))


def _agreed(votes: tuple[bool, ...], rule: VoteRule) -> Verdict | None:
    if len(votes) < rule.frames:
        return None
    enough = rule.percentage * len(votes)
    if 100 * sum(votes) >= enough:
        return Verdict.NO_MASK
    return Verdict.MASK if 100 * (len(votes) - sum(votes)) >= enough else None
