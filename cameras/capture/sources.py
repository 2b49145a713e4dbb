"""From the address of a camera to its source."""

from collections.abc import Callable

from cameras.capture.clip import ClipSource
from cameras.capture.http import HttpSource
from cameras.capture.rtsp import RtspSource
from cameras.capture.scene import SceneSource
from cameras.capture.source import AddressInvalidError, FrameSource, SourceSpec

SOURCES: dict[str, Callable[[SourceSpec], FrameSource]] = {
    "rtsp": RtspSource,
    "rtsps": RtspSource,
    "http": HttpSource,
    "https": HttpSource,
    "clip": ClipSource,
    "scene": SceneSource.of,
}


def source_open(spec: SourceSpec) -> FrameSource:
    """The source for `spec.url`, its `open` still to be called. Raises AddressInvalidError."""
    scheme = spec.url.strip().partition(":")[0].lower()
    if scheme not in SOURCES:
        # The address itself is not repeated: what is so unusual may hold a password anywhere.
        raise AddressInvalidError(f"{scheme[:20]!r} is no kind of source; expected one of {', '.join(SOURCES)}")
    return SOURCES[scheme](spec)
