"""What a training was made of: kept beside its checkpoint and then beside the network, read by the model card."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from analytics.training.plan import Plan
from analytics.training.pool import LICENCES
from analytics.training.scenes import LICENCE as SIMULATED
from analytics.training.targets import Picture
from analytics.training.tasks import Task

RECORD = "record.json"
TEACHERS = {  # of the labels of the pool
    "occupancy": ["person-vehicle-bike-2001-384", "yolox-nano-416", "picodet-s-416"],
    "faces": ["face-mask-ssd-260", "yunet-n-dynamic"],
}


def record_of(
    task: Task, plan: Plan, pictures: Sequence[Picture], *, step: int, seconds: float, on_gpu: bool
) -> dict[str, Any]:
    """JSON-ready facts of a training that has come to `step` in `seconds`."""
    shares = Counter(picture.licence for picture in pictures)
    passes = step * plan.batch
    return {
        "task": task.name,
        "pictures": {licence: number for licence, number in sorted(shares.items()) if licence != SIMULATED},
        "simulated": shares[SIMULATED],
        "teachers": TEACHERS[task.name] if shares.keys() & set(LICENCES) else [],
        "steps": step,
        "planned_steps": plan.steps,
        "picture_passes": passes,
        "epochs": round(passes / max(1, len(pictures)), 1),
        "seed": plan.seed,
        "hours": round(seconds / 3600, 2),
        "machine": "one GPU" if on_gpu else f"{os.cpu_count()} CPU cores",
        "date": datetime.now(UTC).date().isoformat(),
    }
