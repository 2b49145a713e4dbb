"""From the lowest portal scores a camera wants to what its decoder compares with, kept from frame to frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.engine.inference.decoders.base import Decoder, Floor
from analytics.engine.inference.detections import Kind
from analytics.engine.inference.manifest import Manifest


@dataclass(frozen=True, slots=True)
class _Known:
    asked: Mapping[Kind, float]  # held, so that its id stays its own
    wanted: dict[Kind, float]
    floor: Floor


class Floors:
    """The floors of all cameras that share a detector: a few, as they change with settings, not with frames.

    Found by the identity of the mapping a camera asks with, which is far quicker than by its hash, and compared, so
    that a mapping that was changed is noticed.
    """

    _MOST = 1000  # mappings; then it starts afresh, so that memory stays bounded

    def __init__(self, manifest: Manifest, decoder: Decoder) -> None:
        self._scores = manifest.scores
        self._decoder = decoder
        self._known: dict[int, _Known] = {}

    def of(self, wanted: Mapping[Kind, float]) -> Floor:
        """wanted: the lowest portal score 0..1 of each kind; a kind that is left out is not looked for."""
        known = self._known.get(id(wanted))
        if known is None or known.wanted != wanted:
            if len(self._known) >= self._MOST:
                self._known.clear()
            known = self._known[id(wanted)] = _Known(wanted, dict(wanted), self._worked_out(wanted))
        return known.floor

    def _worked_out(self, wanted: Mapping[Kind, float]) -> Floor:
        scales = self._scores.items()
        # A hair lower, so that rounding to float32 never loses a score that is exactly at the floor.
        raw = {part: scale.to_raw(wanted[part.kind]) - 1e-6 for part, scale in scales if part.kind in wanted}
        return self._decoder.floor({part: max(0.0, lowest) for part, lowest in raw.items()})
