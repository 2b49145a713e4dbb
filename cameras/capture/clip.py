"""Recordings: a clip that loops in real time as a camera (CAM-1), and a reader that goes through one at full speed.

The file's content is not trusted: a playlist may name other files or hosts, so only the demuxers and the protocol of
plain video files are open to it.
"""

import threading
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import count
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import av
from av import VideoFrame
from av.container import InputContainer
from av.error import EOFError as FFmpegEndError
from av.error import FFmpegError, InvalidDataError
from av.video.stream import VideoStream

from cameras.capture.frame import Frame
from cameras.capture.keys import KeyPictures
from cameras.capture.pace import Pace
from cameras.capture.planes import PictureError, PlaneReader
from cameras.capture.source import AddressInvalidError, NotAVideoError, SourceSpec, StreamEndedError

OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,matroska,webm,avi,mpegts,mpeg,h264,hevc,mjpeg,flv,asf",
    "max_pixels": str(8192 * 8192),
}
USUAL_FPS = 25.0
BEHIND_LIMIT_MS = 1000  # what is later than this is not caught up with


class Recording:
    """A video file opened for decoding in one thread. Raises NotAVideoError, naming the file, never its folder."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._container: InputContainer = av.open(str(path), options=OPTIONS)
        except (FFmpegError, OSError, ValueError) as exc:
            reason = getattr(exc, "strerror", None) or type(exc).__name__
            raise NotAVideoError(f"{self.name}: cannot be read as a video ({reason})") from exc
        if not self._container.streams.video:
            self._container.close()
            raise NotAVideoError(f"{self.name}: holds no video")
        self._stream: VideoStream = self._container.streams.video[0]
        self._stream.codec_context.thread_count = 1

    @property
    def fps(self) -> float:
        """Pictures a second, as the file says; the usual rate where it does not."""
        rate: Fraction | None = self._stream.average_rate
        return float(rate) if rate else USUAL_FPS

    @property
    def codec(self) -> str:
        """In FFmpeg's words."""
        return str(self._stream.codec_context.name)

    @property
    def duration_s(self) -> float | None:
        """Length in seconds, where the file knows it."""
        return self._container.duration / av.time_base if self._container.duration else None

    def pictures(self, keys: KeyPictures | None = None) -> Iterator[tuple[float, VideoFrame]]:
        """Every picture, once, or those that `keys` decodes, with media time in ms, 0 at the first, never falling.

        A damaged packet is left out; a file that breaks off ends there.
        """
        first_ms, last_ms = None, -1000.0 / self.fps
        for picture in self._decoded(keys):
            at_ms = picture.time * 1000 if picture.time is not None else None
            if at_ms is None:
                media_ms = last_ms + 1000.0 / self.fps
            else:
                first_ms = at_ms if first_ms is None else first_ms
                media_ms = at_ms - first_ms
            last_ms = max(last_ms, media_ms)
            yield last_ms, picture

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def _decoded(self, keys: KeyPictures | None) -> Iterator[VideoFrame]:
        packets, number = self._container.demux(self._stream), count()
        tick_ms = float(self._stream.time_base or 0) * 1000
        with suppress(FFmpegEndError):
            while (packet := self._next(packets)) is not None:
                at_ms = next(number) * 1000.0 / self.fps if packet.dts is None else packet.dts * tick_ms
                try:
                    yield from packet.decode() if keys is None else keys.decode(packet, at_ms)
                except InvalidDataError:
                    continue

    def _next(self, packets: Iterator[av.Packet]) -> av.Packet | None:
        try:
            return next(packets, None)
        except InvalidDataError:
            return None


