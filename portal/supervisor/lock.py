"""One portal per data folder: a lock that the kernel takes back when its holder is gone, however it went."""

import fcntl
import os
from pathlib import Path
from typing import TextIO


class DataFolderBusyError(Exception):
    """Another portal runs on this data folder."""


def lock_folder(path: Path, note: str) -> TextIO:
    """Take the lock file `path` and write who holds it. The lock is held while the returned file is open.

    Raises DataFolderBusyError, naming the holder, when it is taken.
    """
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise DataFolderBusyError(
            f"Lookout already runs on the data folder {path.parent.parent} ({holder}). "
            "Stop that one first, or choose another folder and port, for example LOOKOUT_DATA=./var2 PORT=8001."
        ) from exc
    file.truncate(0)
    file.write(f"process {os.getpid()}, {note}\n")
    file.flush()
    return file
