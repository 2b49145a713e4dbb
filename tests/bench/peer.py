"""The peer of the bench: the loop that a good user of `supervision` and `trackers` writes, in its own environment.

VideoCapture → resize → onnxruntime → sv.Detections with its suppression → ByteTrack → four PolygonZones, one thread.
Where the libraries leave a choice the faster one is taken: VideoCapture decodes to BGR faster than PyAV's conversion,
and the decoder of the raw output touches candidates only, as ours does. Run by against_peer.py, never imported:
for a line "begin" on standard input it goes back to the first frame, for a line "N" it does the next N frames, and it
answers each with one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
import supervision as sv
from crowd import AREAS, crowd_outputs  # beside this file; nothing else of the product is known here
from trackers import ByteTrackTracker

SIZE = 352
GRID = 22
# COCO classes to kinds, and the lowest raw score of each: as in the manifest of fastestdet-352.
CLASSES = np.array([0, 1, 2, 3, 5, 7])
KINDS = np.array([0, 2, 1, 2, 1, 1])
FLOORS = np.array([0.55, 0.30, 0.55, 0.30, 0.55, 0.55], np.float32)
NMS_IOU = 0.45


class Peer:
    """One camera's loop."""

    def __init__(self, clip: Path, network: Path, crowd: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = ort.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        self.clip = clip
        self.crowd = crowd_outputs(crowd) if crowd else []
        self.zones: list[sv.PolygonZone] = []

    def begin(self) -> None:
        """Back to the first frame; opening the file is not counted, decoding is."""
        self.capture = cv2.VideoCapture(str(self.clip), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        self.tracker = ByteTrackTracker(frame_rate=10, track_activation_threshold=0.5, high_conf_det_threshold=0.5)
        self.number = 0

    def go(self, frames: int) -> dict[str, float]:
        """The next frames of the clip: seconds, frames done, tracked objects in all of them."""
        objects = done = 0
        begin = time.perf_counter()
        while done < frames:
            there, picture = self.capture.read()
            if not there:
                break
            objects += self.step(picture)
            done += 1
        return {"seconds": time.perf_counter() - begin, "frames": done, "objects": objects}

    def step(self, picture: np.ndarray) -> int:
        """One frame, from its pixels to the counts of the four zones."""
        height, width = picture.shape[:2]
        blob = cv2.resize(picture, (SIZE, SIZE)).transpose(2, 0, 1)[None].astype(np.float32) / 255
        raw = self.session.run(None, {"input.1": blob})[0]
        if self.crowd:
            raw = self.crowd[self.number % len(self.crowd)]
            self.number += 1
        detections = decode(raw, width, height).with_nms(NMS_IOU)
        tracked = self.tracker.update(detections)
        if not self.zones:
            self.zones = [sv.PolygonZone(np.array(area) * (width - 1, height - 1)) for area in AREAS]
        for zone in self.zones:
            zone.trigger(tracked)
        return len(tracked)


def decode(raw: np.ndarray, width: int, height: int) -> sv.Detections:
    """FastestDet's raw output as detections in pixels."""
    planes = raw.reshape(85, -1)
    cells = np.flatnonzero(planes[0] >= FLOORS.min() ** (1 / 0.6))
    near = planes[:, cells]
    scores = near[0] ** 0.6 * near[5 + CLASSES] ** 0.4
    classes, rows = np.nonzero(scores >= FLOORS[:, None])
    near, cells = near[:, rows], cells[rows]
    centre_x = (cells % GRID + np.tanh(near[1])) / GRID * width
    centre_y = (cells // GRID + np.tanh(near[2])) / GRID * height
    half_width = width / 2 / (1 + np.exp(-near[3]))
    half_height = height / 2 / (1 + np.exp(-near[4]))
    corners = (centre_x - half_width, centre_y - half_height, centre_x + half_width, centre_y + half_height)
    return sv.Detections(np.stack(corners, axis=1), confidence=scores[classes, rows], class_id=KINDS[classes])


def main() -> None:
    """Answer until standard input ends."""
    parser = argparse.ArgumentParser(description="supervision + trackers ByteTrack + 4 zones, for the bench")
    parser.add_argument("--clip", type=Path, required=True)
    parser.add_argument("--network", type=Path, required=True)
    parser.add_argument("--crowd", type=int, default=0, help="frames of made crowds; 0: the network's own answers")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    peer = Peer(options.clip, options.network, options.crowd)
    for line in sys.stdin:
        found = peer.begin() if line.strip() == "begin" else peer.go(int(line))
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
