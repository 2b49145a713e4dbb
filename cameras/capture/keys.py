"""Decode only what is analysed: for one picture a second or fewer, a stream's key pictures may be enough.

A key picture stands alone; any other needs all pictures since the last key picture. So where few are wanted and key
pictures come as often, nothing else is decoded. What comes between them is held back: if the next key picture is late,
because the camera saves on them while nothing moves, what was held is decoded after all, and no time is lost.
"""

from av import Packet, VideoFrame
from av.error import InvalidDataError
from av.video.frame import PictureType


class KeyPictures:
    """Decodes the packets of a stream, or of one opening of a recording after the other.

    left_out: how many pictures came and were not decoded.
    """

    MOST_FPS = 1.0
    ENOUGH, LATE = 1.1, 1.5  # of the wanted interval, from one key picture to the next: to begin, and to leave off
    STEADY = 2  # so many such intervals in a row, before anything is left out

    def __init__(self, fps: float) -> None:
        """`fps`: the wanted rate."""
        self._asked = fps <= self.MOST_FPS
        self._interval_ms = 1000.0 / fps
        self._key_ms = float("-inf")
        self._steady = 0
        self._held: list[Packet] = []
        self.left_out = 0

    def decode(self, packet: Packet, at_ms: float) -> list[VideoFrame]:
        """Pictures of a packet that came at this instant, and of those held back. Raises what PyAV raises."""
        if packet.is_keyframe and self._asked:
            return self._key(packet, at_ms)
        if self._steady < self.STEADY:
            return _pictures(packet)
        self._held.append(packet)
        late = at_ms - self._key_ms > self.LATE * self._interval_ms
        if late:
            self._steady = 0
        return self._caught_up() if late or not packet.size else []  # the empty packet ends a recording

    def _key(self, packet: Packet, at_ms: float) -> list[VideoFrame]:
        self.left_out += len(self._held)
        self._held.clear()
        limit = self.LATE if self._steady >= self.STEADY else self.ENOUGH
        often = at_ms - self._key_ms <= limit * self._interval_ms
        self._key_ms = at_ms
        pictures = _pictures(packet)
        # Not so where pictures come out of order, later than their packets, or where the picture is renewed in strips.
        alone = [picture.pict_type for picture in pictures] == [PictureType.I]
        self._steady = self._steady + 1 if often and alone else 0
        return pictures

    def _caught_up(self) -> list[VideoFrame]:
        held, self._held = self._held, []
        pictures: list[VideoFrame] = []
        for packet in held:
            try:
                pictures += _pictures(packet)
            except InvalidDataError:
                continue
        return pictures


def _pictures(packet: Packet) -> list[VideoFrame]:
    return [picture for picture in packet.decode() if isinstance(picture, VideoFrame)]
