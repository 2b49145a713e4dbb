"""One child process: started, watched, ended; its output in a log of bounded size.

A child is the leader of its own session, so that Ctrl-C in the terminal reaches the supervisor alone, which then stops
the children in order. The kernel ends a child when the supervisor dies, however it dies (PR_SET_PDEATHSIG).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from portal.supervisor.restarts import Restarts

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)  # loaded before any fork: between fork and exec nothing may be imported
LOG_BYTES = 5_000_000
LOGS_KEPT = 2


class State(StrEnum):
    """Where a child stands; the words that the terminal shows."""

    NEW = "waiting"
    STARTING = "starting"
    RUNNING = "running"
    BACKING_OFF = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to run. `ready` tells whether the child does its work yet; without it a started child counts as running.

    stop_s: how long it may take to end after SIGTERM.    stop_rank: lower ranks are stopped first.
    first: the others start when this one is ready.    late: it starts when the others are, see `Supervisor`.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    ready: Callable[[], bool] | None = None
    stop_s: float = 5.0
    stop_rank: int = 0
    first: bool = False
    late: bool = False


@dataclass(slots=True)
class Child:
    """A ChildSpec and its process, if it has one. Times are seconds of the monotonic clock."""

    spec: ChildSpec
    state: State = State.NEW
    restarts: Restarts = field(default_factory=Restarts)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    last_end: str = ""

    @property
    def pid(self) -> int | None:
        """The process id while the process is alive, as far as the last `poll` knew."""
        return self.process.pid if self.process else None

    def start(self, now: float) -> None:
        """Start the process with its output appended to its log. An argv that cannot be run backs off like a crash."""
        self.started_at = now
        self.state = State.STARTING if self.spec.ready else State.RUNNING
        try:
            self.process = self._popen()
        except OSError as exc:
            self._ended(now, f"cannot be started: {exc}")

    def _popen(self) -> "subprocess.Popen[bytes]":
        parent = os.getpid()
        with self.spec.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 (argv is the plan's own, no shell)
                self.spec.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.spec.cwd,
                env=dict(self.spec.env),
                start_new_session=True,
                preexec_fn=lambda: _tie_to(parent),  # noqa: PLW1509 (the supervisor has one thread)
            )

    def poll(self, now: float) -> None:
        """Notice an end, a readiness or a restart that is due."""
        if self.process and (code := self.process.poll()) is not None:
            self.process = None
            self._ended(now, _reason(code))
        elif self.state is State.STARTING and self.spec.ready and self.spec.ready():
            self.state = State.RUNNING
        elif self.state is State.BACKING_OFF and now >= self.due_at:
            self.start(now)

    def _ended(self, now: float, why: str) -> None:
        self.restarts = self.restarts.after_a_life_of(now - self.started_at)
        self.state, self.due_at, self.last_end = State.BACKING_OFF, now + self.restarts.delay_s, why

    def terminate(self) -> None:
        """Ask the process to end (SIGTERM); it will not be started again."""
        self.state = State.STOPPING if self.process else State.STOPPED
        if self.process:
            self.process.terminate()

    def kill(self) -> None:
        """End the process and everything in its group at once."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself in this moment
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process, self.state = None, State.STOPPED

    def gone(self) -> bool:
        """True when no process is left."""
        if self.process and self.process.poll() is None:
            return False
        self.process, self.state = None, State.STOPPED
        return True

    def last_line(self) -> str:
        """The last line that the child wrote, of the last 16 kB: why it ended, most often."""
        try:
            with self.spec.log.open("rb") as log:
                log.seek(max(0, self.spec.log.stat().st_size - 16384))
                lines = log.read().decode(errors="replace").split("\n")
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def bound_log(self) -> None:
        """Keep the log small: past LOG_BYTES it is copied aside and cut.

        The child writes to the file itself, in append mode, so a supervisor that is held up never holds up a child,
        and a cut file goes on from its start. Lines written between copy and cut are lost.
        """
        path = self.spec.log
        if not path.exists() or path.stat().st_size <= LOG_BYTES:
            return
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        path.with_name(f"{path.name}.1").write_bytes(path.read_bytes())
        os.truncate(path, 0)


def _tie_to(parent: int) -> None:
    """Runs in the child, between fork and exec: die with the parent; take signals again, which the parent blocks."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)


def _reason(code: int) -> str:
    if code >= 0:
        return f"ended with status {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
