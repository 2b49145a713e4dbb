"""One portal per data folder."""

from pathlib import Path

import pytest

from portal.supervisor.lock import DataFolderBusyError, lock_folder


def test_a_second_portal_on_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    """RUN-1: a clear line, with the holder and a way out."""
    path = tmp_path / "run" / "up.lock"
    path.parent.mkdir()

    with lock_folder(path, "http://localhost:8000"), pytest.raises(DataFolderBusyError) as no:
        lock_folder(path, "http://localhost:8001")

    assert f"already runs on the data folder {tmp_path} (process " in str(no.value)
    assert "http://localhost:8000). Stop that one" in str(no.value)
    assert "LOOKOUT_DATA=./var2 PORT=8001" in str(no.value)


def test_a_stale_lock_file_stops_nobody(tmp_path: Path) -> None:
    """RUN-1: the kernel gives the lock back when its holder is gone; what is written in the file does not count."""
    path = tmp_path / "up.lock"
    path.write_text("process 999999, http://localhost:8000, a very long line from before\n")

    with lock_folder(path, "http://localhost:8001"):
        assert "999999" not in path.read_text()
        assert "http://localhost:8001" in path.read_text()


def test_two_folders_do_not_know_each_other(tmp_path: Path) -> None:
    """RUN-1: two instances with different data folders run side by side."""
    with lock_folder(tmp_path / "a.lock", "one"), lock_folder(tmp_path / "b.lock", "two"):
        assert "two" in (tmp_path / "b.lock").read_text()
