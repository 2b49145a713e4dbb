"""The pool of labelled pictures: an index of JSON lines beside tar files (the format: docs/training.md).

Everything is decoded once and kept: 5,000 pictures of 416 pixels are 2 GB.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from analytics.training.errors import PoolError
from analytics.training.targets import ANY, Area, Box, Picture, Pixels, Targets
from analytics.training.tasks import FACES, Task

LICENCES = ("open", "mixed-cc", "doubtful")
SPLITS = ("train", "val")
CLASS_OF = {0: 0, 1: 1, 2: 2, 3: 2}  # human, vehicle, bicycle, motorcycle: two-wheelers are one
CLASS_OF_AREA = CLASS_OF | {ANY: ANY}
CLASS_OF_FACE = {0: 0, 1: 1}  # mask, no mask
HUMAN, WORN_WRONGLY = 0, 2
HINT, AGREEING = 0.3, 2  # an unsure box teaches a low score when this many teachers gave it this score
HINT_SHARE = 0.6  # of the teachers' mean: a hint never reaches the score of a label
SAME_BOX = 0.5

Row = dict[str, Any]
Labels = tuple[list[Box], list[Area]]


@dataclass(frozen=True, slots=True)
class Index:
    """One index of the pool: `labels_of` reads its rows. needs: rows without this field are left out."""

    file: str
    labels_of: Callable[[Row], Labels]
    needs: str = "labels"


@dataclass(frozen=True, slots=True)
class Place:
    """A row, and where it stands, for messages."""

    row: Row
    where: str


def read_pool(folder: Path, task: Task, split: str, licences: Iterable[str] = LICENCES) -> list[Picture]:
    """All pictures of a split (`train`, `val`) whose licence class is wanted, in the order of tar files and index.

    Raises PoolError.
    """
    if split not in SPLITS:
        raise PoolError(f"split {split!r}, expected one of {', '.join(SPLITS)}")
    wanted = known_licences(licences)
    return [picture for index in _indices(task, split) for picture in _pictures(folder, index, split, wanted)]


def known_licences(names: Iterable[str]) -> frozenset[str]:
    """The classes named, without blanks and doubles. Raises PoolError for an unknown one, and for none."""
    wanted = frozenset(name.strip() for name in names) - {""}
    if unknown := sorted(wanted - set(LICENCES)):
        raise PoolError(f"licence class {unknown[0]!r}, expected some of {', '.join(LICENCES)}")
    if not wanted:
        raise PoolError(f"no licence class, expected some of {', '.join(LICENCES)}")
    return wanted


def _indices(task: Task, split: str) -> Sequence[Index]:
    """Which index is read how. The face pictures know their humans too: near ones, seen from the front.

    They teach, but do not judge: so near, a human is found easily, and figures would flatter.
    """
    if task is FACES:
        return (Index("mask.jsonl", _faces),)
    judged = Index("pvb.jsonl", _occupancy)
    return (judged,) if split == "val" else (judged, Index("mask.jsonl", _humans_beside_faces, needs="pvb_labels"))


def _pictures(folder: Path, index: Index, split: str, licences: frozenset[str]) -> Iterator[Picture]:
    places = [
        place
        for place in _places(folder / index.file)
        if place.row["split"] == split and place.row["lic"] in licences and index.needs in place.row
    ]
    for place, pixels in _decoded(folder, places):
        boxes, areas = _labels(place, index)
        yield Picture(pixels, Targets.of(boxes, areas, pixels.shape[1], pixels.shape[0]), place.row["lic"])


def _places(index: Path) -> list[Place]:
    try:
        lines = index.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise PoolError(f"{index}: cannot be read: {exc}") from exc
    return [_place(line, f"{index}, line {number}") for number, line in enumerate(lines, 1)]


def _place(line: str, where: str) -> Place:
    try:
        row = json.loads(line)
    except ValueError as exc:
        raise PoolError(f"{where}: expected a JSON object: {exc}") from exc
    for field in ("file", "tar", "lic", "split"):
        if not isinstance(row, dict) or not isinstance(row.get(field), str):
            raise PoolError(f"{where}: expected a JSON object with the text {field!r}")
    return Place(row, where)


def _labels(place: Place, index: Index) -> Labels:
    try:
        return index.labels_of(place.row)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as exc:
        raise PoolError(f"{place.where}: expected boxes [class, x0, y0, x1, y1, score]: {exc!r}") from exc


def _decoded(folder: Path, places: Sequence[Place]) -> Iterator[tuple[Place, Pixels]]:
    """Every tar file is opened once."""
    for name in sorted({place.row["tar"] for place in places}):
        try:
            with tarfile.open(folder / name) as tar:
                for place in (place for place in places if place.row["tar"] == name):
                    yield place, _pixels(tar, place)
        except (OSError, tarfile.TarError) as exc:
            raise PoolError(f"{folder / name}: cannot be read: {exc}") from exc


def _pixels(tar: tarfile.TarFile, place: Place) -> Pixels:
    file = place.row["file"]
    try:
        member = tar.extractfile(file)
    except KeyError as exc:
        raise PoolError(f"{place.where}: {file} is not in {place.row['tar']}") from exc
    data = np.frombuffer(member.read() if member else b"", np.uint8)
    pixels = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if pixels is None:
        raise PoolError(f"{place.where}: {file} in {place.row['tar']} is no picture")
    return np.asarray(pixels, np.uint8)


def _occupancy(row: Row) -> Labels:
    return _fused(row["labels"], row["ignore"], row["teachers"])


def _humans_beside_faces(row: Row) -> Labels:
    """Only humans are certain: the teachers took hats and helmets so near for vehicles now and then."""
    humans = [box for box in row["pvb_labels"] if box[0] == HUMAN]
    others = [box for box in row["pvb_labels"] if box[0] != HUMAN]
    return _fused(humans, [*row["pvb_ignore"], *others], row["pvb_teachers"])


def _fused(labels: list[Any], ignored: list[Any], teachers: dict[str, list[Any]]) -> Labels:
    """Labels, and what several teachers only half believe as boxes with a low score."""
    certain = [_box(CLASS_OF[box[0]], box) for box in labels]
    areas = [_area(CLASS_OF_AREA[box[0]], box) for box in ignored]
    hinted = [(*area, hint) for area in areas if (hint := _hint(area, teachers)) is not None]
    return certain + hinted, areas


def _faces(row: Row) -> Labels:
    """A mask worn wrongly is neither: its place gives no loss."""
    wrong = [box for box in row["labels"] if box[0] == WORN_WRONGLY]
    boxes = [_box(CLASS_OF_FACE[box[0]], box) for box in row["labels"] if box[0] != WORN_WRONGLY]
    return boxes, [_area(ANY, box) for box in [*row["ignore"], *wrong]]


def _box(label: int, box: Sequence[float]) -> Box:
    """The score wanted for a label of this fused confidence: no label is worth less than half."""
    return *_area(label, box), 0.5 + 0.5 * min(1.0, box[5])


def _area(label: int, box: Sequence[float]) -> Area:
    x0, y0, x1, y1 = box[1:5]
    return label, x0, y0, x1, y1


def _hint(area: Area, teachers: dict[str, list[Any]]) -> float | None:
    """The score that teachers give a box of an ignored area, when enough of them see it at all."""
    scores = [_believed(area, boxes) for boxes in teachers.values()]
    if sum(score >= HINT for score in scores) < AGREEING:
        return None
    return HINT_SHARE * sum(scores) / len(scores)


def _believed(area: Area, boxes: list[Any]) -> float:
    """The best score of one teacher's boxes there."""
    same = (box[5] for box in boxes if CLASS_OF[box[0]] == area[0] and _iou(box[1:5], area[1:]) > SAME_BOX)
    return max(same, default=0.0)


def _iou(a: Sequence[float], b: Sequence[float]) -> float:
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = a, b
    shared = max(0.0, min(ax1, bx1) - max(ax0, bx0)) * max(0.0, min(ay1, by1) - max(ay0, by0))
    return shared / max(1e-9, (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - shared)
