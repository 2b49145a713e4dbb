"""Alarms that are to be told, and what a receiver should hear of them."""

from collections import defaultdict
from collections.abc import Iterator

from cameras.models import Camera
from tests.factories import AlarmFactory
from tests.notifications.faults.verdict import Area
from tests.notifications.outbox import tell

AREAS = 2


def tell_alarms(cameras: list[Camera], count: int) -> dict[Area, list[str]]:
    """Starts in two areas of each camera in turn, waiting; the alarms of each area in their order."""
    told: dict[Area, list[str]] = defaultdict(list)
    for camera, number in turns(cameras, count):
        alarm = AlarmFactory(camera=camera, area_number=number)
        tell(alarm)
        told[camera.pk, number].append(str(alarm.pk))
    return told


def turns(cameras: list[Camera], count: int) -> Iterator[tuple[Camera, int]]:
    """Whose turn it is: camera and number of its area."""
    for number in range(count):
        yield cameras[number % len(cameras)], 1 + number // len(cameras) % AREAS
