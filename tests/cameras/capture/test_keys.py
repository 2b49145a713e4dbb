"""Key pictures only, where few pictures are wanted."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import PictureType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cameras.capture.clip import ClipSource, Recording
from cameras.capture.keys import KeyPictures
from cameras.capture.rtsp import RtspSource
from cameras.capture.source import SourceSpec
from portal.common.outgoing import AddressGuard
from tests.cameras.capture.support import scene_frames
from tests.servers.rtsp import RtspServer

FRAMES = scene_frames(80, width=160, height=120)
Shown = list[tuple[float, np.ndarray]]


def keyed_clip(path: Path, keys: set[int], options: dict[str, str] | None = None) -> Path:
    """Eight seconds of 10 pictures a second; of these numbers are the key pictures."""
    usual = {"g": "999", "sc_threshold": "0", "forced-idr": "1", "preset": "ultrafast"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options=usual | (options or {}))
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for frame in FRAMES:
            picture = av.VideoFrame.from_ndarray(frame.image, format="yuv420p")
            picture.pts = frame.number
            picture.pict_type = PictureType.I if frame.number in keys else PictureType.NONE
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def shown(clip: Path, keys: KeyPictures | None = None) -> Shown:
    recording = Recording(clip)
    pictures = [(at_ms, picture.to_ndarray()) for at_ms, picture in recording.pictures(keys)]
    recording.close()
    return pictures


def test_what_is_not_wanted_is_not_decoded(tmp_path: Path) -> None:
    """CAM-6: a key picture a second, one picture a second wanted: after two seconds nothing else is decoded."""
    keys = KeyPictures(1)

    at_ms = [at_ms for at_ms, _ in shown(keyed_clip(tmp_path / "a.mp4", set(range(0, 80, 10))), keys)]

    # The last second is decoded at the end of the file: the next round begins when this one is over.
    assert at_ms == [*range(0, 2000, 100), *range(2000, 7000, 1000), *range(7000, 8000, 100)]
    assert keys.left_out == 80 - len(at_ms)


@pytest.mark.parametrize(
    ("fps", "every", "options"),
    [
        pytest.param(5, 10, {}, id="many wanted"),
        pytest.param(1, 20, {}, id="key pictures too rare"),
        pytest.param(1, 10, {"bf": "2", "preset": "medium"}, id="pictures out of order"),
        pytest.param(1, 10, {"intra-refresh": "1", "g": "10", "bf": "0", "preset": "medium"}, id="renewed in strips"),
    ],
)
def test_every_picture_is_decoded(tmp_path: Path, fps: float, every: int, options: dict[str, str]) -> None:
    """CAM-6: where key pictures are not enough, or their pictures come late."""
    keys, forced = KeyPictures(fps), set() if "intra-refresh" in options else set(range(0, 80, every))

    assert len(shown(keyed_clip(tmp_path / "a.mp4", forced, options), keys)) == 80
    assert keys.left_out == 0


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, 79)) | st.sets(st.sampled_from(range(0, 80, 10)), min_size=4))
def test_no_picture_is_spoilt_and_none_is_late(tmp_path: Path, forced: set[int]) -> None:
    """SPEC 4.9: wherever the key pictures are, what is decoded is right, and the camera never looks lost."""
    clip, keys = keyed_clip(tmp_path / "a.mp4", forced), KeyPictures(1)
    truth, found = dict(shown(clip)), shown(clip, keys)

    assert all(np.array_equal(picture, truth[at_ms]) for at_ms, picture in found)
    assert max(later - earlier for (earlier, _), (later, _) in pairwise(found)) <= 1500 + 100  # and one picture more
    assert len(found) + keys.left_out == 80


def test_a_clip_keeps_its_time(clip: Path) -> None:
    """CAM-1, CAM-6: one picture a second of ten, over the end of its three seconds; every picture has its number."""
    source = ClipSource(SourceSpec(f"clip:{clip.name}", fps=1, media_root=clip.parent))
    source.open()
    frames = [source.read() for _ in range(5)]
    source.close()

    assert source._keys.left_out > 0
    assert frames[-1].number == 40
    assert all(abs(frame.at_ms - frames[0].at_ms - 100 * frame.number) <= 300 for frame in frames)


@pytest.mark.network
def test_a_camera_that_saves_on_key_pictures_is_not_lost(tmp_path: Path, guard: AddressGuard) -> None:
    """CAM-1, SPEC 4.9: a key picture a second, then none for five: its pictures go on, and all are counted."""
    with RtspServer(keyed_clip(tmp_path / "a.mp4", set(range(0, 40, 10)))) as server:
        source = RtspSource(SourceSpec(server.url, fps=1, guard=guard))
        source.open()
        frames = [source.read() for _ in range(9)]
        left_out = source._keys.left_out
        source.close()

    gaps_ms = [later.at_ms - earlier.at_ms for earlier, later in pairwise(frames)]
    assert left_out > 0
    assert max(gaps_ms) <= 1900
    assert abs((frames[-1].number - frames[1].number) - sum(gaps_ms[1:]) / 100) <= 15
