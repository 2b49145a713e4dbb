"""Files that are there whole or not at all."""

import json
from pathlib import Path

import pytest

from analytics.training.files import write_json, write_whole


def test_a_file_is_replaced_and_nothing_is_left_beside(tmp_path: Path) -> None:
    """Issue 3: a training that is stopped leaves the checkpoint before."""
    path = tmp_path / "some.bin"
    write_whole(path, b"old")
    write_whole(path, b"new")

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_stops_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 3: a full disk, a pulled plug."""
    path = tmp_path / "some.bin"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")

    assert path.read_bytes() == b"old"


def test_json_is_for_people(tmp_path: Path) -> None:
    """Issue 3: indented, with letters as they are."""
    write_json(tmp_path / "some.json", {"a": "ü"})

    text = (tmp_path / "some.json").read_text(encoding="utf-8")
    assert text == '{\n  "a": "ü"\n}\n'
    assert json.loads(text) == {"a": "ü"}
