"""How many looks a second a worker process could do, learnt from what its looks cost (RUN-4, RUN-5).

The trial when a network is loaded knows nothing of decoding, tracking and telling, which take half as long as a light
network itself, and it is slow where the machine is busy just then. So the processor time of the whole process for each
of its looks counts, as soon as there is work enough to tell.
"""

WINDOW_S = 10.0
ENOUGH, SHARE = 50, 0.25  # looks in a window, and of what was thought possible: fewer tell more of resting than of work
NEW = 0.3


class Ability:
    """cores: that the process may use; workers beside it are not its affair (see `beats`)."""

    def __init__(self, cores: int) -> None:
        self._cores, self._trial, self._cost_s = cores, 0.0, 0.0
        self._mark: tuple[float, float, int] | None = None

    def looks_per_s(self, trial: float, now: float, cpu_s: float, looks: int) -> float:
        """trial: looks/s with nothing else to do.    now, cpu_s: monotonic; of the process.    looks: so far."""
        if trial != self._trial:  # another network
            self._trial, self._cost_s, self._mark = trial, 0.0, None
        if self._mark is None:
            self._mark = (now, cpu_s, looks)
        elif now - self._mark[0] >= WINDOW_S:
            self._learn(now - self._mark[0], cpu_s - self._mark[1], looks - self._mark[2])
            self._mark = (now, cpu_s, looks)
        return self._cores / self._cost_s if self._cost_s else trial

    def _learn(self, seconds: float, cpu_s: float, looks: int) -> None:
        if looks < ENOUGH or looks < SHARE * seconds * self._trial:
            return
        cost_s = cpu_s / looks
        self._cost_s = cost_s if not self._cost_s else self._cost_s + NEW * (cost_s - self._cost_s)
