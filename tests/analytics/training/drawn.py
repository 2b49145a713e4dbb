"""Pictures drawn for the tests of the training, and a pool of them in a folder."""

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from analytics.training.targets import Picture, Pixels, Targets

COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))  # of the classes, BGR
Corners = tuple[float, float, float, float]


def picture(
    *boxes: tuple[int, Corners], size: tuple[int, int] = (96, 64), sure: float = 1.0, licence: str = "own"
) -> Picture:
    """Black, with a rectangle of its class's colour for each (label, corners in fractions); on whole pixels."""
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    for label, (x0, y0, x1, y1) in boxes:
        pixels[round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)] = COLOURS[label]
    return Picture(pixels, Targets.of([(label, *box, sure) for label, box in boxes], [], width, height), licence)


def jpeg(pixels: Pixels | None = None) -> bytes:
    """A picture's file."""
    some = np.full((60, 80, 3), 90, np.uint8) if pixels is None else pixels
    return cv2.imencode(".jpg", some)[1].tobytes()


def row(**changes: Any) -> dict[str, Any]:
    """A row of pvb.jsonl with one human."""
    facts = {
        "file": "one.jpg",
        "tar": "some.tar",
        "lic": "open",
        "split": "train",
        "labels": [[0, 0.25, 0.5, 0.75, 1.0, 0.8]],
        "ignore": [],
        "teachers": {},
    }
    return facts | changes


def write_pool(
    folder: Path, pvb: Sequence[Any] = (), mask: Sequence[Any] = (), files: dict[str, bytes] | None = None
) -> Path:
    """Both indices; rows may be text, to be wrong. All files lie in `some.tar`."""
    for name, rows in (("pvb.jsonl", pvb), ("mask.jsonl", mask)):
        lines = [one if isinstance(one, str) else json.dumps(one) for one in rows]
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    with tarfile.open(folder / "some.tar", "w") as tar:
        for name, data in ({"one.jpg": jpeg()} if files is None else files).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return folder
