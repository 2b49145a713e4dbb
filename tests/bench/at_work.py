"""Real processes at work for a measurement: as many camera workers as the portal runs here, short tasks, and beat."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from portal.supervisor.crew import camera_worker_env
from portal.supervisor.plan import CELERY, worker_argv, worker_number
from tests.bench.stage import Stage

START_S = 60.0


@contextmanager
def at_work(here: Stage, most: int) -> Iterator["CameraWorkers"]:
    """Of this stage, until the end of the block. most: cameras that one worker takes."""
    from django.conf import settings

    number = settings.CAMERA_WORKERS
    looking = [worker_argv(f"watch-{one}", ("watch",), most) for one in range(number)]
    others = (
        worker_argv("tasks", ("default", "writer", "reconcile"), 4),
        (*CELERY, "beat", "-s", str(here.data / "beat"), "--pidfile="),
    )
    quiet, env = subprocess.DEVNULL, {**os.environ, "LOOKOUT_CAMERA_WORKERS": str(number)}
    envs = [*(env | camera_worker_env(env) | worker_number(one) for one in range(1, number + 1)), env, env]
    running = [
        subprocess.Popen(command, stdout=quiet, stderr=quiet, env=own)
        for command, own in zip((*looking, *others), envs, strict=True)
    ]
    workers = CameraWorkers(running[:number])
    try:
        yield workers
    finally:
        workers.thaw()
        _end(running)


def _end(running: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class CameraWorkers:
    """The processes that look at pictures."""

    def __init__(self, processes: Sequence["subprocess.Popen[bytes]"]) -> None:
        self._processes = processes

    def __len__(self) -> int:
        return len(self._processes)

    def freeze(self) -> None:
        """They do nothing at all until `thaw`; a lease lasts for six seconds."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def beats(self, after: float = 0.0) -> list[Any]:
        """What each says of itself, once all of them have said something after this instant (POSIX seconds)."""
        from analytics.workers.heartbeat import beats
        from analytics.workers.keyvalue import client

        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            found = {beat.pid: beat for beat in beats(client()) if beat.at > after}
            if all(process.pid in found for process in self._processes):
                return [found[process.pid] for process in self._processes]
            time.sleep(0.25)  # to ask costs what it measures
        raise TimeoutError(f"not every camera worker was heard of within {START_S:g} s")

    def _signal(self, which: signal.Signals) -> None:
        for process in self._processes:
            process.send_signal(which)


def cameras_make(
    number: int, clip: str, network: str, fps: float, *, enabled: bool, beside: Sequence[Any] = ()
) -> list[Any]:
    """Rows of so many cameras that play this clip, beside those that stay; no others are left."""
    from cameras.models import Camera, Site
    from cameras.services.camera import camera_create
    from cameras.services.site import site_create

    Camera.objects.exclude(pk__in=[camera.pk for camera in beside]).delete()
    site = Site.objects.first() or site_create(name="Bench")
    facts: dict[str, Any] = {"site": site, "url": f"clip:{clip}", "fps": fps, "network": network, "enabled": enabled}
    return [*beside, *(camera_create(name=f"{len(beside) + one}", **facts) for one in range(number))]


def states(cameras: Sequence[Any]) -> list[Any]:
    """What is known of each that somebody runs."""
    from analytics.live import camera_states

    return list(camera_states([camera.pk for camera in cameras]).values())


def dropped(cameras: Sequence[Any]) -> dict[int, int]:
    """Frames that nobody looked at in time, of each camera since it has its owner."""
    return {state["camera"]: state["dropped"] for state in states(cameras)}


def lost(before: Mapping[int, int], after: Mapping[int, int]) -> int:
    """Frames between two such looks; of a camera that has changed hands, those of its new owner."""
    return sum(now - before[one] if now >= before[one] else now for one, now in after.items())


def until_all_run(cameras: Sequence[Any]) -> None:
    """Wait for a first picture of each. Raises TimeoutError."""
    deadline = time.monotonic() + START_S
    while sum(state["status"] == "online" for state in states(cameras)) < len(cameras):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(cameras)} cameras did not all run within {START_S:g} s")
        time.sleep(0.25)
