"""What a training was made of: facts for the model card."""

from datetime import UTC, datetime

from analytics.training.plan import Plan
from analytics.training.record import TEACHERS, record_of
from analytics.training.tasks import FACES, OCCUPANCY, TASKS
from tests.analytics.training.drawn import picture


def test_a_record_counts_pictures_by_licence_and_drawn_ones_apart() -> None:
    """Issue 3: the card lists licence classes with their shares."""
    pictures = [picture(licence=licence) for licence in ("open", "doubtful", "open", "simulated")]
    found = record_of(OCCUPANCY, Plan(steps=100, seed=3, batch=8), pictures, step=10, seconds=5400, on_gpu=False)

    assert found["pictures"] == {"doubtful": 1, "open": 2}
    assert found["simulated"] == 1
    assert found["teachers"] == TEACHERS["occupancy"]
    assert (found["steps"], found["planned_steps"], found["picture_passes"], found["epochs"]) == (10, 100, 80, 20.0)
    assert (found["seed"], found["hours"]) == (3, 1.5)
    assert found["machine"].endswith("CPU cores")
    assert found["date"] == datetime.now(UTC).date().isoformat()


def test_who_learns_from_his_own_pictures_has_no_teachers() -> None:
    """OSL-2: only the pool's labels come from other networks."""
    found = record_of(FACES, Plan(steps=1), [picture(licence="own")], step=0, seconds=0, on_gpu=True)

    assert found["teachers"] == []
    assert found["machine"] == "one GPU"


def test_every_task_has_its_teachers() -> None:
    """Issue 3: none is forgotten."""
    assert TEACHERS.keys() == TASKS.keys()
