"""One owner at a time: a lease with a time limit, and an epoch that fences what a former owner still sends (DESIGN 2).

`lease:<name>` holds the owner's token and expires by itself; `epoch:<name>` only grows. Taking both is one script, so
nobody ever holds a lease without a higher epoch than everybody before. The epoch is at least the server's TIME in µs
and one more than the database's last: it grows also after the server came back empty or its clock was set back.

An owner trusts itself only while its last successful renewal is younger than TRUSTED × TTL, by its own clock: a process
that was frozen, or cannot reach the server, knows that it is no owner without asking anybody.
"""

import secrets
import time
from collections.abc import Callable
from enum import Enum
from typing import Any

from redis import Redis

from analytics.workers.keyvalue import key
from analytics.workers.machine import stamp, surely_dead

TTL_MS = 6_000
TRUSTED = 5 / 6  # of the TTL; the rest is the margin for the way to the server and a coarse clock
RENEW_EVERY_S = 1.0
COMBINED = "combined"  # the lease of who runs the timers of all combined areas

# KEYS lease, epoch.  ARGV token, ttl ms, floor (the database's epoch), known (the epoch that we had, 0 for a new owner)
_TAKE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local known = tonumber(ARGV[4])
if known > 0 and last > known then return -1 end
local now = redis.call('TIME')
local epoch = math.max(tonumber(now[1]) * 1000000 + tonumber(now[2]), last + 1, known + 1, tonumber(ARGV[3]) + 1)
local text = string.format('%.0f', epoch)
redis.call('SET', KEYS[2], text)
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return text
"""
_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def bury(server: Redis, name: int | str, token: bytes) -> bool:
    """Free a lease whose owner was a process of this machine that is gone. The token is the one just read."""
    return surely_dead(token.decode()) and bool(server.eval(_RELEASE, 1, key("lease", name), token))


class Standing(Enum):
    """What a lease is to its holder."""

    NONE = "none"  # never taken, or given back
    OWNER = "owner"
    LAPSED = "lapsed"  # gone at the server; taken again if nobody else was owner since
    FENCED = "fenced"  # somebody else is or was owner: stop, write nothing


class Lease:
    """The right to run one thing. One thread uses it for asking; `held` may be read by any."""

    def __init__(self, name: int | str, *, ttl_ms: int = TTL_MS, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.ttl_ms = name, ttl_ms
        self.token = f"{stamp()}:{secrets.token_hex(16)}"
        self.epoch = 0
        self.standing = Standing.NONE
        self._clock = clock
        self._renewed_at = float("-inf")
        self._asked_at = 0.0

    @property
    def held(self) -> bool:
        """True while an outside effect is ours: the last successful renewal is younger than TRUSTED × TTL."""
        return self.standing is Standing.OWNER and self.age_s < self.ttl_ms * TRUSTED / 1000

    @property
    def age_s(self) -> float:
        """Seconds since the last successful renewal was asked for."""
        return self._clock() - self._renewed_at

    def take(self, server: Redis, *, floor: int = 0) -> bool:
        """Become the owner if there is none. floor: the epoch that the database has recorded."""
        self._asked_at = self._clock()
        self._taken(server.eval(_TAKE, 2, *self._keys(), self.token, self.ttl_ms, floor, self.epoch))
        return self.held

    def renew(self, server: Redis) -> bool:
        """Stay the owner; after a loss (the server came back empty) become it again if nobody else was in between."""
        self.ask(server)
        return self.held

    def ask(self, pipe: Any) -> None:
        """Send the renewal, or the attempt to take a lapsed lease again, on a pipeline; `answer` reads the reply.

        On a plain client the reply is there at once and read here.
        """
        self._asked_at = self._clock()
        if self.standing is Standing.OWNER:
            reply = pipe.eval(_RENEW, 1, self._keys()[0], self.token, self.ttl_ms)
        else:
            reply = pipe.eval(_TAKE, 2, *self._keys(), self.token, self.ttl_ms, 0, self.epoch)
        if isinstance(reply, int | bytes | str):
            self.answer(reply)

    def answer(self, reply: Any) -> None:
        """Read the reply to what `ask` sent."""
        if self.standing is not Standing.OWNER:
            self._taken(reply)
        elif int(reply) == 1:
            self._renewed_at = self._asked_at
        else:
            self.standing = Standing.LAPSED  # the next round tells whether somebody else has it

    def release(self, server: Redis) -> None:
        """Give it back; nothing happens when somebody else has it by now."""
        if self.standing is not Standing.NONE:
            self.standing = Standing.NONE
            server.eval(_RELEASE, 1, self._keys()[0], self.token)

    def fence(self) -> None:
        """Somebody else is owner (a fenced write said so)."""
        self.standing = Standing.FENCED

    def _keys(self) -> tuple[str, str]:
        return key("lease", self.name), key("epoch", self.name)

    def _taken(self, reply: Any) -> None:
        epoch = int(reply)
        if epoch > 0:
            self.epoch, self.standing, self._renewed_at = epoch, Standing.OWNER, self._asked_at
        elif self.epoch:  # we were owner before: somebody else is (0), or was and has left (-1)
            self.standing = Standing.FENCED
