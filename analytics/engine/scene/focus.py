"""Out of focus: how much of the picture's detail another blur would still take away (CAM-8).

After F. Crété et al., "The blur effect: perception and estimation with a new no-reference perceptual blur metric"
(2007): a sharp picture loses most of its fine differences when it is blurred, a blurred one has none to lose. It is
looked at in tiles, and the middle one counts: the sharp border of a privacy zone touches few of them.

Measured at 640 pixels of width, near what networks look at, on eight clips and the simulated square: sharp 16 to 49 %,
blurred with a sigma of 2 pixels 61 to 77 %, of 3 pixels 71 to 84 %.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.engine.scene.advice import Finding, Limit

WIDTH = 640
TILES = (8, 5)
BLUR_PX = 9
TEXTURE = 0.5  # mean difference of neighbours below which a tile says nothing
LEAST = 8  # tiles with texture
BLURRED = Limit(comes=64, goes=56)  # %


def focus_of(luma: NDArray[np.uint8]) -> Finding:
    """luma: uint8 (h, w). Unknown when the picture is too small, or hardly anything in it has texture."""
    picture = _measured(luma)
    if picture.shape[0] < 10 * TILES[1] or picture.shape[1] < 10 * TILES[0]:
        return Finding(None)
    blur, texture = (np.maximum(*pair) for pair in zip(_along(picture, 0), _along(picture, 1), strict=True))
    told = blur[texture >= TEXTURE]
    if told.size < LEAST:
        return Finding(None)
    value = round(float(np.median(told)) * 100, 1)
    return Finding(BLURRED.wrong(value), value)


def _along(picture: NDArray[np.uint8], axis: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of every tile: blur 0..1 along one axis, and its texture there."""
    kernel = (1, BLUR_PX) if axis == 0 else (BLUR_PX, 1)
    blurred = np.asarray(cv2.blur(picture, kernel), np.uint8)
    own, left = _differences(picture, axis), _differences(blurred, axis)
    texture, lost = _means(own), _means(np.asarray(cv2.subtract(own, left), np.uint8))
    return 1 - lost / np.maximum(texture, 0.01), texture


def _differences(picture: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    one, other = (picture[1:], picture[:-1]) if axis == 0 else (picture[:, 1:], picture[:, :-1])
    return np.asarray(cv2.absdiff(one, other), np.uint8)


def _means(values: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Of every tile, (5, 8)."""
    sums = cv2.integral(values)
    rows, columns = (np.linspace(0, size, n + 1).astype(int) for size, n in zip(values.shape, TILES[::-1], strict=True))
    tiles = np.diff(np.diff(sums[np.ix_(rows, columns)].astype(np.float64), axis=0), axis=1)
    return np.asarray(tiles / np.outer(np.diff(rows), np.diff(columns)), np.float64)


def _measured(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Halved as often as it goes, which is quick, then brought to the width."""
    while luma.shape[1] >= 2 * WIDTH:
        size = luma.shape[1] // 2, luma.shape[0] // 2
        luma = np.asarray(cv2.resize(luma[: 2 * size[1], : 2 * size[0]], size, interpolation=cv2.INTER_AREA), np.uint8)
    if luma.shape[1] > WIDTH:
        size = WIDTH, round(luma.shape[0] * WIDTH / luma.shape[1])
        luma = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return luma
