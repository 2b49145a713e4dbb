"""From an event to an operator: 200 areas that change, 20 operators on real WebSockets of a real web process (issue 7).

The time of a count is from its publishing by the camera's owner to the message in the operator's socket, that of an
alarm from before it is written to the database. An owner tells counts once a second at most, alarms at once. The
operators share one process, whose own work is in the figures.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime

from websockets.asyncio.client import ClientConnection, connect

from tests.bench.stage import Stage, session_of, stage, web
from tests.bench.watched import CAMERAS, cameras_make, newscaster, p95

OPERATORS = 20
SECONDS, ALARMS_PER_S = 20.0, 2.0
LAST_S = 1.0  # what was published last is on its way


@dataclass(slots=True)
class Told:
    """Milliseconds of what one operator was told. alarms: by id."""

    counts: list[float] = field(default_factory=list)
    alarms: dict[str, float] = field(default_factory=dict)

    def hear(self, message: str, now: float) -> None:
        found = json.loads(message)
        if found["event"] == "cameras":
            self.counts += [(now - state["at"]) * 1000 for state in found["data"]]
        elif found["event"] == "alarm":
            began = datetime.fromisoformat(found["data"]["started_at"]).timestamp()
            self.alarms[found["data"]["id"]] = (now - began) * 1000


def main() -> None:
    with stage() as here:
        cameras_make()
        cookie = session_of("bench")
        with web(here):
            told = asyncio.run(_watch(here, cookie))
        from analytics.models import Alarm

        raised = Alarm.objects.count()
    counts, alarms = [ms for one in told for ms in one.counts], [ms for one in told for ms in one.alarms.values()]
    figures = {
        "news_counts_p95_ms": round(p95(counts), 1),
        "news_alarms_p95_ms": round(p95(alarms), 1),
        "news_alarms_missed": sum(raised - len(one.alarms) for one in told),
    }
    details = {"areas": 4 * CAMERAS, "counts": len(counts), "alarms": raised, "longest_ms": max(*counts, *alarms)}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


async def _watch(here: Stage, cookie: str) -> list[Told]:
    told, all_in = [Told() for _ in range(OPERATORS)], asyncio.Barrier(OPERATORS + 1)
    tasks = [asyncio.create_task(_operator(here.port, cookie, one, all_in)) for one in told]
    await all_in.wait()
    speaking = newscaster(SECONDS, ALARMS_PER_S)
    assert await asyncio.to_thread(speaking.wait) == 0, "the newscaster broke off"
    await asyncio.sleep(LAST_S)
    for task in tasks:
        task.cancel()
    for end in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(end, asyncio.CancelledError), f"an operator's socket ended: {end!r}"
    return told


async def _operator(port: int, cookie: str, told: Told, all_in: asyncio.Barrier) -> None:
    headers = {"Cookie": cookie, "Origin": f"http://localhost:{port}"}
    address = f"ws://localhost:{port}/ws/news/"
    async with connect(address, additional_headers=headers, compression=None, max_size=None) as socket:
        await _hello(socket)
        await all_in.wait()
        async for message in socket:
            told.hear(str(message), time.time())


async def _hello(socket: ClientConnection) -> None:
    assert json.loads(await socket.recv())["event"] == "hello"


if __name__ == "__main__":
    main()
