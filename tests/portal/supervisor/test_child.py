"""The log of a child stays small."""

import os
from pathlib import Path

from portal.supervisor import child as child_module
from portal.supervisor.child import Child, ChildSpec


def make(log: Path) -> Child:
    return Child(ChildSpec(name="one", argv=("true",), env=os.environ, cwd=log.parent, log=log))


def test_a_log_past_its_size_is_cut_and_kept_aside(tmp_path: Path, monkeypatch) -> None:
    """RUN-1: logs are bounded: the newest is aside, the oldest goes."""
    monkeypatch.setattr(child_module, "LOG_BYTES", 10)
    one = make(tmp_path / "one.log")

    for text in ("first of all", "second of all", "third of all"):
        one.spec.log.write_text(text)
        one.bound_log()

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "one.log": "",
        "one.log.1": "third of all",
        "one.log.2": "second of all",
    }


def test_a_log_within_its_size_is_left_alone(tmp_path: Path) -> None:
    """RUN-1: nothing is copied every second."""
    one = make(tmp_path / "one.log")
    one.spec.log.write_text("a few words")

    one.bound_log()

    assert [path.name for path in tmp_path.iterdir()] == ["one.log"]


def test_the_last_line_is_the_last_with_words_in_it(tmp_path: Path) -> None:
    """RUN-1: why a child ended is most often what it wrote last."""
    one = make(tmp_path / "one.log")
    one.spec.log.write_bytes(b"start\nValueError: no \xff camera 7\n\n  \n")

    assert one.last_line() == "ValueError: no \ufffd camera 7"


def test_a_child_that_never_wrote_has_no_last_line(tmp_path: Path) -> None:
    """RUN-1: a missing log is no error."""
    assert make(tmp_path / "one.log").last_line() == ""
