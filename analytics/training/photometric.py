"""From a picture of the pool to the many pictures a camera could have taken of it: light, colour, blur, noise."""

from __future__ import annotations

import cv2
import numpy as np

from analytics.training.targets import Pixels

# How often each happens. Cameras switch to black and white at night (OCC-26), and weak streams blur and block.
GREY, NIGHT, BLUR, NOISE, BLOCKS, LIGHT = 0.1, 0.1, 0.12, 0.15, 0.1, 0.7


def shaken(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """uint8 (h, w, 3), BGR → the same form."""
    if rng.random() < LIGHT:
        pixels = _relit(pixels, rng)
    if rng.random() < NIGHT:
        pixels = _at_night(pixels, rng)
    if rng.random() < GREY:
        pixels = _grey(pixels)
    if rng.random() < BLUR:
        pixels = _blurred(pixels, rng)
    if rng.random() < NOISE:
        pixels = _noisy(pixels, rng.uniform(2, 14), rng)
    if rng.random() < BLOCKS:
        pixels = _blocky(pixels, rng)
    return pixels


def _relit(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Hue, saturation, brightness and contrast."""
    ramp = np.arange(256, dtype=np.float32)
    hue = ((ramp + rng.uniform(-6, 6)) % 180).astype(np.uint8)
    saturation = (ramp * rng.uniform(0.5, 1.5)).clip(0, 255).astype(np.uint8)
    value = ((ramp - 128) * rng.uniform(0.7, 1.3) + 128 + rng.uniform(-35, 35)).clip(0, 255).astype(np.uint8)
    h, s, v = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV))
    hsv = cv2.merge([cv2.LUT(h, hue), cv2.LUT(s, saturation), cv2.LUT(v, value)])
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR), np.uint8)


def _at_night(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Dark, flat, noisy, often without colour."""
    ramp = np.linspace(0, 1, 256) ** rng.uniform(1.3, 2.2) * rng.uniform(90, 200) + rng.uniform(0, 20)
    dark = np.asarray(cv2.LUT(pixels, ramp.clip(0, 255).astype(np.uint8)), np.uint8)
    if rng.random() < 0.5:
        dark = _grey(dark)
    return _noisy(dark, rng.uniform(4, 12), rng)


def _grey(pixels: Pixels) -> Pixels:
    """Without colour, in the same form."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)


def _blurred(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Out of focus, or moved."""
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.5, 1.6)), np.uint8)
    length = int(rng.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    return np.asarray(cv2.filter2D(pixels, -1, kernel if rng.random() < 0.7 else kernel.T), np.uint8)


def _noisy(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """strength: the standard deviation, in steps of 0..255."""
    noise = np.zeros(pixels.shape, np.int16)
    cv2.setRNGSeed(int(rng.integers(2**31)))
    cv2.randn(noise, np.zeros(3), np.full(3, strength))
    return np.asarray(cv2.add(pixels, noise, dtype=cv2.CV_8U), np.uint8)


def _blocky(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Compressed hard, sometimes from half the size."""
    height, width = pixels.shape[:2]
    if rng.random() < 0.5:
        half = (max(1, width // 2), max(1, height // 2))
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
    _, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 60))])
    unpacked = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return np.asarray(cv2.resize(unpacked, (width, height)), np.uint8)
