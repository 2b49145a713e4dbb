"""The demo's settings on the demo's clips, through the real chain."""

from dataclasses import replace
from itertools import count

import pytest
from django.conf import settings

from analytics.engine.inference.onnx import open_detector
from analytics.engine.inference.task import Task
from analytics.engine.masks.pipeline import MaskPipeline
from analytics.engine.pipeline import CameraPipeline
from cameras.capture.clip import ClipReader
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from portal.demo_sites import DEMO, DemoCamera

CAMERAS = {camera.name: camera for site in DEMO for camera in site.cameras}


def events_in_a_minute(camera: DemoCamera) -> list[str]:
    """What the areas of a camera say while its clip is looped for a minute."""
    detector = open_detector(None, settings.NETWORK_FOLDERS)
    return _looped(camera, CameraPipeline(detector, OccupancySettings.from_json(camera.settings)))


def events_of_faces_in_a_minute(camera: DemoCamera) -> list[str]:
    """The same of those without mask."""
    assert camera.nonmask is not None
    detector = open_detector(None, settings.NETWORK_FOLDERS, task=Task.NONMASK)
    return _looped(camera, MaskPipeline(detector, NonmaskSettings.from_json(camera.nonmask), fps=camera.fps))


def _looped(camera: DemoCamera, pipeline: CameraPipeline | MaskPipeline) -> list[str]:
    frames = [frame.copied() for frame in ClipReader(settings.MEDIA_CLIPS / camera.clip, camera.fps)]
    step_ms, number, seen = round(1000 / camera.fps), count(1), []
    for place in range(int(60 * camera.fps)):
        frame = replace(frames[place % len(frames)], at_ms=place * step_ms, number=next(number))
        seen += [str(event.kind) for _, event in pipeline.step(frame).events]
    return seen


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", ["Meeting table", "Entrance lane"])
def test_alarms_come_and_go_within_a_minute(name: str) -> None:
    """RUN-1: whoever starts the demo sees an alarm and its end without waiting long, and no flood of them."""
    seen = events_in_a_minute(CAMERAS[name])

    assert 1 <= seen.count("alarm_ended") <= seen.count("alarm_started") <= 4


@pytest.mark.shared
@pytest.mark.slow
def test_somebody_without_a_mask_comes_and_goes_within_a_minute() -> None:
    """RUN-1, MASK-7."""
    seen = events_of_faces_in_a_minute(CAMERAS["Reception"])

    assert 1 <= seen.count("alarm_ended") <= seen.count("alarm_started") <= 4


@pytest.mark.shared
def test_nothing_happens_in_the_empty_car_park() -> None:
    """RUN-1: a quiet camera is quiet."""
    assert events_in_a_minute(CAMERAS["Lower deck"]) == []
