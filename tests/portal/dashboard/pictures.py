"""Pictures as files, made in the test."""

import struct

import cv2
import numpy as np

from cameras.capture.frame import Pixels


def pixels(width: int = 160, height: int = 90) -> Pixels:
    """Grey, with a white corner at the top left."""
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[: height // 3, : width // 3] = 255
    return picture


def encoded(suffix: str = ".jpg", *options: int, width: int = 160, height: int = 90) -> bytes:
    """`pixels` as a file."""
    return cv2.imencode(suffix, pixels(width, height), list(options))[1].tobytes()


def turned(jpeg: bytes, orientation: int) -> bytes:
    """The same file with an EXIF segment that says how the camera was held."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def png_header(width: int, height: int) -> bytes:
    """A PNG file that ends behind its size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02"
