"""Files that are there whole or not at all."""

from pathlib import Path

import pytest

from portal.common.whole_file import write_whole


def test_a_file_is_replaced_and_nothing_is_left_beside(tmp_path: Path) -> None:
    """SPEC 15: a reader finds the old file or the new one."""
    path = tmp_path / "some.bin"
    write_whole(path, b"old")
    write_whole(path, b"new")

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_stops_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: a full disk, a pulled plug."""
    path = tmp_path / "some.bin"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")

    assert path.read_bytes() == b"old"
