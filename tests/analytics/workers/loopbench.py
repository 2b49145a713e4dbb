"""The things of one worker process, without the process: for loops in threads of a test."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from redis import Redis

from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.task import Task
from analytics.live import CameraState, camera_states
from analytics.workers import state
from analytics.workers.clipmaker import ClipMaker
from analytics.workers.courier import Courier
from analytics.workers.detectors import DetectorShelf, LoadedDetector
from analytics.workers.end import End
from analytics.workers.keyvalue import ALARMS, client
from analytics.workers.lease import Lease
from analytics.workers.link import CameraLink
from analytics.workers.loop import CameraLoop
from analytics.workers.moment import Moment, moment_now
from analytics.workers.pictures import JpegEncoder
from analytics.workers.plan import CameraPlan, NotWantedError
from analytics.workers.tools import Tools
from cameras.capture.source import SourceSpec
from tests.analytics.workers.fakes import FakeFaceNetwork, FakeNetwork, fake_source
from tests.analytics.workers.owner import plan as plan_of
from tests.servers.valkey import Valkey


class Desk:
    """A plan desk whose database is a variable."""

    def __init__(self) -> None:
        self.answer: CameraPlan | NotWantedError | None = None

    def ask(self, _camera_id: int, answer: Any) -> None:
        answer(self.answer)


class WallClock:
    """The moment of now, with the wall clock set by hand; the capture clock goes on as it does."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> Moment:
        at = moment_now()
        return Moment(at.clock_ms, at.now + self.ahead_s)


class Bench:
    """One worker process's things, without the process."""

    def __init__(self, valkey: Valkey) -> None:
        self.server = client(valkey.url)
        self.courier = Courier(client(valkey.url, retries=0))
        self.courier.start()
        self.stopping, self.gave_up = threading.Event(), threading.Event()
        self.desk, self.jpegs = Desk(), JpegEncoder()
        self.missing: Exception | None = None
        shelf = DetectorShelf([Path("nowhere")], InferencePool(1), self._open)
        self.clips = ClipMaker()
        carried = shelf, self.desk, self.jpegs, self.clips
        self.tools = Tools(fake_source, *carried, self.gave_up.set, self.stopping)  # type: ignore[arg-type]
        self._pool = ThreadPoolExecutor(4)
        self.network, self.faces = FakeNetwork(), FakeFaceNetwork()
        self.faces_missing: Exception | None = None

    def _open(self, _network: Any, _folders: Any, _pool: Any, task: Task) -> LoadedDetector:
        missing = self.faces_missing if task is Task.NONMASK else self.missing
        if missing:
            raise missing
        return self.faces if task is Task.NONMASK else self.network

    def run(self, plan: CameraPlan, clock: Callable[[], Moment] = moment_now) -> tuple[CameraLink, Future[End]]:
        """A loop in a thread of its own, with its lease."""
        lease = Lease(plan.camera_id)
        assert lease.take(self.server)
        link = CameraLink(plan.camera_id, lease, self.courier.wake, worker="here")
        self.courier.board(link)
        loop = CameraLoop(plan, link, state.load(self.server, plan.camera_id), self.tools, clock)
        self.loop = loop
        return link, self._pool.submit(loop.run)

    def watch(self, task: Task = Task.OCCUPANCY) -> Any:
        """Of one extension of the camera that runs."""
        return self.loop._duties.watches[task]

    def close(self) -> None:
        self.stopping.set()
        self._pool.shutdown()
        self.clips.close()
        self.courier.stop()
        self.courier.join(10)


def plan(url: str = "fake:3?fps=10", **area: Any) -> CameraPlan:
    return replace(plan_of(**({"time_s": 0.5} | area)), spec=SourceSpec(url, fps=10))


def live(server: Redis) -> CameraState | None:
    return camera_states([7], server).get(7)


def sent(server: Redis, kind: str) -> list[dict[str, Any]]:
    entries = [json.loads(fields[b"data"]) for _, fields in server.xrange(ALARMS)]
    return [one for one in entries if one["kind"] == kind]
