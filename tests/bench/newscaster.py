"""A worker's and a writer's part in the measurement of news: counts that change, and alarms that start.

`python -m tests.bench.newscaster SECONDS ALARMS_PER_S` on a stage: every camera tells its four counts once a second, as
its owner does while they change, spread over the second; each word carries the instant of its publishing, and each
alarm, as its start, the instant before it is written.
"""

import sys
import time
from itertools import count
from typing import Any

import django


def main(seconds: float, alarms_per_s: float) -> None:
    """Publish on the beat, whatever publishing takes."""
    django.setup()
    from cameras.models import Camera

    cameras = list(Camera.objects.select_related("site").order_by("pk"))
    every = round(len(cameras) / alarms_per_s) if alarms_per_s else 0
    begin = time.monotonic()
    for turn in count():
        at = turn / len(cameras)
        if at >= seconds:
            return
        time.sleep(max(0.0, begin + at - time.monotonic()))
        camera = cameras[turn % len(cameras)]
        _tell(camera, turn)
        if every and turn % every == 0:
            _raise_alarm(camera, turn)


def _tell(camera: Any, turn: int) -> None:
    from analytics.live import publish_camera
    from tests.states import area_state, state_write

    areas = [area_state(number=number, count=(turn + number) % 12, threshold=10) for number in range(1, 5)]
    publish_camera(state_write(camera, areas=areas, count=turn % 40))  # type: ignore[arg-type]  # a whole state


def _raise_alarm(camera: Any, turn: int) -> None:
    from analytics.live import publish_alarm
    from tests.factories import AlarmFactory

    publish_alarm(AlarmFactory(camera=camera, area_name=f"Alarm {turn}"))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
