"""500 programs follow the events over a restart of the web process: does any miss one, how soon are all served again?

python -m tests.bench.events     prints JSON: `events_lost_or_doubled`, `events_resumed_s`, `events_500_p95_ms`

Half of them read server-sent events, half a WebSocket, by fifty tokens; all on loopback, in one process, whose own work
is in the figures. Events are written before the web process is killed, while it is away, while all come back, and then.
`events_resumed_s` is from the moment at which the new process answers until the last program has all that it missed;
`events_500_p95_ms` from the writing of an event to its arrival, when all are there.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from portal.supervisor.plan import accepts, web_argv
from tests.bench.stage import Stage, stage

FOLLOWERS, TOKENS = 500, 50
BEFORE, AWAY, COMING, AFTER = 20, 40, 20, 50
AT_ONCE = 50
PAUSE_S = 0.05
LIMIT_S = 60.0
BROKEN = (OSError, WebSocketException)


@dataclass(slots=True)
class Follower:
    """A program. after: the last event that it took.    seen: id -> how often.    ms: of the events of the end."""

    token: str
    after: int
    seen: Counter[int] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)

    def take(self, message: dict[str, Any]) -> None:
        if "data" not in message:
            return
        self.after = message["id"]
        self.seen[self.after] += 1
        if message["data"]["timed"]:
            self.ms.append((time.time() - message["data"]["at"]) * 1000)


def main() -> None:
    with stage(LOOKOUT_EVENTS_STREAMS=str(FOLLOWERS)) as here:
        site, tokens = _people()
        found = asyncio.run(_measure(here, site, tokens))
    sys.stdout.write(json.dumps(found) + "\n")


def _people() -> tuple[int, list[str]]:
    from cameras.services.site import site_create
    from portal.accounts.models import User
    from portal.accounts.services import token_create

    user = User.objects.create_superuser("bench")
    return site_create(name="Bench").pk, [token_create(user=user, name=f"vms {n}")[1] for n in range(TOKENS)]


def _web(here: Stage) -> subprocess.Popen[bytes]:
    """The web process, as the supervisor starts it; it answers when this returns."""
    process = subprocess.Popen(web_argv("127.0.0.1", here.port))
    while not accepts("127.0.0.1", here.port):
        assert process.poll() is None, "the web process ended"
        time.sleep(0.05)
    return process


async def _measure(here: Stage, site: int, tokens: list[str]) -> dict[str, Any]:
    web = await asyncio.to_thread(_web, here)
    try:
        followers = [Follower(tokens[number % TOKENS], 0) for number in range(FOLLOWERS)]
        door = asyncio.Semaphore(AT_ONCE)
        tasks = [asyncio.create_task(_follow(here, one, door, n % 2 == 0)) for n, one in enumerate(followers)]
        await _write(site, BEFORE)
        await _until(followers, BEFORE)
        web.kill()
        web.wait()
        await _write(site, AWAY)
        web = await asyncio.to_thread(_web, here)
        answered = time.monotonic()
        await _write(site, COMING)
        await _until(followers, BEFORE + AWAY + COMING)
        resumed_s = time.monotonic() - answered
        rss_mb = _rss_mb(web.pid)
        await _write(site, AFTER, timed=True)
        await _until(followers, BEFORE + AWAY + COMING + AFTER)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        web.kill()
        web.wait()
    return _found(followers, resumed_s, rss_mb)


def _found(followers: list[Follower], resumed_s: float, rss_mb: int) -> dict[str, Any]:
    expected = range(1, BEFORE + AWAY + COMING + AFTER + 1)
    wrong = sum(one.seen[number] != 1 for one in followers for number in expected)
    ms = sorted(ms for one in followers for ms in one.ms)
    figures = {
        "events_lost_or_doubled": wrong,
        "events_resumed_s": round(resumed_s, 2),
        "events_500_p95_ms": round(ms[int(len(ms) * 0.95)], 1),
    }
    details = {"p50_ms": round(ms[len(ms) // 2], 1), "told": sum(sum(one.seen.values()) for one in followers)}
    return {"figures": figures, "details": details | {"web_rss_mb": rss_mb, "followers": FOLLOWERS, "tokens": TOKENS}}


async def _write(site: int, count: int, *, timed: bool = False) -> None:
    for _ in range(count):
        await asyncio.to_thread(_write_one, site, timed)
        await asyncio.sleep(PAUSE_S)


def _write_one(site: int, timed: bool) -> None:
    from analytics.services.event import event_write

    data = {"at": time.time(), "timed": timed}
    event_write(kind="camera.status", site_id=site, camera_id=1, data=data)


async def _until(followers: list[Follower], number: int) -> None:
    async with asyncio.timeout(LIMIT_S):
        while any(one.after < number for one in followers):
            await asyncio.sleep(0.01)


async def _follow(here: Stage, one: Follower, door: asyncio.Semaphore, by_socket: bool) -> None:
    """Come back for ever, as the example of the documentation does."""
    messages = _socket if by_socket else _stream
    while True:
        try:
            async for message in messages(here, one, door):
                one.take(message)
        except BROKEN:
            await asyncio.sleep(0.2)


async def _socket(here: Stage, one: Follower, door: asyncio.Semaphore) -> AsyncIterator[dict[str, Any]]:
    address = f"ws://localhost:{here.port}/ws/events/?after={one.after}"
    headers = {"Authorization": f"Bearer {one.token}"}
    async with door:
        opened = await connect(address, additional_headers=headers, compression=None, open_timeout=LIMIT_S)
    async with opened:
        async for message in opened:
            yield json.loads(message)


async def _stream(here: Stage, one: Follower, door: asyncio.Semaphore) -> AsyncIterator[dict[str, Any]]:
    """By hand: five hundred pools of a client library would be most of what is measured."""
    async with door:
        reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
        lines = ["GET /api/v1/events/ HTTP/1.1", f"Host: localhost:{here.port}"]
        lines += [f"Authorization: Bearer {one.token}", f"Last-Event-ID: {one.after}"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        status = (await reader.readline()).decode()
    if " 200 " not in status:
        raise ConnectionError(status)
    try:
        while line := await reader.readline():
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))
    finally:
        writer.close()


def _rss_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


if __name__ == "__main__":
    main()
