"""RTSP cameras, over TCP or UDP (CAM-1), decoded by FFmpeg through PyAV.

What was measured of FFmpeg (DESIGN 3): only PyAV's own `timeout` ends a wait; a killed server looks like a normal end;
at a freeze the first wait that times out still returns the packet that its parser held back, so the time a wait took
is looked at as well, which halves the time until a freeze is seen.
"""

import threading
from collections import deque
from time import monotonic

import av
from av import Packet, VideoFrame
from av.container import InputContainer
from av.error import (
    DecoderNotFoundError,
    ExitError,
    FFmpegError,
    HTTPForbiddenError,
    HTTPServerError,
    HTTPUnauthorizedError,
    InvalidDataError,
    PatchWelcomeError,
)

from cameras.capture.address import CameraAddress
from cameras.capture.frame import Frame
from cameras.capture.keys import KeyPictures
from cameras.capture.pace import Pace
from cameras.capture.planes import PictureError, PlaneReader
from cameras.capture.preflight import knock
from cameras.capture.sdp import EXPECTED
from cameras.capture.source import (
    CaptureError,
    NoAnswerError,
    NotAVideoError,
    PortClosedError,
    SourceSpec,
    SourceUnreachableError,
    StreamEndedError,
    StreamStalledError,
    UnauthorisedError,
    UnsupportedCodecError,
)

OPEN_LIMIT_S = 5.0
PICTURE_LIMIT_S = 10.0  # the first key frame of a thrifty camera may take several seconds
AUTH_LIMIT = 127  # characters of user:password that FFmpeg keeps; what is longer it would cut in silence
CODECS = ("h264", "hevc", "mjpeg", "mpeg4")
OPTIONS = {
    "allowed_media_types": "video",
    "protocol_whitelist": "rtsp,rtsps,rtp,srtp,udp,tcp,tls",
    "codec_whitelist": ",".join(CODECS),
    "analyzeduration": "500000",  # µs; 2.8 s to the first picture without these two, 0.6 s with them
    "fpsprobesize": "0",
    "max_pixels": str(8192 * 8192),
}


