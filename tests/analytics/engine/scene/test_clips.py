"""Scene advice on real video: good clips are told nothing, spoilt copies of them what was done to them (CAM-8)."""

from collections.abc import Iterator
from functools import cache

import pytest
from django.conf import settings

from analytics.engine.inference.networks import NetworkCatalogue
from analytics.engine.inference.onnx import OnnxDetector
from analytics.engine.inference.sessions import session_open
from analytics.engine.pipeline import CameraPipeline
from analytics.engine.scene.advice import Advice
from analytics.engine.scene.watch import SceneWatch
from cameras.capture.clip import ClipReader
from cameras.capture.frame import Frame
from cameras.extensions.occupancy import OccupancySettings
from tests.analytics.engine.scene.scenery import (
    Spoil,
    as_it_is,
    blurred,
    darker,
    foggy,
    shifted,
    spoilt,
    watched,
    words,
)

pytestmark = [pytest.mark.shared, pytest.mark.slow]

STILL = (
    "campus-people",
    "cars-overhead",
    "faces-mask-on",
    "faces-plain",
    "parking-car-bicycle",
    "parking-empty",
    "people-one-by-one",
)
RIDDEN = "bicycles-street"  # filmed from a bicycle
EVERY_MS = 500


@cache
def pictures(clip: str) -> tuple[Frame, ...]:
    """Two a second."""
    assert settings.MEDIA_CLIPS is not None
    found: list[Frame] = []
    for frame in ClipReader(settings.MEDIA_CLIPS / f"{clip}.mp4"):
        if not found or frame.at_ms - found[-1].at_ms >= EVERY_MS:
            found.append(frame)
    return tuple(found)


def shown(clip: str, begin_s: int, end_s: int, spoil: Spoil = as_it_is) -> Iterator[Frame]:
    """The clip over and over, as a camera."""
    frames = pictures(clip)
    for number in range(begin_s * 1000 // EVERY_MS, end_s * 1000 // EVERY_MS):
        yield spoilt(frames[number % len(frames)], spoil, at_ms=number * EVERY_MS)


def advice_of(clip: str, seconds: int) -> list[tuple[Advice, bool]]:
    """With our own network and tracker, as the product wires them."""
    network = NetworkCatalogue(settings.NETWORK_FOLDERS).get("lookout-occupancy-384x256")
    session = session_open(network, ["CPUExecutionProvider"])
    pipeline = CameraPipeline(OnnxDetector(network, open_session=lambda: session), OccupancySettings(), fps=2)
    watch = SceneWatch()
    watch.use((network.manifest.input.width, network.manifest.input.height))
    return words(change for frame in shown(clip, 0, seconds) for change in watch.look(frame, pipeline.step(frame)))


@pytest.mark.parametrize("clip", STILL)
def test_no_advice_on_a_good_clip(clip: str) -> None:
    """CAM-8: whatever happens on it: exposure that jumps, a face before the lens, an empty car park."""
    assert advice_of(clip, 90) == []


def test_a_camera_that_is_ridden_about_is_told() -> None:
    """CAM-8: the one clip whose camera does not stand still."""
    assert advice_of(RIDDEN, 90) == [(Advice.SHAKING, True)]


@pytest.mark.parametrize(
    ("spoil", "advice"),
    [
        pytest.param(darker, Advice.DARK, id="dark"),
        pytest.param(foggy, Advice.WASHED_OUT, id="fog"),
        pytest.param(blurred, Advice.BLURRED, id="blur"),
        pytest.param(shifted(0.06, 0.02), Advice.MOVED, id="moved"),
    ],
)
@pytest.mark.parametrize("clip", STILL)
def test_a_spoilt_copy_is_told(clip: str, spoil: Spoil, advice: Advice) -> None:
    """CAM-8: darkened, fogged, out of focus, turned aside: that, and nothing else."""
    watch = SceneWatch()

    assert watched(watch, shown(clip, 0, 40)) == []
    assert words(watched(watch, shown(clip, 40, 110, spoil))) == [(advice, True)]
    assert words(watched(watch, shown(clip, 110, 170))) == [(advice, False)]
