"""200 viewers of one camera at 5 frames/s, on loopback against a real web process; one more never reads (DEMO-5).

The time of a picture is from its publishing to its last byte in a viewer: through the key-value server, the web
process's hub and the WebSocket. The viewers share one process, whose own work is in the figure.
"""

import asyncio
import json
import socket
import statistics
import sys
import time
from dataclasses import dataclass, field

from websockets.asyncio.client import connect

from tests.bench.stage import Stage, session_of, stage, web

VIEWERS = 200
SECONDS = 15.0
AT_ONCE = 20


@dataclass(slots=True)
class Seen:
    """What one viewer saw: milliseconds of each picture."""

    ms: list[float] = field(default_factory=list)


def main() -> None:
    with stage() as here:
        camera, cookie = camera_make(), session_of("bench")
        with web(here):
            seen = asyncio.run(watch(here, camera, cookie))
    every = sorted(ms for one in seen for ms in one.ms)
    published = SECONDS * 5
    figures = {
        "viewers_200_p50_ms": statistics.median(every),
        "viewers_200_least_served": min(len(one.ms) for one in seen) / published,
    }
    details = {"p95_ms": every[int(len(every) * 0.95)], "longest_ms": every[-1], "pictures": len(every)}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


def camera_make() -> int:
    """A camera that no worker runs."""
    from cameras.services.camera import camera_create
    from cameras.services.site import site_create

    return camera_create(site=site_create(name="Bench"), name="Street", url="scene:?seed=1", enabled=False).pk


async def watch(
    here: Stage, camera: int, cookie: str, *, viewers: int = VIEWERS, seconds: float = SECONDS
) -> list[Seen]:
    """What so many viewers saw of a camera whose pictures are published for so long."""
    headers = {"Cookie": cookie, "Origin": f"http://localhost:{here.port}"}
    path = f"/ws/cameras/{camera}/live/"
    seen = [Seen() for _ in range(viewers)]
    door, all_in = asyncio.Semaphore(AT_ONCE), asyncio.Barrier(viewers + 1)
    stuck = _never_reads(here.port, path, headers)
    address = f"ws://localhost:{here.port}{path}"
    watchers = [asyncio.create_task(_viewer(address, headers, one, door, all_in)) for one in seen]
    await all_in.wait()
    argv = [sys.executable, "-m", "tests.bench.publisher", here.valkey.url, str(camera), str(seconds)]
    publisher = await asyncio.create_subprocess_exec(*argv)
    await publisher.wait()
    await asyncio.sleep(0.5)  # the last picture is on its way
    for watcher in watchers:
        watcher.cancel()
    await asyncio.gather(*watchers, return_exceptions=True)
    stuck.close()
    return seen


async def _viewer(
    address: str, headers: dict[str, str], seen: Seen, door: asyncio.Semaphore, all_in: asyncio.Barrier
) -> None:
    async with door:
        socket_ = await connect(address, additional_headers=headers, compression=None, open_timeout=60)
    async with socket_:
        await all_in.wait()
        async for message in socket_:
            now = time.time()
            assert isinstance(message, bytes)
            length = int.from_bytes(message[:4], "big")
            seen.ms.append((now - json.loads(message[4 : 4 + length])["at"]) * 1000)
            await socket_.send("ack")


def _never_reads(port: int, path: str, headers: dict[str, str]) -> socket.socket:
    """A viewer that is let in and takes nothing: its buffers fill, and the hub must not wait for it."""
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect(("127.0.0.1", port))
    lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    stuck.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return stuck


if __name__ == "__main__":
    main()