class RtspSource:
    """One RTSP stream. TCP is tried first by hand, because FFmpeg cannot tell an unknown host from a refused one."""

    simulated = False

    def __init__(self, spec: SourceSpec) -> None:
        self._spec = spec
        self._address = CameraAddress.of(spec)
        self._read_limit_s = max(2.0, 3.0 / spec.fps)
        self._pace, self._keys = Pace(spec.fps), KeyPictures(spec.fps)
        self._planes = PlaneReader()
        self._pictures: deque[VideoFrame] = deque()
        self._number = -1
        self._container: InputContainer | None = None
        self._cancelled = threading.Event()

    def open(self) -> None:
        """Knock, then let FFmpeg connect to the very address that answered. Raises CaptureError."""
        with knock(self._address, self._spec.guard, limit_s=OPEN_LIMIT_S) as host:
            self._container = container = self._open_at(host)
        if not container.streams.video:
            raise NotAVideoError(f"{self._address}: no video that can be decoded in the stream")
        # FFmpeg's whitelist holds for what it looks at by itself while it opens, not for the decoding that follows.
        if self.codec not in CODECS:
            raise UnsupportedCodecError(f"{self._address}: the codec is {self.codec or 'unknown'}, {EXPECTED}")
        container.streams.video[0].codec_context.thread_count = 1

    @property
    def codec(self) -> str:
        """In FFmpeg's words."""
        video = self._container.streams.video if self._container else ()
        # PyAV knows no context for a stream that FFmpeg cannot decode, whatever its types say.
        return str(video[0].codec_context.name) if video and video[0].codec_context else ""

    def read(self) -> Frame:
        """The next frame due. Raises StreamStalledError, StreamEndedError, NotAVideoError."""
        deadline = monotonic() + max(PICTURE_LIMIT_S, self._read_limit_s)
        while monotonic() < deadline:
            if not self._pictures:
                self._pictures.extend(self._decode(self._packet()))
                continue
            picture = self._pictures.popleft()
            self._number += 1
            if self._pace.due(monotonic() * 1000):
                return self._frame(picture)
        raise StreamStalledError(f"{self._address}: data arrives, but no picture for {PICTURE_LIMIT_S:g} s")

    def close(self) -> None:
        """Let go of connection and decoder."""
        self._pictures.clear()
        if self._container is not None:
            self._container.close()
            self._container = None

    def cancel(self) -> None:
        """The wait in FFmpeg ends by its time limit, or with the next packet."""
        self._cancelled.set()

    def _open_at(self, host: str) -> InputContainer:
        url = self._address.with_credentials(host)
        if len(url.rpartition("@")[0].partition("//")[2]) > AUTH_LIMIT:
            raise UnauthorisedError(f"{self._address}: user name and password exceed {AUTH_LIMIT} characters in a URL")
        options = {**OPTIONS, "rtsp_transport": self._spec.transport}
        try:
            return av.open(url, options=options, timeout=(OPEN_LIMIT_S, self._read_limit_s))
        except (FFmpegError, OSError, ValueError) as exc:
            raise _open_error(self._address, exc) from None

    def _packet(self) -> Packet:
        """The next packet of the video. Any end, error or silence raises."""
        if self._cancelled.is_set() or self._container is None:
            raise StreamEndedError(f"{self._address}: closed")
        begin = monotonic()
        try:
            packet = next(self._container.demux(video=0), None)
        except (ExitError, TimeoutError):
            raise StreamStalledError(f"{self._address}: nothing for {self._read_limit_s:g} s") from None
        except (FFmpegError, OSError, ValueError) as exc:
            raise StreamEndedError(f"{self._address}: the stream broke off ({_cause(exc)})") from None
        if packet is None or not packet.size:
            raise StreamEndedError(f"{self._address}: the camera ended the stream")
        if monotonic() - begin >= self._read_limit_s:
            raise StreamStalledError(f"{self._address}: nothing for {self._read_limit_s:g} s")
        return packet

    def _decode(self, packet: Packet) -> list[VideoFrame]:
        """Pictures of one packet. A damaged packet has none; the next key frame heals."""
        try:
            pictures = self._keys.decode(packet, monotonic() * 1000)
        except InvalidDataError:
            return []
        except (PatchWelcomeError, DecoderNotFoundError):
            raise UnsupportedCodecError(f"{self._address}: this kind of video cannot be decoded, {EXPECTED}") from None
        except (FFmpegError, OSError, ValueError) as exc:
            raise StreamEndedError(f"{self._address}: the decoder gave up ({_cause(exc)})") from None
        self._number += len(pictures[:-1])
        return pictures[-1:]  # of those that were held back, only the newest shows what is now

    def _frame(self, picture: VideoFrame) -> Frame:
        try:
            return self._planes.frame(picture, self._number + self._keys.left_out)
        except PictureError as exc:
            raise NotAVideoError(f"{self._address}: {exc}") from None


def _open_error(address: CameraAddress, exc: Exception) -> CaptureError:
    """Our error for FFmpeg's at opening; its own text holds the password and is dropped."""
    if isinstance(exc, HTTPUnauthorizedError | HTTPForbiddenError):
        return UnauthorisedError(f"{address}: user name or password not accepted")
    if isinstance(exc, ExitError | TimeoutError):
        return NoAnswerError(f"{address}: no answer within {OPEN_LIMIT_S:g} s")
    if isinstance(exc, ConnectionRefusedError):
        return PortClosedError(f"{address}: connection refused")
    if isinstance(exc, HTTPServerError):
        return SourceUnreachableError(f"{address}: the camera answers with an error of its own (5xx)")
    return NotAVideoError(f"{address}: no video ({_cause(exc)})")


def _cause(exc: Exception) -> str:
    """FFmpeg's reason without the address."""
    return str(getattr(exc, "strerror", None) or type(exc).__name__)
