"""The commands of `python -m analytics.training` that need torch; it is loaded when one of them runs."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.training.errors import CheckpointError
from analytics.training.plan import Plan
from analytics.training.pool import LICENCES, read_pool
from analytics.training.record import RECORD
from analytics.training.scenes import scene_pictures
from analytics.training.tasks import TASKS

if TYPE_CHECKING:
    from analytics.training.progress import Progress

NETWORKS = Path(__file__).resolve().parents[1] / "networks"


def add_train(parser: ArgumentParser) -> None:
    """`train`: into a folder, from a pool."""
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--pool", type=Path, required=True, help="folder with the index and the pictures")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint; a training there goes on")
    parser.add_argument("--begin", type=Path, help="checkpoint of our own to begin with; random weights without")
    parser.add_argument("--steps", type=whole_number(1), default=8000)
    parser.add_argument("--seed", type=whole_number(0), default=1)
    parser.add_argument("--licences", default=",".join(LICENCES), help="classes of the pool to learn from")
    parser.add_argument("--scenes", type=whole_number(0), default=320, help="pictures of simulated cameras among them")
    parser.add_argument("--minutes", type=minutes, default=float("inf"), help="stop after so long; it can go on later")
    parser.add_argument("--workers", type=whole_number(0), default=1, help="processes that prepare pictures")
    parser.set_defaults(run=_train)


def _train(given: Namespace) -> None:
    from analytics.training.checkpoint import read_checkpoint
    from analytics.training.train import Training

    task, plan = TASKS[given.task], Plan(steps=given.steps, seed=given.seed)
    begin = read_checkpoint(given.begin)["average"] if given.begin else None
    pictures = read_pool(given.pool, task, "train", given.licences.split(","))
    pictures += scene_pictures(task, given.scenes, plan.seed)
    training = Training(task, plan, pictures, folder=given.out, begin=begin)
    whole = training.run(_tell, workers=given.workers, cancelled=asked_to_stop(given.minutes))
    print("finished" if whole else f"stopped at step {training.step}: the same command goes on")


def asked_to_stop(limit_min: float) -> Callable[[], bool]:
    """Whether the time is over or Ctrl-C was pressed. A second Ctrl-C ends the process at once, as ever."""
    asked, end_s = threading.Event(), time.monotonic() + limit_min * 60

    def ask(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        asked.set()

    signal.signal(signal.SIGINT, ask)
    return lambda: asked.is_set() or time.monotonic() > end_s


def _tell(progress: Progress) -> None:
    print(
        f"{progress.step:6}/{progress.steps}  {progress.size} px  classes {progress.classes:.3f}  "
        f"overlap {progress.overlap:.3f}  distance {progress.distance:.3f}  {progress.pictures_per_s:.0f} pictures/s",
        flush=True,
    )


def add_export(parser: ArgumentParser) -> None:
    """`export`: a checkpoint becomes a packaged network."""
    parser.add_argument("training", type=Path, help="folder of the training")
    parser.add_argument(
        "--size", type=size, action="append", required=True, help="input, WIDTHxHEIGHT; several are ranked in order"
    )
    parser.add_argument("--out", type=Path, default=NETWORKS, help="folder for the files; the packaged networks' own")
    parser.add_argument("--dynamic-batch", action="store_true", help="beside each, <id>.batch.onnx for any batch")
    parser.set_defaults(run=_export)


def _export(given: Namespace) -> None:
    from analytics.training.checkpoint import CHECKPOINT, read_trained
    from analytics.training.export import export, write_network

    task, network = read_trained(given.training / CHECKPOINT)
    record = read_record(given.training / RECORD)
    for rank, (width, height) in enumerate(given.size, 1):
        path = write_network(network, task, given.out, width=width, height=height, rank=rank, record=record)
        print(path)
        if given.dynamic_batch:
            export(network, path.with_suffix(".batch.onnx"), width, height, dynamic_batch=True)


def read_record(path: Path) -> dict[str, Any]:
    """What a training noted beside its checkpoint. Raises CheckpointError."""
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise CheckpointError(f"{path}: expected the record of the training beside its checkpoint: {exc}") from exc
    return record


def whole_number(least: int) -> Callable[[str], int]:
    """The type of an argument that is a whole number of at least `least`."""

    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ArgumentTypeError(f"{text!r}, expected a whole number of at least {least}")
        return int(text)

    return parse


def minutes(text: str) -> float:
    """The type of an argument that is a time."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:
        raise ArgumentTypeError(f"{text!r}, expected minutes, more than 0")
    return value


def size(text: str) -> tuple[int, int]:
    """The type of an argument that is a picture's size: width, height."""
    match = re.fullmatch(r"(\d{1,4})x(\d{1,4})", text)
    if not match:
        raise ArgumentTypeError(f"{text!r}, expected WIDTHxHEIGHT in pixels, such as 384x256")
    return int(match[1]), int(match[2])
