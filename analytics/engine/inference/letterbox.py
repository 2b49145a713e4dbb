"""Where a frame lies in a network's input, and the exact way back.

A frame of w×h pixels is resized to `width`×`height` at the top left of the input; the rest is padding. Both sizes are
even, because the frame's chroma planes are resized on their own and have half the size; for that a letterboxed
picture may be stretched by less than a pixel, which the way back undoes: it divides by the very same sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.manifest import InputForm, Resize


@dataclass(frozen=True, slots=True)
class Placement:
    """A frame inside an input of `input_width`×`input_height` px."""

    width: int
    height: int
    input_width: int
    input_height: int

    @property
    def fills(self) -> bool:
        """No padding: fractions of the input are fractions of the frame."""
        return self.width == self.input_width and self.height == self.input_height

    def to_frame(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (n, 4) in fractions of the input, as fractions of the frame; may reach beyond 0..1."""
        return xyxy if self.fills else xyxy * self._stretch()

    def to_input(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (n, 4) in fractions of the frame, as fractions of the input."""
        return xyxy if self.fills else xyxy / self._stretch()

    def _stretch(self) -> NDArray[np.float32]:
        across, down = self.input_width / self.width, self.input_height / self.height
        return np.array([across, down, across, down], np.float32)


def place(form: InputForm, frame_width: int, frame_height: int) -> Placement:
    """Where a frame of this size goes. Frames wider than 1:416 and the like keep at least two pixels."""
    if form.resize is Resize.PLAIN:
        return Placement(form.width, form.height, form.width, form.height)
    ratio = min(form.width / frame_width, form.height / frame_height)
    width, height = _even(frame_width * ratio, form.width), _even(frame_height * ratio, form.height)
    return Placement(width, height, form.width, form.height)


def _even(size: float, most: int) -> int:
    return min(max(2, 2 * round(size / 2)), most)
