"""The loop: start the children, start again what ends, stop everything in order.

Signals are blocked and waited for (`sigtimedwait`), so there is no handler that could interrupt anything: SIGCHLD only
ends the wait early, SIGINT, SIGTERM and SIGHUP stop the portal. A second one stops it without ceremony.
"""

import signal
import time
from collections.abc import Callable, Iterable, Sequence

from portal.supervisor.child import Child, ChildSpec, State
from portal.supervisor.screen import warnings_of

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
SIGNALS = STOP_SIGNALS | {signal.SIGCHLD}
STARTING_TICK_S = 0.1  # while something starts, its readiness is asked this often
QUIET_TICK_S = 1.0
LATE_S = 20.0  # a child that hangs while it starts holds up the late ones no longer than this


class Supervisor:
    """Keeps the children of a plan alive until it is told to stop. `run` must be called by the main thread."""

    def __init__(
        self,
        specs: Sequence[ChildSpec],
        show: Callable[[Sequence[Child], tuple[str, ...]], None],
        notes: Callable[[float], tuple[str, ...]] = lambda _now: (),
    ) -> None:
        """`show` is called with the children and the warnings; `notes` tells warnings from elsewhere, quickly."""
        self._children = [Child(spec) for spec in specs]
        self._show_children, self._notes = show, notes
        self._late_at = time.monotonic() + LATE_S

    def run(self) -> int:
        """Run until a stop signal; return the exit status. Every child is gone afterwards."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            self._watch()
        finally:
            self._stop()
        return 0

    def _watch(self) -> None:
        while True:
            now = time.monotonic()
            for child in self._children:
                child.poll(now)
                child.bound_log()
            self._start_new(now)
            self._show(now)
            if _wait(self._tick_s(now)) in STOP_SIGNALS:
                return

    def _start_new(self, now: float) -> None:
        """Start what has not run yet; while a `first` child is not ready, only the first ones.

        A `late` child leaves the cores to those that somebody waits for, until these are ready or have failed.
        """
        held = any(child.spec.first and child.state is not State.RUNNING for child in self._children)
        busy = now < self._late_at and any(_on_its_way(child) for child in self._children)
        for child in self._children:
            if child.state is State.NEW and (child.spec.first or not held) and not (child.spec.late and busy):
                child.start(now)

    def _tick_s(self, now: float) -> float:
        """How long nothing can change unless a signal comes."""
        if any(child.state in (State.STARTING, State.NEW) for child in self._children):
            return STARTING_TICK_S
        due = [child.due_at - now for child in self._children if child.state is State.BACKING_OFF]
        return max(0.0, min([QUIET_TICK_S, *due]))

    def _show(self, now: float) -> None:
        self._show_children(self._children, (*self._notes(now), *warnings_of(self._children, now)))

    def _stop(self) -> None:
        """Rank after rank; whoever is not gone in time is killed, and a second stop signal kills at once."""
        patient = True
        for rank in sorted({child.spec.stop_rank for child in self._children}):
            group = [child for child in self._children if child.spec.stop_rank == rank]
            for child in group:
                child.terminate()
            self._show(time.monotonic())
            patient = patient and _all_gone(group, max(child.spec.stop_s for child in group))
            for child in group:
                child.kill()
        self._show(time.monotonic())


def _on_its_way(child: Child) -> bool:
    return child.state is State.STARTING or (child.state is State.NEW and not child.spec.late)


def _all_gone(children: Iterable[Child], limit_s: float) -> bool:
    """Wait until they are gone or the limit is over; False when a second stop signal cut it short."""
    deadline = time.monotonic() + limit_s
    while not all(child.gone() for child in children):
        left = deadline - time.monotonic()
        if left <= 0:
            return True
        if _wait(left) in STOP_SIGNALS:
            return False
    return True


def _wait(seconds: float) -> int | None:
    """The number of the next signal, or None after `seconds`."""
    caught = signal.sigtimedwait(SIGNALS, seconds)
    return caught.si_signo if caught else None
