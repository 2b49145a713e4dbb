"""A network's manifest: the small JSON file that says how to feed an ONNX file and how to read its answer (RUN-6).

`sha256` is of the ONNX file; `task` is the extension it serves; `rank` orders the networks of a task from 1, the first
choice; `scores` maps raw scores to the portal's (scale.py); `classes` says what the network's class numbers mean, and
what it leaves out is not looked for; `card` is a Markdown file beside the manifest that tells the rest to people. The
decoder family knows which outputs there are, and how boxes are written in them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from analytics.engine.inference.errors import NetworkBrokenError
from analytics.engine.inference.fields import FieldError, Fields
from analytics.engine.inference.scale import Part, PortalScale
from analytics.engine.inference.task import Task

FORMAT = "lookout-network/1"


class Resize(StrEnum):
    """How a frame is brought to the input's size."""

    PLAIN = "plain"  # stretched over the whole input
    LETTERBOX_TOP_LEFT = "letterbox-top-left"  # aspect kept, padded on the right and below


@dataclass(frozen=True, slots=True)
class InputForm:
    """What the network wants to be given: 1×3×height×width float32, planar, (pixel × scale − mean) / std."""

    name: str
    width: int
    height: int
    colour: str  # "BGR" or "RGB"
    resize: Resize
    pad: int  # 0..255, fills what a letterbox leaves free
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything known of one network apart from its weights."""

    id: str
    task: Task
    file: str
    sha256: str
    licence: str
    origin: str
    rank: int
    measured: str  # what the thresholds of `scores` were fitted on, and how well they count there
    card: Path | None  # the model card; whether it is there is asked when it is shown
    input: InputForm
    decoder: str
    nms_iou: float
    largest_box: float  # share of the frame; larger boxes are dropped
    classes: Mapping[int, Part]
    scores: Mapping[Part, PortalScale]

    @property
    def parts(self) -> frozenset[Part]:
        """What this network can see."""
        return frozenset(self.classes.values())


def load_manifest(path: Path) -> Manifest | None:
    """Read a manifest; None when the file is JSON for something else. Raises NetworkBrokenError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise NetworkBrokenError(f"{path}: not a readable JSON file: {exc}") from exc
    if not isinstance(data, dict) or not str(data.get("format", "")).startswith("lookout-network/"):
        return None
    try:
        return manifest_from_json(data, path.parent)
    except FieldError as exc:
        raise NetworkBrokenError(f"{path}: {exc}") from exc


def manifest_from_json(data: Mapping[str, Any], folder: Path = Path()) -> Manifest:
    """Check every field. Raises FieldError, naming the field, its value and what was expected.

    folder: where the manifest lies, and its card.
    """
    fields = Fields(data)
    fields.one_of("format", (FORMAT,))
    task = Task(fields.one_of("task", tuple(Task), default=Task.OCCUPANCY))
    classes = _classes(fields.table("classes"), task)
    manifest = Manifest(
        id=fields.text("id"),
        task=task,
        file=fields.file_name("file"),
        sha256=fields.sha256("sha256"),
        licence=fields.text("licence"),
        origin=fields.text("origin"),
        rank=fields.whole("rank", 1, 1000),
        measured=fields.text("measured", default="not measured"),
        card=folder / fields.file_name("card") if fields.has("card") else None,
        input=_input(fields.table("input")),
        decoder=fields.text("decoder"),
        nms_iou=fields.number("nms_iou", 0, 1),
        largest_box=fields.number("largest_box", 0, 1),
        classes=classes,
        scores=_scores(fields.table("scores"), frozenset(classes.values())),
    )
    fields.nothing_else()
    return manifest


def _input(fields: Fields) -> InputForm:
    form = InputForm(
        name=fields.text("name"),
        width=fields.even("width", 32, 4096),
        height=fields.even("height", 32, 4096),
        colour=fields.one_of("colour", ("BGR", "RGB")),
        resize=Resize(fields.one_of("resize", tuple(Resize))),
        pad=fields.whole("pad", 0, 255, default=114),
        scale=fields.number("scale", 1e-9, 1e9, default=1.0),
        mean=fields.triple("mean", default=0.0),
        std=fields.triple("std", default=1.0, positive=True),
    )
    fields.nothing_else()
    return form


def _classes(fields: Fields, task: Task) -> dict[int, Part]:
    labels = {part.label: part for part in task.parts}
    numbers = fields.class_numbers()
    return {number: labels[fields.one_of(key, tuple(labels))] for key, number in numbers.items()}


def _scores(fields: Fields, parts: frozenset[Part]) -> dict[Part, PortalScale]:
    scores = {}
    for part in sorted(parts):
        points = fields.pairs(part.label)
        try:
            scores[part] = PortalScale(points)
        except ValueError as exc:
            raise FieldError(f"{fields.where(part.label)}: {exc}") from exc
    fields.nothing_else()
    return scores
