"""What a new owner needs, saved in one step with the news that it causes (SPEC 4.10; DESIGN 2).

`state:<cam>` holds the packed state, the epoch of the owner that saved it, and the server's TIME of the save: gaps
between processes are measured with that clock. The save, the new entries of the streams and `live:<cam>` are one
script, which Redis runs as one transaction; it does nothing for anybody but the owner of the recorded epoch.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from redis import Redis

from analytics.workers.keyvalue import ALARMS, key
from analytics.workers.outbox import Entry

STATE_TTL_MS = 86_400_000
LIVE_TTL_MS = 30_000
ALARMS_KEPT, COUNTS_KEPT = 20_000, 200_000  # bounds of the streams; the writer deletes what the database has

FENCED, LAPSED = -1, -2
EXTENSIONS, FIRST = "extensions", "occupancy"

# KEYS epoch, state, live, then the stream of each entry.
# ARGV epoch, state ('' keeps the old one), its ttl, live ('' keeps), its ttl, camera,
#      then for each entry: bound, key, data, number of blobs, (name, bytes)*
_SAVE = """
local owner = redis.call('GET', KEYS[1])
if not owner then return -2 end
if owner ~= ARGV[1] then return -1 end
if ARGV[2] ~= '' then
  local now = redis.call('TIME')
  redis.call('HSET', KEYS[2], 'data', ARGV[2], 'epoch', ARGV[1], 'us', now[1] .. string.format('%06d', now[2]))
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[3], 'state', ARGV[4])
  redis.call('PEXPIRE', KEYS[3], ARGV[5])
end
local places, at = {}, 7
for entry = 4, #KEYS do
  local fields = {'key', ARGV[at + 1], 'camera', ARGV[6], 'epoch', ARGV[1], 'data', ARGV[at + 2]}
  local blobs = tonumber(ARGV[at + 3])
  for blob = 1, blobs * 2 do fields[#fields + 1] = ARGV[at + 3 + blob] end
  places[#places + 1] = redis.call('XADD', KEYS[entry], 'MAXLEN', '~', ARGV[at], '*', unpack(fields))
  at = at + 4 + blobs * 2
end
return places
"""


@dataclass(frozen=True, slots=True)
class SavedState:
    """A former owner's state as found. us: the server's TIME of the save; now_us: of the look, POSIX microseconds."""

    data: dict[str, Any]
    epoch: int
    us: int
    now_us: int

    def of(self, extension: str) -> "SavedState | None":
        """What it says of one extension. Before there were two of them, the whole state was of occupancy."""
        parts = self.data.get(EXTENSIONS, {FIRST: self.data})
        return replace(self, data=parts[extension]) if extension in parts else None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to the server in one step; empty bytes leave what is there."""

    state: bytes = b""
    live: bytes = b""
    entries: Sequence[Entry] = ()

    def __bool__(self) -> bool:
        return bool(self.state or self.live or self.entries)


def save(server: Any, *, camera_id: int, epoch: int, parcel: Parcel) -> Any:
    """Save for the owner of `epoch`: a list of the entries' places, or FENCED or LAPSED (the epoch is gone), having
    written nothing. On a pipeline the reply comes with its execution."""
    keys: list[str] = [key(kind, camera_id) for kind in ("epoch", "state", "live")]
    values: list[Any] = [epoch, parcel.state, STATE_TTL_MS, parcel.live, LIVE_TTL_MS, camera_id]
    for entry in parcel.entries:
        keys.append(entry.stream)
        values += [ALARMS_KEPT if entry.stream == ALARMS else COUNTS_KEPT, entry.key, entry.packed()]
        values += [len(entry.blobs), *(part for pair in entry.blobs.items() for part in pair)]
    return server.eval(_SAVE, len(keys), *keys, *values)


def load(server: Redis, camera_id: int) -> SavedState | None:
    """The state that the last owner saved, or None: first run, a day later, or the server came back empty."""
    pipe = server.pipeline(transaction=True)
    pipe.hgetall(key("state", camera_id))
    pipe.time()
    found, (seconds, micros) = pipe.execute()
    if not found.get(b"data"):
        return None
    now_us = int(seconds) * 1_000_000 + int(micros)
    return SavedState(json.loads(found[b"data"]), int(found[b"epoch"]), int(found[b"us"]), now_us)
