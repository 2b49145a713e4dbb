"""What a camera's owner has told the writer, kept in memory until the database has it.

An entry is sent in one step with the state that caused it (state.py). The writer marks its key in `done:<cam>` after
the commit; until then it stays here. It is sent again when the stream no longer holds it and no mark came: the
key-value server came back empty, or the mark was lost. A second write of the same key changes nothing.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ASK_AFTER_S = 5.0  # how long a sent entry may wait for its mark before its place in the stream is looked at
KEPT = {"snapshot": 20, "clip": 4}  # unconfirmed files of one camera; older ones give way, their alarms never do


@dataclass(frozen=True, slots=True)
class Entry:
    """One message to the writer. key: the same whenever it is sent, whoever sends it. Some 100 kB; a clip: 3 MB."""

    stream: str
    key: str
    data: Mapping[str, Any]
    blobs: Mapping[str, bytes] = field(default_factory=dict)

    def packed(self) -> bytes:
        """The JSON that travels."""
        return json.dumps(self.data, separators=(",", ":")).encode()


@dataclass(slots=True)
class _Waiting:
    entry: Entry
    place: bytes = b""  # its id in the stream; empty: not sent
    sent_at: float = 0.0


class Outbox:
    """The unconfirmed entries of one camera, in order. Used under the lock of its link."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, entries: Iterable[Entry]) -> None:
        """Queue new entries; one that is already waiting is not queued twice."""
        for entry in entries:
            self._waiting.setdefault(entry.key, _Waiting(entry))
        self._drop_old_files()

    def add_first(self, entry: Entry) -> None:
        """Queue an entry that the writer must see before all others."""
        self._waiting = {entry.key: _Waiting(entry), **self._waiting}

    def unsent(self) -> list[Entry]:
        """What must go with the next save, oldest first."""
        return [one.entry for one in self._waiting.values() if not one.place]

    def sent(self, entries: Iterable[Entry], places: Iterable[bytes], now: float) -> None:
        """`entries` got their places in the streams."""
        for entry, place in zip(entries, places, strict=True):
            if entry.key in self._waiting:
                self._waiting[entry.key].place, self._waiting[entry.key].sent_at = place, now

    def confirmed(self, keys: Iterable[str]) -> list[str]:
        """The database has these; returns the ones that were waiting."""
        return [key for key in keys if self._waiting.pop(key, None)]

    def doubtful(self, now: float) -> list[tuple[Entry, bytes]]:
        """Sent a while ago and still unconfirmed: is their place in the stream still taken?"""
        return [(w.entry, w.place) for w in self._waiting.values() if w.place and now - w.sent_at > ASK_AFTER_S]

    def present(self, entry: Entry, now: float) -> None:
        """The stream holds it: the writer will come to it; ask again later."""
        if entry.key in self._waiting:
            self._waiting[entry.key].sent_at = now

    def missing(self, entry: Entry) -> None:
        """Neither in the stream nor confirmed: send it again."""
        if entry.key in self._waiting:
            self._waiting[entry.key].place = b""

    def send_all_again(self) -> None:
        """The server may have lost everything."""
        for one in self._waiting.values():
            one.place = b""

    def _drop_old_files(self) -> None:
        """Bound the memory while the database is away: alarms are small, their pictures and clips are not."""
        for name, kept in KEPT.items():
            files = [one for one in self._waiting.values() if one.entry.blobs.get(name)]
            for one in files[:-kept]:
                one.entry = Entry(one.entry.stream, one.entry.key, one.entry.data)
