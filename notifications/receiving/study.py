"""Bytes that could not be made an alarm, kept for who wants to find out what they say (WIRE 5). Off unless asked for.

A file for each connection, named by its time, sender and port. No more than MOST_FILES of MOST_BYTES are kept, so that
nobody can fill the disk; what comes then is left out until somebody clears the folder.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import structlog

log = structlog.get_logger(__name__)

MOST_BYTES = 65_536
MOST_FILES = 1_000


def study_keep(folder: Path, *, peer: str, port: int, data: bytes) -> Path | None:
    """The file, readable by its owner only; None when nothing is kept: no bytes, a full folder, a full disk."""
    if not data:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in folder.iterdir()) >= MOST_FILES:
            log.warning("received bytes not kept: the folder is full", folder=str(folder), files=MOST_FILES)
            return None
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{peer.replace(':', '_')}-{port}-{uuid4().hex[:8]}.bin"
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data[:MOST_BYTES])
    except OSError as error:
        log.warning("received bytes not kept", folder=str(folder), error=str(error))
        return None
    log.info("received bytes kept", file=str(folder / name), bytes=min(len(data), MOST_BYTES))
    return folder / name
