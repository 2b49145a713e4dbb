"""A training: it learns, it goes on where it stopped, and it says so when it cannot."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

from dataclasses import replace

import torch

from analytics.training import train
from analytics.training.augment import Augmentation
from analytics.training.checkpoint import CHECKPOINT, read_checkpoint
from analytics.training.errors import CheckpointError, PicturesError
from analytics.training.plan import Plan
from analytics.training.progress import Progress
from analytics.training.record import RECORD
from analytics.training.targets import Picture
from analytics.training.tasks import FACES, OCCUPANCY
from analytics.training.train import Training
from tests.analytics.training.drawn import picture

STILL = Augmentation(mosaic=0.0, zoom=(1.0, 1.0), aspect=0.0, turn_deg=0.0, mirror=0.0, colour=False)
PICTURES = [
    picture((label, (x, x, x + 0.5, x + 0.5)), size=(64, 64)) for label, x in ((0, 0.1), (1, 0.3), (2, 0.4), (0, 0.2))
]
PLAN = Plan(steps=6, batch=4, sizes=((0.0, 64),), augmentation=Augmentation())


def training(folder: Path, plan: Plan = PLAN, **changes: object) -> Training:
    """Of four drawn pictures."""
    facts = {"task": OCCUPANCY, "pictures": PICTURES} | changes
    return Training(plan=plan, folder=folder, **facts)


def after(steps: int):
    """A wish to stop after so many steps."""
    left = [steps]

    def cancelled() -> bool:
        left[0] -= 1
        return left[0] <= 0

    return cancelled


def silent(_: Progress) -> None:
    """Nobody listens."""


def same(one: dict, other: dict) -> bool:
    """Two `state_dict`s, to the bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_ten_steps_on_four_pictures_lower_the_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 3: of boxes and of classes; the means are of the steps since the last report."""
    monkeypatch.setattr(train, "REPORT_EVERY", 2)
    told: list[Progress] = []
    plan = Plan(steps=10, batch=4, warm_up=1, sizes=((0.0, 64),), augmentation=STILL)

    finished = training(tmp_path, plan).run(told.append, workers=0)

    assert finished
    assert [one.step for one in told] == [2, 4, 6, 8, 10]
    assert told[-1].classes < 0.9 * told[0].classes
    assert told[-1].overlap < 0.9 * told[0].overlap
    assert all(one.pictures_per_s > 0 and one.size == 64 for one in told)


def test_a_training_that_was_stopped_ends_with_the_same_weights(tmp_path: Path) -> None:
    """Issue 3: resumable: weights, average and optimizer to the bit, as if it had never stopped."""
    whole = training(tmp_path / "whole")
    whole.run(silent, workers=0)

    stopped = training(tmp_path / "parts").run(silent, workers=0, cancelled=after(2))
    resumed = training(tmp_path / "parts")
    begun_at = resumed.step
    finished = resumed.run(silent, workers=0)

    assert (stopped, begun_at, finished) == (False, 2, True)
    assert same(whole.network.state_dict(), resumed.network.state_dict())
    assert same(whole.average.state_dict(), resumed.average.state_dict())
    states = (one.optimizer.state_dict()["state"] for one in (whole, resumed))
    assert all(same(a, b) for a, b in zip(*(one.values() for one in states), strict=True))


def test_means_after_a_resume_are_of_the_steps_since_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 3: three steps before, one behind: neither sum nor speed counts the others."""
    training(tmp_path / "parts").run(silent, workers=0, cancelled=after(3))
    monkeypatch.setattr(train, "REPORT_EVERY", 4)
    after_one: list[Progress] = []
    training(tmp_path / "parts").run(after_one.append, workers=0, cancelled=after(1))

    monkeypatch.setattr(train, "REPORT_EVERY", 1)
    each: list[Progress] = []
    training(tmp_path / "whole").run(each.append, workers=0, cancelled=after(4))
    assert replace(after_one[0], pictures_per_s=0) == replace(each[3], pictures_per_s=0)


