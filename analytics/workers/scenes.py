"""Which frames of a camera are described to who publishes scenes (WIRE 3, `onvif-mj`). Plain Python."""

from collections.abc import Set

from analytics.engine.inference.task import Task
from cameras.capture.pace import Pace


class ScenePace:
    """One camera's. So many a second, evenly; and the frame in which an extension sees nothing any more, at once.

    While nobody asks it forgets: who asks next is told the first frame, with objects or without.
    """

    def __init__(self) -> None:
        self._per_s, self._pace = 0, Pace(None)
        self._shown: Set[Task] = frozenset()

    def wants(self, shows: Set[Task], at_ms: int, *, per_s: int) -> bool:
        """Whether the frame is described; one that is counts as told. shows: who sees something on it.

        at_ms: of the capture clock.
        """
        if per_s != self._per_s:
            self._per_s, self._pace = per_s, Pace(per_s)
        ended = bool(self._shown - shows)
        if not ended and not self._pace.due(at_ms):
            return False
        self._shown = shows
        return True

    def forget(self) -> None:
        """Nobody asks."""
        self._per_s = 0
