"""How many cameras of 640×360 and 5 frames/s one machine holds: `cameras_at_5fps`, and the same with FastestDet.

The real processes: a key-value server, beat, the short tasks, and one camera worker with its capture threads, shared
network, leases and state. Cameras are switched on and off until the most is found that drops at most 1 % of the frames.
Every camera plays the same clip, in which somebody moves nearly all the time; nobody watches.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.supervisor.plan import CELERY, worker_argv
from tests.bench.stage import Stage, media_folder, stage

FPS = 5.0
MOST = 60
SETTLE_S, WINDOW_S, START_S = 4.0, 8.0, 40.0
DROPS = 0.01
TRIALS = 8
NETWORKS = {"cameras_at_5fps": "", "cameras_at_5fps_fastestdet": "fastestdet-352"}


def main() -> None:
    from tests.bench.material import clip_make

    with tempfile.TemporaryDirectory() as folder:
        clip = clip_make(media_folder(), Path(folder))
        with stage(LOOKOUT_MEDIA=folder) as here, _processes(here):
            found = {name: Search(clip.name, network).run() for name, network in NETWORKS.items()}
    figures = {name: one["held"] for name, one in found.items()}
    sys.stdout.write(json.dumps({"figures": figures, "details": found}) + "\n")


@contextmanager
def _processes(here: Stage) -> Iterator[None]:
    commands = (
        worker_argv("watch", ("watch",), MOST),
        worker_argv("tasks", ("default", "writer", "reconcile"), 4),
        (*CELERY, "beat", "-s", str(here.data / "beat"), "--pidfile="),
    )
    quiet = subprocess.DEVNULL
    running = [subprocess.Popen(command, stdout=quiet, stderr=quiet) for command in commands]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Search:
    """Looks for the most cameras that one network holds."""

    def __init__(self, clip: str, network: str) -> None:
        from cameras.models import Camera, Site
        from cameras.services.camera import camera_create
        from cameras.services.site import site_create

        Camera.objects.all().delete()
        site = Site.objects.first() or site_create(name="Bench")
        self._cameras = [
            camera_create(site=site, name=f"{number}", url=f"clip:{clip}", fps=FPS, network=network, enabled=False)
            for number in range(MOST)
        ]
        self._trials: dict[int, dict[str, float]] = {}

    def run(self) -> dict[str, Any]:
        """The most that was held, and every trial."""
        held, failed, number = 0, MOST + 1, self._guess()
        for _ in range(TRIALS):
            if self._holds(number):
                held = number
            else:
                failed = number
            if failed - held <= 1:
                break
            number = (held + failed) // 2 if held and failed <= MOST else self._step(number, up=bool(held))
        self._switch(0)
        return {"held": held, "trials": self._trials}

    def _guess(self) -> int:
        """From what the worker measured of itself with one camera."""
        from analytics.workers.heartbeat import beats
        from analytics.workers.keyvalue import client

        self._switch(1)
        self._wait_until_all_run(1)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            for beat in beats(client()):
                if beat.capacity:
                    return max(1, min(MOST, int(beat.capacity / FPS * 0.8)))
            time.sleep(0.5)
        return 4

    @staticmethod
    def _step(number: int, *, up: bool) -> int:
        return min(MOST, max(number + 1, int(number * 1.5))) if up else max(1, int(number * 0.6))

    def _holds(self, number: int) -> bool:
        self._switch(number)
        self._wait_until_all_run(number)
        time.sleep(SETTLE_S)
        before = self._dropped(number)
        time.sleep(WINDOW_S)
        states = self._states(number)
        dropped = (self._dropped(number) - before) / (number * FPS * WINDOW_S)
        fps = sum(state["fps"] for state in states) / number
        self._trials[number] = {"dropped": round(dropped, 4), "fps": round(fps, 2)}
        return dropped <= DROPS and fps >= FPS * 0.95

    def _switch(self, number: int) -> None:
        from cameras.services.camera import camera_update

        for place, camera in enumerate(self._cameras):
            camera_update(camera=camera, enabled=place < number)

    def _wait_until_all_run(self, number: int) -> None:
        deadline = time.monotonic() + START_S
        while sum(state["status"] == "online" for state in self._states(number)) < number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{number} cameras did not all run within {START_S:g} s")
            time.sleep(0.25)

    def _states(self, number: int) -> list[Any]:
        from analytics.live import camera_states

        return list(camera_states([camera.pk for camera in self._cameras[:number]]).values())

    def _dropped(self, number: int) -> int:
        return sum(state["dropped"] for state in self._states(number))


if __name__ == "__main__":
    main()