def test_a_finished_training_does_nothing_more(tmp_path: Path) -> None:
    """Issue 3: the same command again says finished."""
    plan = replace(PLAN, steps=1)
    training(tmp_path, plan).run(silent, workers=0)
    before = read_checkpoint(tmp_path / CHECKPOINT)["network"]

    again = training(tmp_path, plan)

    assert again.finished
    assert again.run(silent, workers=0)
    assert same(before, read_checkpoint(tmp_path / CHECKPOINT)["network"])


def test_the_record_says_how_far_it_came(tmp_path: Path) -> None:
    """Issue 3: also of a training that was stopped; time adds up over sittings."""
    training(tmp_path).run(silent, workers=0, cancelled=after(1))
    first = read_checkpoint(tmp_path / CHECKPOINT)["seconds"]
    training(tmp_path).run(silent, workers=0, cancelled=after(1))
    record = json.loads((tmp_path / RECORD).read_text())

    assert (record["steps"], record["picture_passes"], record["pictures"]) == (2, 8, {"own": 4})
    assert 0 < first < read_checkpoint(tmp_path / CHECKPOINT)["seconds"]


def test_another_plan_or_task_does_not_go_on(tmp_path: Path) -> None:
    """Issue 3: the text names what differs; the checkpoint stays."""
    training(tmp_path).save()

    with pytest.raises(CheckpointError, match=r"checkpoint\.pt: of another training \(steps was 6 and is now 9\)"):
        training(tmp_path, replace(PLAN, steps=9))
    with pytest.raises(CheckpointError, match="task was occupancy and is now faces"):
        training(tmp_path, task=FACES, pictures=PICTURES[:1])
    assert training(tmp_path).step == 0


@pytest.mark.parametrize("data", [b"", b"no checkpoint", b"PK\x03\x04 broken"])
def test_a_broken_checkpoint_is_named(tmp_path: Path, data: bytes) -> None:
    """Issue 3: never overwritten by a training that begins anew."""
    (tmp_path / CHECKPOINT).write_bytes(data)

    with pytest.raises(CheckpointError, match=r"checkpoint\.pt: expected the checkpoint of a training"):
        training(tmp_path)


def test_a_file_of_weights_alone_is_no_checkpoint(tmp_path: Path) -> None:
    """Issue 3: nothing could go on from it."""
    torch.save({"network": {}}, tmp_path / CHECKPOINT)

    with pytest.raises(CheckpointError, match="expected the checkpoint of a training"):
        training(tmp_path)


def test_no_pictures_are_refused(tmp_path: Path) -> None:
    """Issue 3: a licence class without pictures of the task."""
    with pytest.raises(PicturesError, match="no pictures to learn occupancy from"):
        training(tmp_path, pictures=[])


def test_a_picture_of_another_task_is_refused(tmp_path: Path) -> None:
    """OSL-2: an administrator's own pictures come as values."""
    wrong: list[Picture] = [PICTURES[0], PICTURES[2]]

    with pytest.raises(PicturesError, match="picture 1: class 2, expected 0 to 1"):
        training(tmp_path, task=FACES, pictures=wrong)


def test_a_training_can_begin_with_the_weights_of_another_task(tmp_path: Path) -> None:
    """Issue 3: all but the layer that names the classes."""
    begin = training(tmp_path / "one", replace(PLAN, seed=5)).network.state_dict()

    two = training(tmp_path / "two", task=FACES, pictures=PICTURES[:1], begin=begin)

    taken = [name for name, value in two.network.state_dict().items() if torch.equal(value, begin[name])]
    left = set(begin) - set(taken)
    assert left == {f"heads.{number}.classes.1.weight" for number in range(3)} | {
        f"heads.{number}.classes.1.bias" for number in range(3)
    }


def test_random_numbers_of_others_stay_as_they_are(tmp_path: Path) -> None:
    """OSL-2: a training inside another program; and the seed alone decides the first weights."""
    torch.manual_seed(77)
    expected = torch.rand(1)
    torch.manual_seed(77)
    first = training(tmp_path / "a")
    found = torch.rand(1)
    second = training(tmp_path / "b")

    assert torch.equal(found, expected)
    assert same(first.network.state_dict(), second.network.state_dict())
