"""From address to source."""

import pytest

from cameras.capture.clip import ClipSource
from cameras.capture.http import HttpSource
from cameras.capture.rtsp import RtspSource
from cameras.capture.scene import SceneSource
from cameras.capture.source import AddressInvalidError, SourceSpec
from cameras.capture.sources import source_open


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("rtsp://10.0.0.5/live", RtspSource),
        ("RTSPS://10.0.0.5/live", RtspSource),
        ("http://10.0.0.5/mjpeg", HttpSource),
        ("https://10.0.0.5/snapshot.jpg", HttpSource),
        ("scene:?people=1", SceneSource),
        (" clip:a.mp4", ClipSource),
    ],
)
def test_the_scheme_chooses_the_source(url: str, kind: type, tmp_path) -> None:
    """CAM-1: all by URL."""
    source = source_open(SourceSpec(url, media_root=tmp_path))

    assert isinstance(source, kind)
    assert source.simulated is (kind is SceneSource)
    source.close()


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "concat:a|b", "/dev/video0", "udp://10.0.0.5:1", "data:x"])
def test_other_schemes_are_refused(url: str) -> None:
    """SEC-4, SEC-6: FFmpeg knows many more, which read files or other hosts."""
    with pytest.raises(AddressInvalidError, match="expected one of rtsp"):
        source_open(SourceSpec(url))
