"""One command that says how good a network is: labelled pictures, clips with truth, cost.

    python -m analytics.training evaluate MANIFEST --pool FOLDER --media FOLDER --others FOLDER [--keep] [--write]

Working points are fitted on the pool's `val` split and are then what the clips are counted with; `--keep` leaves those
of the manifest. `--write` puts points and figures into the manifest and writes the model card (card.py).
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from analytics.engine.inference.detector import Detector
from analytics.engine.inference.errors import NetworkBrokenError, NetworkMissingError
from analytics.engine.inference.manifest import Manifest, load_manifest
from analytics.engine.inference.networks import Network
from analytics.engine.inference.onnx import OnnxDetector
from analytics.engine.inference.scale import Part
from analytics.training.average_precision import Marks, average_precision, marks_of, mean_average_precision
from analytics.training.card import card_write
from analytics.training.counts import judge, judge_faces, truths
from analytics.training.evaluation import FACE_NAMES, OCCUPANCY_NAMES, ClassFigures, Evaluation, Judged
from analytics.training.pool import read_pool
from analytics.training.report import report
from analytics.training.seeing import Looker
from analytics.training.speed import Cost, Speed, measure_speed, read_cost
from analytics.training.targets import Picture
from analytics.training.tasks import FACES, TASKS, Task
from analytics.training.thresholds import WorkingPoint, fitted, working_point
from cameras.capture.frame import Frame

CAMERA = (640, 360)  # what is timed has the size of a camera's substream
TIMED = 20


def evaluate(
    network: Network, pool: Path, media: Path | None, others: Sequence[Path], *, keep: bool = False
) -> Evaluation:
    """Everything there is to know.

    pool: labelled pictures (pool.py).    media: clips with truth; None leaves them out.    others: folders where
    FastestDet may lie.    keep: count with the manifest's working points instead of fitted ones.
    Raises PoolError, NetworkError, NotAVideoError.
    """
    task = task_of(network.manifest)
    pictures = read_pool(pool, task, "val")
    marks = mark_pictures(network, task, pictures)
    points = [] if keep else fit_points(marks)
    network = fitted(network, points)
    return Evaluation(
        network.id,
        task,
        len(pictures),
        tuple(_figures(network, label, some, points) for label, some in marks.items()),
        judge_clips(OnnxDetector(network), task, media),
        _cost(network),
        _speed(network, others, pictures),
    )


def open_network(manifest_path: Path, folders: Sequence[Path] = ()) -> Network:
    """The network of a manifest; its file lies beside it or in one of the folders. Raises NetworkError."""
    manifest = load_manifest(manifest_path)
    if manifest is None:
        raise NetworkBrokenError(f"{manifest_path}: not a manifest")
    for folder in (manifest_path.parent, *folders):
        if (folder / manifest.file).is_file():
            return Network(manifest, folder / manifest.file)
    places = " or ".join(str(folder) for folder in (manifest_path.parent, *folders))
    raise NetworkMissingError(f"{manifest.file} is missing: looked for in {places}")


def task_of(manifest: Manifest) -> Task:
    """What it was trained for, or could have been."""
    return next(task for task in TASKS.values() if task.extension == manifest.task)


def mark_pictures(network: Network, task: Task, pictures: Sequence[Picture]) -> dict[str, Marks]:
    """By label: all boxes of the network in the pictures, marked."""
    looker = Looker(network, task.labels)
    looked = [(looker.look(picture.pixels), picture.targets) for picture in pictures]
    return {label: marks_of(looked, number) for number, label in enumerate(task.labels)}


def fit_points(marks: dict[str, Marks]) -> list[WorkingPoint]:
    """One for each class that can be found at all."""
    fits = (working_point(label, some) for label, some in marks.items())
    return [point for point in fits if point is not None]


def judge_clips(detector: Detector, task: Task, media: Path | None) -> tuple[Judged, ...]:
    """Every clip of the task in every way; nothing without a folder."""
    if media is None:
        return ()
    if task is FACES:
        looked = chain.from_iterable(judge_faces(truth, media, detector) for truth in truths(media, "mask"))
        return (Judged("nearest frame", FACE_NAMES, tuple(looked)),)
    return tuple(_judged(detector, media, motion_gate=motion_gate) for motion_gate in (False, True))


def _judged(detector: Detector, media: Path, *, motion_gate: bool) -> Judged:
    judged = chain.from_iterable(judge(truth, media, detector, motion_gate=motion_gate) for truth in truths(media))
    return Judged("motion gate" if motion_gate else "every frame", OCCUPANCY_NAMES, tuple(judged))


def _figures(network: Network, label: str, marks: Marks, points: Sequence[WorkingPoint]) -> ClassFigures:
    part = Part[label.upper()]
    scale = network.manifest.scores.get(part)
    raw = scale.to_raw(part.working_point) if scale else 1.0  # a part the network does not know never counts
    point = next((point for point in points if point.label == label), None)
    return ClassFigures(label, marks.labels, average_precision(marks, 0), mean_average_precision(marks), raw, point)


def _cost(network: Network) -> Cost | None:
    try:
        return read_cost(network.path)
    except ImportError:  # the package `onnx` comes with the training extra
        return None


def _speed(network: Network, others: Sequence[Path], pictures: Sequence[Picture]) -> Speed:
    shown = [picture.pixels for picture in pictures[:TIMED]] or [np.full((2, 2, 3), 114, np.uint8)]
    return measure_speed(network, others, [Frame.from_bgr(np.asarray(cv2.resize(one, CAMERA))) for one in shown])


def add_evaluate(parser: ArgumentParser) -> None:
    """The arguments of the command, and what runs it."""
    parser.add_argument("manifest", type=Path, help="the network's JSON file")
    parser.add_argument("--pool", type=Path, required=True, help="folder of labelled pictures")
    parser.add_argument("--media", type=Path, help="folder of clips with truth")
    parser.add_argument("--others", type=Path, nargs="*", default=[], help="folders with networks of others")
    parser.add_argument("--keep", action="store_true", help="count with the manifest's own working points")
    parser.add_argument("--write", action="store_true", help="write points, figures and card beside the network")
    parser.set_defaults(run=_run)


def main(argv: Sequence[str]) -> None:
    """Print the table; with `--write` also write manifest and card."""
    parser = ArgumentParser(prog="python -m analytics.training evaluate", description="How good a network is.")
    add_evaluate(parser)
    _run(parser.parse_args(argv))


def _run(given: Namespace) -> None:
    network = open_network(given.manifest, given.others)
    found = evaluate(network, given.pool, given.media, given.others, keep=given.keep)
    sys.stdout.write(report(found))
    if given.write:
        sys.stdout.write(f"{card_write(given.manifest, found)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