class ClipSource:
    """`clip:NAME.mp4`, a file below the media folder, looped at its own speed."""

    simulated = False

    def __init__(self, spec: SourceSpec) -> None:
        self._path = clip_path(spec.url, spec.media_root)
        self._pace, self._keys = Pace(spec.fps), KeyPictures(spec.fps)
        self._planes = PlaneReader()
        self._recording: Recording | None = None
        self._pictures: Iterator[tuple[float, VideoFrame]] = iter(())
        self._number = -1
        self._begin_ms = 0.0  # capture clock at the first picture of this round
        self._last_ms = 0.0  # media time of the picture before
        self._cancelled = threading.Event()

    def open(self) -> None:
        """Raises NotAVideoError."""
        if not self._path.is_file():
            raise NotAVideoError(f"clip:{self._path.name}: there is no such file in the media folder")
        self._play()
        self._begin_ms = monotonic() * 1000

    @property
    def codec(self) -> str:
        """In FFmpeg's words."""
        return self._recording.codec if self._recording else ""

    def read(self) -> Frame:
        """The next frame due, when its time has come. Raises StreamEndedError, NotAVideoError."""
        while True:
            media_ms, picture = self._next()
            self._number += 1
            if self._pace.due(self._begin_ms + media_ms):
                self._wait_for(media_ms)
                return self._frame(picture)

    def close(self) -> None:
        """Close the file."""
        if self._recording is not None:
            self._recording.close()
            self._recording = None

    def cancel(self) -> None:
        """A waiting `read` ends at once."""
        self._cancelled.set()

    def _next(self) -> tuple[float, VideoFrame]:
        """The next picture, from the beginning again after the last one."""
        found = next(self._pictures, None)
        if found is None:
            found = self._rewound()
        self._last_ms = found[0]
        return found

    def _rewound(self) -> tuple[float, VideoFrame]:
        """The first picture of the next round. Opened again, because not every kind of file can be wound back."""
        if self._recording is None or self._number < 0:
            raise NotAVideoError(f"clip:{self._path.name}: holds no picture that can be decoded")
        self._begin_ms += self._last_ms + 1000.0 / self._recording.fps
        self._recording.close()
        self._play()
        found = next(self._pictures, None)
        if found is None:
            raise StreamEndedError(f"clip:{self._path.name}: cannot be played again")
        return found

    def _play(self) -> None:
        self._recording = Recording(self._path)
        self._pictures = self._recording.pictures(self._keys)

    def _wait_for(self, media_ms: float) -> None:
        """Until the picture's time. Who is far behind, after a pause of the machine, goes on from now."""
        ahead_ms = self._begin_ms + media_ms - monotonic() * 1000
        if ahead_ms < -BEHIND_LIMIT_MS:
            self._begin_ms -= ahead_ms
        if self._cancelled.wait(max(0.0, ahead_ms / 1000)):
            raise StreamEndedError(f"clip:{self._path.name}: closed")

    def _frame(self, picture: VideoFrame) -> Frame:
        try:
            return self._planes.frame(picture, self._number + self._keys.left_out)
        except PictureError as exc:
            raise NotAVideoError(f"clip:{self._path.name}: {exc}") from exc


class ClipReader:
    """Goes through a recording once, as fast as it can, for `manage.py analyse` and the bench.

    Gives about `fps` frames per second of the recording (None: every picture), with `at_ms` in media time from 0;
    every picture is decoded, only those analysed are converted. Raises NotAVideoError.
    """

    def __init__(self, path: Path, fps: float | None = None, *, taken_at: float = 0.0) -> None:
        """`taken_at`: POSIX seconds of the first picture."""
        self._recording = Recording(path)
        self._fps = fps
        self._taken_at = taken_at
        self._planes = PlaneReader()
        self.fps = self._recording.fps
        self.duration_s = self._recording.duration_s

    def __iter__(self) -> Iterator[Frame]:
        pace = Pace(self._fps)
        for number, (media_ms, picture) in enumerate(self._recording.pictures()):
            if not pace.due(media_ms):
                continue
            try:
                taken_at = self._taken_at + media_ms / 1000
                frame = self._planes.frame(picture, number, at_ms=round(media_ms), taken_at=taken_at)
            except PictureError as exc:
                raise NotAVideoError(f"{self._recording.name}: {exc}") from exc
            yield frame

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._recording.close()


def clip_path(url: str, media_root: Path | None) -> Path:
    """The file that `clip:NAME` means. Raises AddressInvalidError when it is not below the media folder."""
    scheme, _, rest = url.strip().partition(":")
    name = unquote(rest.removeprefix("//"))
    if scheme.lower() != "clip" or not name.strip() or not name.isprintable():
        raise AddressInvalidError(f"{url!r}: expected clip:NAME.mp4")
    if media_root is None:
        raise AddressInvalidError(f"{url}: no media folder is set (LOOKOUT_MEDIA)")
    root = media_root.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or path == root:
        raise AddressInvalidError(f"{url}: the file must lie in the media folder")
    return path
