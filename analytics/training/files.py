"""What the training writes for people to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from portal.common.whole_file import write_whole


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON; the file is there whole or not at all."""
    write_whole(path, f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode())
