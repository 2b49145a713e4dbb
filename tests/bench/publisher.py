"""A worker's part in the measurement of viewers: pictures of one camera at 5 frames/s, as a worker publishes them.

`python -m tests.bench.publisher REDIS_URL CAMERA SECONDS`; each header carries the instant of its publishing.
"""

import json
import struct
import sys
import time

import cv2
import numpy as np
import redis

RATE = 5.0


def picture() -> bytes:
    """A JPEG of 640×360 with the detail of a street: about 50 kB."""
    random = np.random.default_rng(1)
    rough = random.integers(0, 255, (72, 128, 3), dtype=np.uint8)
    image = cv2.resize(rough, (640, 360), interpolation=cv2.INTER_CUBIC)
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes())


def message(frame: int, jpeg: bytes, at: float) -> bytes:
    """4 bytes of length, JSON, JPEG: with eight boxes and one area, as a busy camera sends it."""
    box = {
        "kind": "human",
        "box": [0.1, 0.2, 0.2, 0.6],
        "score": 71,
        "head": None,
        "role": "area",
        "point": [0.15, 0.6],
    }
    area = {"number": 1, "name": "Lobby", "status": True, "count": 8, "raw": 8, "threshold": 10, "timer_ms": 0}
    area |= {"time_ms": 10_000, "state": "reset", "alarm": False, "alarm_id": None, "paused": False, "polygon": []}
    header = {"frame": frame, "at": at, "size": [640, 360], "simulated": False, "count": 8, "raw": 8}
    header |= {"saturated": False, "monochrome": False, "fps": RATE, "status": "online", "version": 1}
    header |= {"boxes": [{"id": one, "below": False, **box} for one in range(8)], "areas": [area]}
    text = json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + jpeg


def main(url: str, camera: str, seconds: float) -> None:
    """Publish on the beat, whatever publishing takes."""
    jpeg = picture()
    with redis.Redis.from_url(url) as client:
        begin = time.monotonic()
        for frame in range(int(seconds * RATE)):
            time.sleep(max(0.0, begin + frame / RATE - time.monotonic()))
            client.publish(f"n:{camera}", message(frame, jpeg, time.time()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
