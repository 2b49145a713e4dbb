"""How many cameras of 640×360 and 5 frames/s one machine holds: `cameras_at_5fps`, and the same with FastestDet.

The real processes: a key-value server, beat, the short tasks, and as many camera workers as the portal runs here, with
capture threads, networks, leases and state. Cameras are switched on and off until the most is found that drops at most
1 % of the frames. Every camera plays the same clip, in which somebody moves nearly all the time; nobody watches.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.at_work import CameraWorkers, at_work, cameras_make, dropped, lost, states, until_all_run
from tests.bench.stage import media_folder, stage

FPS = 5.0
MOST = 60
SETTLE_S, WINDOW_S = 4.0, 8.0
DROPS = 0.01
TRIALS = 8
NETWORKS = {"cameras_at_5fps": "", "cameras_at_5fps_fastestdet": "fastestdet-352"}


def main() -> None:
    from tests.bench.material import clip_make

    with tempfile.TemporaryDirectory() as folder:
        clip = clip_make(media_folder(), Path(folder))
        with stage(LOOKOUT_MEDIA=folder) as here, at_work(here, MOST) as workers:
            found = {name: Search(clip.name, network, workers).run() for name, network in NETWORKS.items()}
    figures = {name: one["held"] for name, one in found.items()}
    sys.stdout.write(json.dumps({"figures": figures, "details": found}) + "\n")


class Search:
    """Looks for the most cameras that one network holds."""

    def __init__(self, clip: str, network: str, workers: CameraWorkers) -> None:
        self._cameras = cameras_make(MOST, clip, network, FPS, enabled=False)
        self._workers = workers
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
        """From what the workers measured of themselves with one camera."""
        self._switch(1)
        until_all_run(self._cameras[:1])
        capacity = sum(beat.capacity for beat in self._workers.beats())
        return max(1, min(MOST, int(capacity / FPS * 0.7)))

    @staticmethod
    def _step(number: int, *, up: bool) -> int:
        return min(MOST, max(number + 1, int(number * 1.5))) if up else max(1, int(number * 0.6))

    def _holds(self, number: int) -> bool:
        self._switch(number)
        shown = self._cameras[:number]
        until_all_run(shown)
        time.sleep(SETTLE_S)
        before = dropped(shown)
        time.sleep(WINDOW_S)
        share = lost(before, dropped(shown)) / (number * FPS * WINDOW_S)
        fps = sum(state["fps"] for state in states(shown)) / number
        self._trials[number] = {"dropped": round(share, 4), "fps": round(fps, 2)}
        return share <= DROPS and fps >= FPS * 0.95

    def _switch(self, number: int) -> None:
        from cameras.services.camera import camera_update

        for place, camera in enumerate(self._cameras):
            camera_update(camera=camera, enabled=place < number)


if __name__ == "__main__":
    main()
