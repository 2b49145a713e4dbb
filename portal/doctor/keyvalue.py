"""The key-value server: there, keeps what it is told over a restart, and throws nothing away when it is full."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from redis.exceptions import RedisError

from analytics.workers.keyvalue import client
from portal.doctor.finding import Finding, fine, warn, wrong

OLDEST = (6, 2)  # XAUTOCLAIM, by which a new writer takes up what the last one left
LOOPBACK = ("localhost", "127.0.0.1", "::1", None)  # None: a socket of this machine
FULL = 0.8
NOT_RUNNING = "Start the portal (make run), or name its server in REDIS_URL."


def keyvalue(url: str) -> Iterator[Finding]:
    """url: empty when REDIS_URL is not set and no portal runs on the data folder."""
    if not url:
        yield wrong("key-value server", "REDIS_URL is not set, and no portal runs on the data folder", NOT_RUNNING)
        return
    where = f"{urlsplit(url).hostname or 'socket'}:{urlsplit(url).port or 6379}"
    try:
        info: Any = client(url, retries=0).info()
    except (RedisError, OSError) as error:
        yield wrong("key-value server", f"{where}: {error}", "Start it, or correct REDIS_URL.")
        return
    yield _version(where, info)
    yield _persistence(info)
    yield from _memory(info)
    if not urlsplit(url).password and urlsplit(url).hostname not in LOOPBACK:
        advice = "Set requirepass on it, and REDIS_URL=redis://:password@host:6379/0."
        yield wrong("key-value server", f"{where} asks for no password", advice)


def _version(where: str, info: dict[str, Any]) -> Finding:
    name = info.get("server_name", "redis")
    version = str(info.get("valkey_version") or info["redis_version"])
    found = f"{name} {version} at {where} answers"
    if tuple(int(part) for part in str(info["redis_version"]).split(".")[:2]) < OLDEST:
        return wrong("key-value server", found, "Upgrade to Redis 6.2, Valkey 7.2 or newer.")
    return fine("key-value server", found)


def _persistence(info: dict[str, Any]) -> Finding:
    """Timers, and alarms that the database has not yet, lie there."""
    if not info.get("aof_enabled"):
        return warn(
            "key-value persistence",
            "no append-only file: a restart forgets running timers, and alarms that are not yet in the database",
            "Set appendonly yes and appendfsync everysec.",
        )
    if info.get("aof_last_write_status") != "ok":
        status = info.get("aof_last_write_status")
        return wrong("key-value persistence", f"the last write was {status}", "Look at the server's log and its disk.")
    return fine("key-value persistence", "append-only file, last write ok")


def _memory(info: dict[str, Any]) -> Iterator[Finding]:
    used, most = int(info["used_memory"]), int(info.get("maxmemory", 0))
    policy = str(info.get("maxmemory_policy", "noeviction"))
    found = f"{used / 1e6:.0f} MB used, limit {f'{most / 1e6:.0f} MB' if most else 'none'}, policy {policy}"
    if most and policy != "noeviction":
        yield wrong(
            "key-value memory",
            f"{found}: a full server would throw away leases and alarms",
            "Set maxmemory-policy noeviction.",
        )
    elif most and used > FULL * most:
        yield warn("key-value memory", found, "Raise maxmemory, or see why the writer does not keep up.")
    else:
        yield fine("key-value memory", found)
