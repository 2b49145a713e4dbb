"""What the terminal shows: one calm block that changes in place, or plain lines where stdout is no terminal (RUN-1)."""

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TextIO

from portal.supervisor.child import Child, State

RED, AMBER, GREEN, DIM, BOLD, PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[2m", "\x1b[1m", "\x1b[0m"
WORDS = 200  # how much of a child's last line is shown
COLOURS = {State.RUNNING: GREEN, State.BACKING_OFF: RED}


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the screen at one moment."""

    address: str
    user: str
    data: str
    rows: tuple[tuple[str, State, int | None], ...]  # name, state, process id
    warnings: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """True when every child does its work."""
        return all(state is State.RUNNING for _, state, _ in self.rows)


class Screen(Protocol):
    """Something that can show a View."""

    def show(self, view: View) -> None:
        """Show it, where it differs from what was shown last."""
        ...


def warnings_of(children: Sequence[Child], now: float) -> tuple[str, ...]:
    """One line for every child that is down: why, when it starts again, and its last words."""
    lines = []
    for child in children:
        if child.state is State.BACKING_OFF:
            words = spoken(child.last_line())
            wait = max(0, round(child.due_at - now))
            lines.append(
                f"{child.spec.name} {child.last_end}; starts again in {wait} s"
                + (f". Its last line: {words}" if words else "")
            )
    return tuple(lines)


def spoken(line: str) -> str:
    """What a log line says: our processes log JSON where no terminal is, and a person wants its event."""
    try:
        record = json.loads(line)
    except ValueError:
        return line[:WORDS]
    if not isinstance(record, dict):
        return line[:WORDS]
    traceback = str(record.get("exception", "")).strip().split("\n")[-1]
    return " ".join(part for part in (str(record.get("event", line)), traceback) if part)[:WORDS]


def open_screen(stream: TextIO = sys.stdout) -> Screen:
    """The block on a terminal, the lines elsewhere."""
    return TerminalScreen(stream) if stream.isatty() else PlainScreen(stream)


class PlainScreen:
    """One line for every change: for logs, pipes and systemd."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._states: dict[str, tuple[State, int | None]] = {}
        self._warnings: set[str] = set()
        self._announced = False

    def show(self, view: View) -> None:
        """Write a line for each child whose state or process changed, and for each new warning."""
        for name, state, pid in view.rows:
            if state is not State.NEW and self._states.get(name) != (state, pid):
                self._states[name] = (state, pid)
                self._line(f"{name}: {state}" + (f" (pid {pid})" if pid else ""))
        for warning in view.warnings:
            if (key := warning.split(";")[0]) not in self._warnings:
                self._warnings.add(key)
                self._line(f"! {warning}")
        self._warnings &= {warning.split(";")[0] for warning in view.warnings}
        if view.ready and not self._announced:
            self._announced = True
            self._line(f"Lookout runs at {view.address}" + (f", sign in as {view.user}" if view.user else ""))

    def _line(self, text: str) -> None:
        write(self._stream, f"{time.strftime('%H:%M:%S')} {text}\n")


class TerminalScreen:
    """A block below what the terminal showed before (the password of a first start stays in sight)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown: list[str] = []

    def show(self, view: View) -> None:
        """Draw the block over the former one, if a line of it changed."""
        lines = block(view, width=_width(self._stream))
        if lines == self._shown:
            return
        back = f"\x1b[{len(self._shown)}F" if self._shown else ""
        self._shown = lines
        write(self._stream, f"{back}\x1b[J" + "".join(f"{line}\n" for line in lines))


def block(view: View, width: int) -> list[str]:
    """The lines of the block, none wider than the terminal: a wrapped line would break drawing over it."""
    who = f"   sign in as {BOLD}{view.user}{PLAIN}" if view.user else ""
    rows = [_row(name, state, pid) for name, state, pid in view.rows]
    warnings = [f"  {AMBER}!{PLAIN} {line[: max(20, width - 6)]}" for line in view.warnings]
    return [
        "",
        f"  {BOLD}Lookout{PLAIN}   {BOLD}{view.address}{PLAIN}{who}",
        f"  {DIM}{f'data in {view.data}, logs in {view.data}/logs'[: width - 4]}{PLAIN}",
        "",
        *rows,
        *(["", *warnings] if warnings else []),
        "",
        f"  {DIM}{_foot(view)}{PLAIN}",
    ]


def _foot(view: View) -> str:
    states = {state for _, state, _ in view.rows}
    if states <= {State.STOPPED}:
        return "Stopped."
    if states & {State.STOPPING, State.STOPPED}:
        return "Stopping …"
    return "Starting …" if states & {State.NEW, State.STARTING} else "Ctrl-C stops everything."


def _row(name: str, state: State, pid: int | None) -> str:
    colour = COLOURS.get(state, DIM)
    return f"  {colour}●{PLAIN} {name:<15}{state:<12}{DIM}{f'pid {pid}' if pid else ''}{PLAIN}"


def _width(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except OSError:
        return 80


def write(stream: TextIO, text: str) -> None:
    """Write and flush; a terminal that went away or a closed pipe takes nothing more, and stops nobody."""
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        return
