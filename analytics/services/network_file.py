"""The folder of uploaded networks (RUN-6, SEC-6): files come there whole and checked, or not at all.

A network is written into a folder of its own that no catalogue reads, checked there, and only then moved beside the
others: the manifest first, which counts for nothing without its file. One comes at a time, so that checks do not take
all memory, and so that nobody is in the way of anybody.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.common import limits
from portal.common.errors import ConflictError
from portal.common.whole_file import write_whole

_NEW = ".new-"


class NetworkBusyError(ConflictError):
    """Another network is being checked."""

    code = "network_busy"


@contextmanager
def room_for_one(folder: Path) -> Iterator[Path]:
    """An empty folder inside `folder`, gone afterwards. Raises NetworkBusyError while somebody else has one."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise NetworkBusyError(_("Another network is being checked. Try again in a minute.")) from exc
        for left in folder.glob(f"{_NEW}*"):  # by a process that was ended
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=_NEW, dir=folder) as room:
            yield Path(room)


def network_write(path: Path, pieces: Iterable[bytes]) -> str:
    """The SHA-256 of what was written. Raises ValidationError for an empty file, and for one that is too large."""
    found, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > limits.NETWORK:
                text = _("The file has more than %(most)s MB.") % {"most": limits.NETWORK // 1_000_000}
                raise ValidationError({"file": [text]})
            found.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise ValidationError({"file": [_("The file is empty.")]})
    return found.hexdigest()


def network_place(path: Path, target: Path, manifest: bytes | None) -> None:
    """Move a checked file to its place, its manifest beside it."""
    if manifest is not None:
        write_whole(target.with_suffix(".json"), manifest)
    path.replace(target)
