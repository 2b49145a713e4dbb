"""Files that are there whole or not at all, whatever stops who writes them. Plain Python."""

import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write beside and move into place: a reader finds the old file or the new one. Raises OSError."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
