"""How fast a camera is analysed: frames over the last seconds, and the time that one takes."""

from collections import deque

WINDOW_S = 5.0
SHARE_OF_NEW = 0.1


class Rate:
    """Frames per second over 5 s, and a running mean of the milliseconds of a frame. Times are monotonic seconds."""

    def __init__(self, now: float) -> None:
        self._begun, self._times = now, deque[float]()
        self.ms = 0.0

    def add(self, now: float, spent_s: float) -> None:
        """One more frame, which took so long."""
        self._times.append(now)
        self.ms = spent_s * 1000 if not self.ms else self.ms + SHARE_OF_NEW * (spent_s * 1000 - self.ms)

    def fps(self, now: float) -> float:
        """Rounded to a tenth; of a camera that has just begun, over the time since then."""
        while self._times and now - self._times[0] > WINDOW_S:
            self._times.popleft()
        window_s = min(WINDOW_S, now - self._begun)
        return round(len(self._times) / window_s, 1) if window_s >= 1.0 else 0.0

    def settled(self, now: float) -> bool:
        """Old enough to be judged."""
        return now - self._begun > 2 * WINDOW_S
