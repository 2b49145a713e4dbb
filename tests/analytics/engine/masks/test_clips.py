"""The non-mask chain on the faces clips of ../shared, against what a person counted in them."""

import json
from collections import Counter
from typing import Any

import cv2
import numpy as np
import pytest
from django.conf import settings

from analytics.analyse_masks import analyse_masks
from analytics.engine.inference.detections import Kind
from analytics.engine.inference.onnx import open_detector
from analytics.engine.inference.task import Task
from analytics.engine.inference.tiles import TiledDetector
from analytics.engine.masks.pipeline import MaskPipeline
from analytics.trial import Trial
from cameras.capture.clip import ClipReader
from cameras.capture.frame import Frame
from cameras.extensions.nonmask import FaceZone, NonmaskSettings

pytestmark = [pytest.mark.shared, pytest.mark.slow]

NETWORKS = ["lookout-faces-384x256", "face-mask-ssd-260"]
PAINTING = FaceZone(((0.46, 0.16), (0.55, 0.16), (0.55, 0.33), (0.46, 0.33)))
OFF_S = 5.4
"""When the second man has taken his mask off; he puts it on again after 9.5 s. The others wear theirs from 2.5 s on."""

Line = dict[str, Any]


def lines(network_id: str, clip: str, chosen: NonmaskSettings, *, fps: float = 5) -> list[Line]:
    assert settings.MEDIA_CLIPS is not None
    detector = open_detector(network_id, settings.NETWORK_FOLDERS, task=Task.NONMASK)
    reader = ClipReader(settings.MEDIA_CLIPS / f"{clip}.mp4", fps)
    return list(analyse_masks(reader, detector, Trial(chosen), fps=fps))


def errors(printed: list[Line], clip: str) -> dict[str, float]:
    """Mean error of each count at the instants of the truth, beyond the tolerance."""
    truth = json.loads((settings.MEDIA_CLIPS / f"{clip}.truth.json").read_text(encoding="utf-8"))["frames"]
    frames = [line for line in printed if "mask" in line]
    nearest = [min(frames, key=lambda line: abs(line["t"] - counted["t"])) for counted in truth]
    pairs = list(zip(nearest, truth, strict=True))
    return {
        kind: sum(max(0, abs(line[kind] - one[kind]) - one.get("tol", 0)) for line, one in pairs) / len(pairs)
        for kind in ("mask", "no_mask")
    }


@pytest.mark.parametrize("network_id", NETWORKS)
@pytest.mark.parametrize("clip", ["faces-mask-on", "faces-plain"])
def test_faces_are_counted_as_a_person_does(network_id: str, clip: str) -> None:
    """Issue 6: mean error of both counts at most 0.15; the painting behind lies in an ignore zone."""
    chosen = NonmaskSettings(ignore_zones=(PAINTING,)) if clip == "faces-mask-on" else NonmaskSettings()

    assert max(errors(lines(network_id, clip, chosen), clip).values()) <= 0.15


@pytest.mark.parametrize("network_id", NETWORKS)
def test_only_who_takes_the_mask_off_is_alarmed_of_and_soon(network_id: str) -> None:
    """MASK-2, MASK-7: within 3 s, once; nobody who wears one the whole time, and not the painting in its zone."""
    printed = lines(network_id, "faces-mask-on", NonmaskSettings(ignore_zones=(PAINTING,)))
    started, notified, ended = [line for line in printed if "event" in line]

    assert started["event"] == "alarm_started"
    assert OFF_S <= started["t"] <= OFF_S + 3
    assert (notified["event"], notified["count"]) == ("notified", 1)
    assert (ended["event"], ended["reason"]) == ("alarm_ended", "mask on")
    assert len({line["face"] for line in (started, notified, ended)}) == 1


@pytest.mark.parametrize("fps", [2, 12.5])
def test_the_rate_of_the_camera_changes_no_alarm(fps: float) -> None:
    """MASK-2: the vote counts frames; between 2 and 12.5 of them a second it comes to the same."""
    printed = lines(NETWORKS[0], "faces-mask-on", NonmaskSettings(ignore_zones=(PAINTING,)), fps=fps)
    started = [line for line in printed if line.get("event") == "alarm_started"]

    assert [OFF_S <= line["t"] <= OFF_S + 3.5 for line in started] == [True]


def test_a_clip_with_two_non_wearers_is_two_alarms_in_one_notification() -> None:
    """MASK-7: with their number."""
    printed = [line for line in lines(NETWORKS[0], "faces-plain", NonmaskSettings()) if "event" in line]

    assert [line["event"] for line in printed] == ["alarm_started", "alarm_started", "notified", "joined"]
    assert {line["count"] for line in printed} == {2}


def test_thirty_six_faces_at_once_are_all_followed() -> None:
    """MASK-3: at least eight are wanted; four people nine times in one picture, about 100 pixels of 1920 wide each."""
    assert settings.MEDIA_CLIPS is not None
    frames = ClipReader(settings.MEDIA_CLIPS / "faces-mask-on.mp4", 1.0)
    people = next(frame for frame in frames if frame.at_ms >= 4000).bgr()[100:440, 200:800]
    detector = open_detector(NETWORKS[0], settings.NETWORK_FOLDERS, task=Task.NONMASK)

    result = MaskPipeline(detector, NonmaskSettings()).step(Frame.from_bgr(np.tile(people, (3, 3, 1))))

    assert (len(result.faces), result.mask, result.no_mask) == (36, 36, 0)
    assert (result.saturated, result.crowded) == (False, True)


def test_small_faces_are_found_in_the_halves() -> None:
    """MASK-1: the option finds at least a fifth more of them, at 60 pixels of 1920 wide."""
    assert settings.MEDIA_CLIPS is not None
    plain = open_detector(NETWORKS[0], settings.NETWORK_FOLDERS, task=Task.NONMASK)
    found = Counter[str]()
    for frame in ClipReader(settings.MEDIA_CLIPS / "faces-mask-on.mp4", 0.5):
        canvas = np.full((1080, 1920, 3), 90, np.uint8)
        small = cv2.resize(frame.bgr(), (672, 354), interpolation=cv2.INTER_AREA)
        canvas[300:654, 100:772] = canvas[600:954, 1200:1872] = small
        picture = Frame.from_bgr(canvas)
        for name, detector in (("whole", plain), ("halves", TiledDetector(plain))):
            found[name] += int((detector.detect(picture, {Kind.MASK: 0.25, Kind.NO_MASK: 0.25}).score >= 0.25).sum())

    assert found["halves"] >= 1.2 * found["whole"] > 0
