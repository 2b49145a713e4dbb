"""The commands: what is wrong with their input is told in one line, and Ctrl-C asks a training to stop."""

import importlib.util
import os
import signal
from argparse import ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.training.__main__ import main
from analytics.training.command import asked_to_stop, minutes, read_record, size, whole_number
from analytics.training.errors import CheckpointError

WITH_TORCH = importlib.util.find_spec("torch") is not None


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Ctrl-C as it was, afterwards."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", ""])
def test_a_number_below_the_least_is_refused(text: str) -> None:
    """Issue 3: --steps, --workers."""
    with pytest.raises(ArgumentTypeError, match="expected a whole number of at least 1"):
        whole_number(1)(text)


@pytest.mark.parametrize("text", ["0", "-3", "nan", "soon"])
def test_no_time_at_all_is_refused(text: str) -> None:
    """Issue 3: --minutes."""
    with pytest.raises(ArgumentTypeError, match="expected minutes, more than 0"):
        minutes(text)


@pytest.mark.parametrize("text", ["416", "416×256", "x256", "416x256x3", "-32x32", "41600x256"])
def test_a_size_without_width_and_height_is_refused(text: str) -> None:
    """Issue 3: --size."""
    with pytest.raises(ArgumentTypeError, match="expected WIDTHxHEIGHT"):
        size(text)


def test_good_arguments_are_read() -> None:
    """Issue 3: as numbers."""
    assert (whole_number(0)("0"), minutes("0.5"), size("416x256")) == (0, 0.5, (416, 256))


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        pytest.param(["train", "occupancy", "--pool", ".", "--out", "o", "--steps", "0"], "--steps", id="no steps"),
        pytest.param(["train", "dogs", "--pool", ".", "--out", "o"], "dogs", id="unknown task"),
        pytest.param(["export", "o", "--size", "wide"], "--size", id="no size"),
        pytest.param([], "required", id="nothing"),
    ],
)
def test_a_wrong_argument_is_named(capsys: pytest.CaptureFixture[str], argv: list[str], told: str) -> None:
    """Issue 3: before torch is loaded."""
    with pytest.raises(SystemExit) as ended:
        main(argv)

    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_a_network_that_is_not_there_is_named_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Issue 3: `evaluate` needs no torch, and shows no traceback."""
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(tmp_path / "none.json"), "--pool", str(tmp_path)])

    assert ended.value.code == 1
    assert "none.json" in capsys.readouterr().err


@pytest.mark.skipif(WITH_TORCH, reason="the training extra is installed")
def test_without_torch_the_command_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Issue 3: torch is an optional extra."""
    with pytest.raises(SystemExit) as ended:
        main(["train", "occupancy", "--pool", str(tmp_path), "--out", str(tmp_path / "out")])

    assert ended.value.code == 1
    assert "make training" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("interrupts")
def test_ctrl_c_asks_to_stop_and_the_second_one_ends_at_once() -> None:
    """Issue 3: the step is finished and the checkpoint written, unless somebody insists."""
    stop = asked_to_stop(float("inf"))
    before = stop()
    os.kill(os.getpid(), signal.SIGINT)

    assert (before, stop()) == (False, True)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.usefixtures("interrupts")
def test_the_time_ends_a_sitting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 3: --minutes."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    stop = asked_to_stop(2.0)

    before = stop()
    now[0] += 120.1
    assert (before, stop()) == (False, True)


@pytest.mark.parametrize("text", [None, "{"])
def test_a_training_without_its_record_is_named(tmp_path: Path, text: str | None) -> None:
    """Issue 3: without it no card could be written."""
    path = tmp_path / "record.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(CheckpointError, match=r"record\.json: expected the record"):
        read_record(path)
