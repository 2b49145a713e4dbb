"""What a network sees in single pictures, with its raw scores.

The product's own input form, decoder and suppression, so that what is measured is what runs; only the floor is far
lower. Nothing is dropped for its size: that rule is for cameras, and a portrait may fill its picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.decoders.base import Candidates
from analytics.engine.inference.networks import Network
from analytics.engine.inference.nms import suppress
from analytics.engine.inference.prepare import InputBuffer
from analytics.engine.inference.sessions import session_open, session_run
from analytics.engine.inference.task import Task
from analytics.training.average_precision import Seen
from analytics.training.targets import Pixels
from cameras.capture.frame import Frame

FLOOR, MOST = 0.01, 100  # raw score; boxes in a picture


class Looker:
    """One network on one thread.

    labels: the classes of the task, parts of the manifest; what else the network knows is not looked for.
    Raises NetworkBrokenError.
    """

    def __init__(self, network: Network, labels: Sequence[str]) -> None:
        self._manifest = network.manifest
        self._session = session_open(network)
        self._buffer = InputBuffer(network.manifest.input)
        self._decoder = open_decoder(network.manifest)
        parts = [part for part in network.manifest.parts if part.label in labels]
        self._floor = self._decoder.floor(dict.fromkeys(parts, FLOOR))
        self._label = {int(part): labels.index(part.label) for part in parts}
        self._either = network.manifest.task is Task.NONMASK  # a face is with or without mask, never both

    def look(self, pixels: Pixels) -> Seen:
        """What is in a picture uint8 (h, w, 3) BGR; boxes are cut at its edges, as labels are."""
        frame = Frame.from_bgr(pixels)
        placement = self._buffer.write(frame)
        outputs = session_run(self._session, self._decoder.outputs, self._manifest.input.name, self._buffer.tensor)
        found = self._decoder.decode(outputs, self._floor)
        kept = self._suppressed(found)[:MOST]
        size = np.array([frame.width, frame.height] * 2, np.float32)
        xyxy = np.clip(placement.to_frame(found.xyxy[kept]), 0, 1) * size
        label = [self._label[part] for part in found.part[kept].tolist()]
        return Seen(xyxy, found.score[kept], np.array(label, np.int64))

    def _suppressed(self, found: Candidates) -> list[int]:
        """Rows that stay, best first: by raw scores, as portal scores come of what is measured here."""
        boxes = [(left, top, right - left, bottom - top) for left, top, right, bottom in found.xyxy.tolist()]
        groups = [0] * len(boxes) if self._either else found.part.tolist()
        return suppress(boxes, found.score.tolist(), groups, self._manifest.nms_iou)
