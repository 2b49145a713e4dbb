"""The portal's own secrets: from the environment, or made once in the data folder (SEC-2).

Plain Python. Several hosts must share their secrets, so only a portal on its own SQLite file makes them by itself.
"""

import base64
import json
import os
import secrets
from pathlib import Path

FILE = "secrets.json"


def secrets_load(data: Path) -> dict[str, str]:
    """`SECRET_KEY` and `FIELD_KEY` of the data folder; made at the first call, readable by their owner only (0600)."""
    path = data / FILE
    if not path.exists():
        _make(path)
    return dict(json.loads(path.read_text()))


def _make(path: Path) -> None:
    """Write beside and link into place: of two processes that start together, one wins and both read the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    draft = path.with_name(f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(made, file)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its secrets hold
    finally:
        draft.unlink()
