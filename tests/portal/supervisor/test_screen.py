"""What the terminal shows."""

import io
import re

from portal.supervisor.child import State
from portal.supervisor.screen import PlainScreen, TerminalScreen, View, block, spoken


def view(state: State = State.RUNNING, warnings: tuple[str, ...] = ()) -> View:
    rows = (("web", state, 41), ("camera worker", State.RUNNING, 42))
    return View("http://localhost:8000", "admin", "/srv/lookout/var", rows, warnings)


def plain(lines: list[str]) -> str:
    return re.sub(r"\x1b\[\d*m", "", "\n".join(lines))


def test_the_block_says_address_user_and_what_runs() -> None:
    """RUN-1: one calm screen."""
    text = plain(block(view(), width=80))

    assert "Lookout   http://localhost:8000   sign in as admin" in text
    assert re.search(r"● web +running +pid 41", text)
    assert "Ctrl-C stops everything." in text


def test_no_line_of_the_block_is_wider_than_the_terminal() -> None:
    """RUN-1: a wrapped line would leave traces when the block is drawn again."""
    lines = plain(block(view(warnings=("web ended " + "x" * 300,)), width=60)).split("\n")

    assert max(map(len, lines)) <= 60


def test_the_terminal_is_drawn_again_only_when_something_changed() -> None:
    """RUN-1: a calm screen does not flicker."""
    stream = io.StringIO()
    screen = TerminalScreen(stream)

    screen.show(view())
    once = stream.getvalue()
    screen.show(view())

    assert stream.getvalue() == once


def test_the_second_block_replaces_the_first() -> None:
    """RUN-1: what stood above (the password of the first start) stays; only the block itself is drawn over."""
    stream = io.StringIO()
    screen = TerminalScreen(stream)

    screen.show(view())
    height = stream.getvalue().count("\n")
    screen.show(view(State.BACKING_OFF))

    assert f"\x1b[{height}F\x1b[J" in stream.getvalue()


def test_without_a_terminal_each_change_is_one_line() -> None:
    """RUN-1: plain lines when stdout is no terminal."""
    stream = io.StringIO()
    screen = PlainScreen(stream)

    for state in (State.NEW, State.STARTING, State.RUNNING, State.RUNNING):
        screen.show(view(state))

    lines = [line[9:] for line in stream.getvalue().splitlines()]
    assert lines == [
        "camera worker: running (pid 42)",
        "web: starting (pid 41)",
        "web: running (pid 41)",
        "Lookout runs at http://localhost:8000, sign in as admin",
    ]


def test_a_warning_is_said_once_while_it_lasts() -> None:
    """RUN-1: the countdown of a restart is no new warning."""
    stream = io.StringIO()
    screen = PlainScreen(stream)

    for seconds in (3, 2, 1):
        screen.show(view(warnings=(f"web ended with status 1; starts again in {seconds} s",)))

    assert stream.getvalue().count("web ended") == 1
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_that_went_away_stops_nobody() -> None:
    """RUN-1: writing to a closed pipe is no reason to end the portal."""

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(text)

    PlainScreen(Gone()).show(view())


def test_a_log_line_in_json_is_shown_as_its_words() -> None:
    """RUN-1, RUN-5: the processes log JSON into files; the screen is for people."""
    line = '{"event": "cannot start", "level": "error", "exception": "Traceback …\\nValueError: no camera 7\\n"}'

    assert spoken(line) == "cannot start ValueError: no camera 7"
    assert spoken("plain words") == "plain words"
    assert spoken("12") == "12"
