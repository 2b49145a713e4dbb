"""What every source of frames promises, what it needs to know, and how it fails.

    CaptureError
    ├── AddressInvalidError      the address cannot be read
    ├── AddressRefusedError      the guard does not let the portal call it (SEC-4)
    ├── SourceUnreachableError   cannot be reached, for one of these reasons or another
    │   ├── UnknownHostError         the name has no address
    │   ├── PortClosedError          connection refused
    │   └── NoAnswerError            no answer in time
    ├── UnauthorisedError        user name or password not accepted
    ├── NotAVideoError           answers, but not with pictures we can read
    │   ├── UnsupportedCodecError    a video, of a kind that we do not decode
    │   └── EncryptedStreamError     the camera encrypts the pictures themselves
    ├── StreamStalledError       open, but nothing more arrives
    └── StreamEndedError         the stream is over: camera lost

Messages name the address without credentials. Errors of FFmpeg are never chained (`from None`): their text repeats the
whole address, with the password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl

from portal.common.outgoing import AddressGuard

if TYPE_CHECKING:  # brings OpenCV, which who only names a camera does without
    from cameras.capture.frame import Frame


class CaptureError(Exception):
    """A camera could not be read."""


class AddressInvalidError(CaptureError):
    """The address of the camera cannot be read."""


class AddressRefusedError(CaptureError):
    """The address, or one it redirects to, may not be called."""


class SourceUnreachableError(CaptureError):
    """Host unknown, connection refused, no answer in time, or an error of the network or the camera."""


class UnknownHostError(SourceUnreachableError):
    """The name of the host has no address."""


class PortClosedError(SourceUnreachableError):
    """The host refuses the connection: nothing listens at this port."""


class NoAnswerError(SourceUnreachableError):
    """No answer within the time limit."""


class UnauthorisedError(CaptureError):
    """User name or password not accepted."""


class NotAVideoError(CaptureError):
    """Something answers, but not with pictures that can be read."""


class UnsupportedCodecError(NotAVideoError):
    """A video whose codec is not among those that are decoded."""


class EncryptedStreamError(NotAVideoError):
    """The camera encrypts the stream, beyond rtsps; it has to be switched off there."""


class StreamStalledError(CaptureError):
    """The stream is open, but nothing arrives within the time limit."""


class StreamEndedError(CaptureError):
    """The stream ended. A killed camera looks like a normal end, so every end is 'camera lost'."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """What the row of a camera says about its source (CAM-1).

    url: rtsp, rtsps, http, https, clip: or scene: address; credentials inside are used only when `username` is empty.
    transport: "tcp" or "udp", for RTSP.    fps: wanted analysis rate; sources deliver about this many frames a second.
    media_root: folder of the clips.    rotation: degrees clockwise by which its pictures are turned (CAM-4).
    guard: judges addresses; without one, the strictest. It is the deployment's: two cameras do not differ by it.
    verify_tls: whether https cameras must show a trusted certificate; most sign their own.
    """

    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    transport: str = "tcp"
    fps: float = 5.0
    media_root: Path | None = None
    guard: AddressGuard | None = field(default=None, compare=False)
    rotation: int = 0
    verify_tls: bool = False

    def __post_init__(self) -> None:
        if self.transport not in {"tcp", "udp"}:
            raise ValueError(f"transport is {self.transport!r}, expected 'tcp' or 'udp'")
        if not 0 < self.fps <= 60:
            raise ValueError(f"fps is {self.fps}, expected more than 0 and at most 60")


def is_sketch(url: str) -> bool:
    """Whether it is the address of a simulated camera that nobody draws (`scene:?sketch=1`)."""
    scheme, _, query = url.strip().partition(":")
    return scheme.lower() == "scene" and ("sketch", "1") in parse_qsl(query.removeprefix("//").removeprefix("?"))


class FrameSource(Protocol):
    """One camera's pictures. Belongs to one thread; only `cancel` may be called from another.

    simulated: the pictures are drawn by us; every screen says so.
    codec: how the pictures arrive, in FFmpeg's words such as h264; "" before the first one.
    Every call is bounded by a time limit and raises only CaptureError.
    """

    simulated: bool

    @property
    def codec(self) -> str:
        """Known once the source is open."""

    def open(self) -> None:
        """Connect. Called once, before the first `read`."""

    def read(self) -> Frame:
        """The next frame to be analysed, when it is there."""

    def close(self) -> None:
        """Let go of everything; harmless when nothing is open."""

    def cancel(self) -> None:
        """Make a `read` that waits in another thread end soon, with StreamEndedError."""
