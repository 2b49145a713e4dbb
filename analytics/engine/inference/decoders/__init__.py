"""One file per form of output: raw outputs to boxes with scores. A manifest names its family."""

from __future__ import annotations

from collections.abc import Callable

from analytics.engine.inference.decoders.base import Decoder
from analytics.engine.inference.decoders.corners import CornersDecoder
from analytics.engine.inference.decoders.face_mask_ssd import FaceMaskSsdDecoder
from analytics.engine.inference.decoders.fastestdet import FastestDetDecoder
from analytics.engine.inference.decoders.yolox import YoloxDecoder
from analytics.engine.inference.errors import NetworkBrokenError
from analytics.engine.inference.manifest import Manifest

FAMILIES: dict[str, Callable[[Manifest], Decoder]] = {
    "corners": CornersDecoder,  # the networks trained here
    "face-mask-ssd": FaceMaskSsdDecoder,
    "fastestdet": FastestDetDecoder,
    "ssd_pvb": CornersDecoder,
    "yolox": YoloxDecoder,
}


def open_decoder(manifest: Manifest) -> Decoder:
    """The decoder of the manifest's family. Raises NetworkBrokenError for a family nobody knows."""
    family = FAMILIES.get(manifest.decoder)
    if family is None:
        known = ", ".join(FAMILIES)
        raise NetworkBrokenError(f"{manifest.id}: decoder {manifest.decoder!r} is unknown, known are {known}")
    return family(manifest)
