"""An evaluation made by hand, and the record of a training, for the tests of table and card."""

from typing import Any

from analytics.training.counts import Verdict
from analytics.training.evaluation import FACE_NAMES, OCCUPANCY_NAMES, ClassFigures, Evaluation, Judged
from analytics.training.speed import Cost, Speed
from analytics.training.tasks import FACES, OCCUPANCY
from analytics.training.thresholds import WorkingPoint

RECORD: dict[str, Any] = {
    "task": "occupancy",
    "pictures": {"open": 3000, "mixed-cc": 600, "doubtful": 1200},
    "simulated": 320,
    "teachers": ["one-network", "another-network"],
    "epochs": 52.5,
    "picture_passes": 268800,
    "seed": 1,
    "hours": 2.5,
    "machine": "2 CPU cores",
    "date": "2026-11-21",
    "ideas": ["Twice as many two-wheelers."],
}
HUMAN = ClassFigures("human_body", 90, 0.5512, 0.3, 0.31, WorkingPoint("human_body", 0.31, 0.6, 0.75, 0.5))
VEHICLE = ClassFigures("vehicle", 60, 0.6, 0.35, 0.42, WorkingPoint("vehicle", 0.42, 0.6, 0.8, 0.48))
BICYCLE = ClassFigures("bicycle", 0, None, None, 0.5, None)
FASTER = Speed(8.0, 10.0, 0.81)
COST = Cost(1_234_567, 345_600_000, 2_500_000)
STREET = (
    Verdict("street.mp4", 0.0, "human", 3, 3, 3, 0),
    Verdict("street.mp4", 0.0, "bicycle", 4, 1, 2, 1),
    Verdict("street.mp4", 2.0, "bicycle", 4, 5, 4, 0),
    Verdict("yard.mp4", 0.0, "human", 1, 1, 0, 0),
)
FACE_CLIP = (Verdict("faces.mp4", 0.0, "mask", 2, 3, 2, 0), Verdict("faces.mp4", 0.0, "no_mask", 1, 1, 0, 0))


def occupancy(**changes: Any) -> Evaluation:
    """Three classes, two clips, every frame and motion gate."""
    facts = {
        "network": "little",
        "task": OCCUPANCY,
        "pictures": 120,
        "classes": (HUMAN, VEHICLE, BICYCLE),
        "judged": (Judged("every frame", OCCUPANCY_NAMES, STREET), Judged("motion gate", OCCUPANCY_NAMES, STREET)),
        "cost": COST,
        "speed": FASTER,
    }
    return Evaluation(**(facts | changes))


def faces(**changes: Any) -> Evaluation:
    """One clip, in which something painted is seen."""
    classes = (ClassFigures("mask", 10, 0.8, 0.5, 0.4, None), ClassFigures("no_mask", 10, 0.7, 0.4, 0.4, None))
    judged = (Judged("nearest frame", FACE_NAMES, FACE_CLIP),)
    return occupancy(**({"task": FACES, "classes": classes, "judged": judged} | changes))
