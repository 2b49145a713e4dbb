"""From pictures to the clip of an alarm: H.264 in MP4, and what is drawn on it as JSON beside it (OPR-3).

The video is clean: boxes lie in the JSON, by the time of their picture, so that whoever looks can have them on or off.
Pictures are encoded as they come; what came so far is a whole file at any time. Faces are blurred before a picture is
encoded, on the places where they are in the picture before and in the one after, too: a face that is missed in one
picture is not seen in it.
"""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

from analytics.workers.clipring import Picture
from analytics.workers.pictures import blur
from cameras.capture.frame import Frame

MS = Fraction(1, 1000)
LAST_MS = 200  # how long the last picture is shown
KEY_EVERY = 10  # pictures: the longest way to any of them when somebody steps or seeks
# No picture waits for a later one, so that a clip can be closed at any moment. At most 1 Mbit/s: 1.3 MB in 10 s.
ENCODER = {
    "preset": "superfast",
    "tune": "zerolatency",
    "crf": "25",
    "maxrate": "1000k",
    "bufsize": "1000k",
    "colorspace": "smpte170m",
    "color_range": "tv",
}


@dataclass(frozen=True, slots=True)
class ClipPart:
    """A clip as far as it has come. began_at: POSIX seconds of its first picture.    whole: nothing follows.

    mp4, scenes: empty when no picture could be encoded.
    """

    clip: str
    began_at: float
    whole: bool
    mp4: bytes = b""
    scenes: bytes = b""


@dataclass(slots=True)
class Discretion:
    """Who may be recognised on a clip: nobody but `faces` (numbers of tracks) where the policy of the site blurs."""

    blurs: bool = False
    faces: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Seen:
    """A picture with what was seen on it."""

    picture: Picture
    scene: dict[str, Any] = field(default_factory=dict)

    def faces(self, but: frozenset[int]) -> list[list[float]]:
        return [face["box"] for face in self.scene.get("faces", ()) if face["id"] not in but]


class Film:
    """One clip in the making. Used by one thread; `discretion` may be changed by another one."""

    def __init__(self, clip: str, discretion: Discretion) -> None:
        self._clip, self._discretion = clip, discretion
        self._encoder: VideoCodecContext | None = None
        self._packets: list[Packet] = []
        self._scenes: list[dict[str, Any]] = []
        self._outlines: dict[int, Any] = {}
        self._before: _Seen | None = None
        self._waiting: _Seen | None = None  # for the picture after it
        self._first: Picture | None = None

    def add(self, picture: Picture) -> None:
        """The next picture; one of another size ends what can be shown, and is left out. Raises av.FFmpegError."""
        self._first = self._first or picture
        if picture.size != self._first.size:
            return
        seen = _Seen(picture, picture.seen())
        self._write(after=seen)
        self._waiting = seen

    def part(self, *, whole: bool) -> ClipPart:
        """What came so far; the last picture only of a whole one, because the one after it decides what is blurred.

        Raises av.FFmpegError.
        """
        if whole:
            self._write(after=None)
        if self._first is None or not self._packets:
            return ClipPart(self._clip, 0.0, whole)
        return ClipPart(self._clip, self._first.at, whole, self._mp4(), self._json())

    def _write(self, *, after: _Seen | None) -> None:
        """Encode the one that waited."""
        seen, self._waiting = self._waiting, None
        if seen is None:
            return
        near = [one for one in (self._before, seen, after) if one is not None]
        self._packets += self._encode(self._discreet(seen.picture, near))
        self._scenes.append(self._scene(seen))
        self._before = seen

    def _discreet(self, picture: Picture, near: Iterable[_Seen]) -> Picture:
        """The picture without the faces that are not to be recognised."""
        if not self._discretion.blurs:
            return picture
        boxes = [box for one in near for box in one.faces(self._discretion.faces)]
        return replace(picture, frame=_blurred(picture.frame, boxes)) if boxes else picture

    def _encode(self, picture: Picture) -> list[Packet]:
        if self._encoder is None:
            self._encoder = _encoder(*picture.size)
        frame = av.VideoFrame.from_ndarray(picture.frame.image, format="yuv420p")
        frame.pts, frame.time_base = self._ms(picture), MS
        return self._encoder.encode(frame)

    def _ms(self, picture: Picture) -> int:
        assert self._first is not None, "there is no first picture"
        return picture.at_ms - self._first.at_ms

    def _scene(self, seen: _Seen) -> dict[str, Any]:
        """Without the outlines of areas, which hardly change: they are told once."""
        areas = [dict(area) for area in seen.scene.get("areas", ())]
        self._outlines |= {area["number"]: area.pop("polygon", None) for area in areas}
        boxes = [box for box in seen.scene.get("boxes", ()) if box["id"] is not None]
        faces = seen.scene.get("faces", [])
        return {"at": self._ms(seen.picture) / 1000, "boxes": boxes, "areas": areas, "faces": faces}

    def _json(self) -> bytes:
        assert self._first is not None, "there is no first picture"
        whole = {
            "began_at": self._first.at,
            "size": self._first.size,
            "outlines": self._outlines,
            "frames": self._scenes,
        }
        return json.dumps(whole, separators=(",", ":")).encode()

    def _mp4(self) -> bytes:
        assert self._first is not None, "there is no first picture"
        file = io.BytesIO()
        with av.open(file, "w", format="mp4") as container:
            width, height = self._first.size
            stream = container.add_mux_stream("h264", width=width, height=height, time_base=MS)
            for packet, lasts in zip(self._packets, self._lengths(), strict=True):
                container.mux(_copied(packet, lasts, stream))
        return file.getvalue()

    def _lengths(self) -> list[int]:
        """How long each picture is shown, ms."""
        times = [packet.pts or 0 for packet in self._packets]
        return [later - earlier for earlier, later in pairwise(times)] + [LAST_MS]


def _encoder(width: int, height: int) -> VideoCodecContext:
    """One thread: the cores belong to the cameras."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, VideoCodecContext), "libx264 encodes video"
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.thread_count, encoder.gop_size = MS, 1, KEY_EVERY
    encoder.options = ENCODER
    return encoder


def _copied(packet: Packet, lasts_ms: int, stream: Any) -> Packet:
    """A packet that is muxed is changed by that; the one kept goes into every later part, too."""
    copy = Packet(bytes(packet))
    copy.pts = copy.dts = packet.pts
    copy.time_base, copy.duration, copy.is_keyframe, copy.stream = MS, lasts_ms, packet.is_keyframe, stream
    return copy


def _blurred(frame: Frame, boxes: Iterable[list[float]]) -> Frame:
    """A copy: the picture stays as it is for the ring."""
    copy = frame.copied()
    for plane in (copy.luma(), *copy.chroma()):
        for box in boxes:
            blur(plane, box)
    return copy
