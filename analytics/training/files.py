"""Files that are there whole or not at all, whatever stops the training that writes them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write_whole(path: Path, data: bytes) -> None:
    """Write beside and move into place: a reader finds the old file or the new one."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON for people to read."""
    write_whole(path, f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode())
