"""How good a network is: what one evaluation found out, for the table, the manifest and the model card."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analytics.training.counts import Verdict
from analytics.training.speed import Cost, Speed
from analytics.training.tasks import FACES, Task
from analytics.training.thresholds import WorkingPoint

OCCUPANCY_NAMES = ("raw", "tracked")
FACE_NAMES = ("every face", "unpainted")


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class on the labelled pictures.

    boxes: how many were to find.    ap50, ap: 0..1; None where there were none.
    raw: the raw score that counts from now on.    point: what it was fitted to; None where it was not fitted.
    """

    label: str
    boxes: int
    ap50: float | None
    ap: float | None
    raw: float
    point: WorkingPoint | None


@dataclass(frozen=True, slots=True)
class Judged:
    """All clips, gone through in one way. names: what `raw` and `count` of the verdicts are here."""

    way: str
    names: tuple[str, str]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """pictures: labelled ones, of the `val` split.    judged: empty without clips.    cost: None without `onnx`."""

    network: str
    task: Task
    pictures: int
    classes: tuple[ClassFigures, ...]
    judged: tuple[Judged, ...]
    cost: Cost | None
    speed: Speed

    def headline(self) -> list[Verdict]:
        """The verdicts that a single figure is made of: their `raw`.

        Occupancy: what is detected in every frame, as for the networks of others. Faces: without the painted one.
        """
        verdicts = self.judged[0].verdicts if self.judged else ()
        return [replace(one, raw=one.count) if self.task is FACES else one for one in verdicts]

    def errors(self) -> list[int]:
        """Those of the headline."""
        return [one.raw_error for one in self.headline()]
