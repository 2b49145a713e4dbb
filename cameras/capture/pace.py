"""Which pictures of a stream are analysed: about `fps` a second, evenly, whatever the stream delivers."""


class Pace:
    """Picks pictures on a grid of 1 / fps.

    A picture up to 0.4 of an interval early counts for its grid point: a camera that sends exactly the wanted rate
    jitters, and without this tolerance every early picture would cost a whole interval. Two pictures are never closer
    than a quarter of an interval, as they would be where a burst follows a late one.
    """

    EARLY, APART = 0.4, 0.25

    def __init__(self, fps: float | None) -> None:
        """`fps` None: every picture."""
        self._interval_ms = 1000.0 / fps if fps else 0.0
        self._next_ms: float | None = None
        self._last_ms = float("-inf")

    def due(self, at_ms: float) -> bool:
        """Whether the picture of this instant is analysed; instants must not fall."""
        if self._next_ms is None:
            self._next_ms = at_ms
        if at_ms < max(self._next_ms - self.EARLY * self._interval_ms, self._last_ms + self.APART * self._interval_ms):
            return False
        self._last_ms = at_ms
        late = at_ms - self._next_ms > self._interval_ms
        self._next_ms = (at_ms if late else self._next_ms) + self._interval_ms
        return True
