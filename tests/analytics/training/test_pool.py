"""The pool: what becomes of labels, teachers and ignored areas, and what is said of a pool that cannot be read."""

from pathlib import Path
from typing import Any

import pytest

from analytics.training.errors import PoolError
from analytics.training.pool import known_licences, read_pool
from analytics.training.targets import ANY, Targets
from analytics.training.tasks import FACES, OCCUPANCY
from tests.analytics.training.drawn import jpeg, row, write_pool

HERE = [0.1, 0.1, 0.5, 0.5]
FACE_ROW: dict[str, Any] = row(labels=[[0, *HERE, 1.0], [1, 0.6, 0.6, 0.8, 0.8, 0.5]])


def occupancy(folder: Path, *rows: Any) -> Targets:
    """The targets of the only picture."""
    (picture,) = read_pool(write_pool(folder, pvb=rows), OCCUPANCY, "train")
    return picture.targets


def faces(folder: Path, *rows: Any) -> Targets:
    """The targets of the only picture."""
    (picture,) = read_pool(write_pool(folder, mask=rows), FACES, "train")
    return picture.targets


def test_boxes_come_in_the_pixels_of_the_picture(tmp_path: Path) -> None:
    """Issue 3: of 80 × 60 pixels; the score wanted rises from a half with the confidence of the label."""
    (picture,) = read_pool(write_pool(tmp_path, pvb=[row()]), OCCUPANCY, "train")

    assert picture.pixels.shape == (60, 80, 3)
    assert picture.licence == "open"
    assert picture.targets.xyxy.tolist() == [[20, 30, 60, 60]]
    assert picture.targets.label.tolist() == [0]
    assert picture.targets.sure.tolist() == pytest.approx([0.9])


def test_motorcycles_are_bicycles(tmp_path: Path) -> None:
    """Issue 3: merged, as in the truth files."""
    found = occupancy(tmp_path, row(labels=[[2, *HERE, 1], [3, *HERE, 1]]))

    assert found.label.tolist() == [2, 2]


def test_only_the_split_and_the_licence_classes_asked_for_are_read(tmp_path: Path) -> None:
    """Issue 3: `--licences open,mixed-cc` trains without the doubtful ones."""
    rows = [row(lic=lic, split=split) for lic in ("open", "mixed-cc", "doubtful") for split in ("train", "val")]
    pool = write_pool(tmp_path, pvb=rows)

    assert [one.licence for one in read_pool(pool, OCCUPANCY, "train", ("mixed-cc", " open "))] == ["open", "mixed-cc"]
    assert len(read_pool(pool, OCCUPANCY, "val")) == 3


def test_what_two_teachers_half_believe_teaches_a_low_score(tmp_path: Path) -> None:
    """Issue 3: three fifths of the mean of all teachers; the area stays without loss for whoever else looks there."""
    teachers = {"a": [[0, *HERE, 0.4]], "b": [[0, *HERE, 0.5], [0, *HERE, 0.2]], "c": [[1, *HERE, 0.9]]}

    found = occupancy(tmp_path, row(labels=[], ignore=[[0, *HERE]], teachers=teachers))

    assert found.sure.tolist() == pytest.approx([0.6 * 0.9 / 3])
    assert found.ignore.tolist() == found.xyxy.tolist()
    assert found.ignore_label.tolist() == [0]


@pytest.mark.parametrize(
    "teachers",
    [
        pytest.param({"a": [[0, *HERE, 0.9]], "b": [[0, *HERE, 0.2]]}, id="one alone"),
        pytest.param({"a": [[0, *HERE, 0.9]], "b": [[0, 0.5, 0.5, 0.9, 0.9, 0.9]]}, id="elsewhere"),
        pytest.param({"a": [[0, *HERE, 0.9]], "b": [[2, *HERE, 0.9]]}, id="another class"),
        pytest.param({}, id="nobody"),
    ],
)
def test_what_one_teacher_believes_teaches_nothing(tmp_path: Path, teachers: dict[str, Any]) -> None:
    """Issue 3: the area has no loss, neither as an object nor as background."""
    found = occupancy(tmp_path, row(labels=[], ignore=[[0, *HERE]], teachers=teachers))

    assert (len(found.xyxy), len(found.ignore)) == (0, 1)


def test_face_pictures_with_labels_of_people_teach_people(tmp_path: Path) -> None:
    """Issue 3: near ones, seen from the front; what else was seen so near is not trusted."""
    labels = [[0, *HERE, 1.0, 2], [1, *HERE, 1.0, 2]]
    known = FACE_ROW | {"pvb_labels": labels, "pvb_ignore": [], "pvb_teachers": {}}

    (picture,) = read_pool(write_pool(tmp_path, mask=[FACE_ROW, known]), OCCUPANCY, "train")

    assert picture.targets.label.tolist() == [0]
    assert picture.targets.ignore_label.tolist() == [1]


def test_face_pictures_do_not_judge_a_network_of_people(tmp_path: Path) -> None:
    """Issue 3: so near, everybody is found, and the figures of `val` would flatter."""
    known = FACE_ROW | {"split": "val", "pvb_labels": [[0, *HERE, 1.0]], "pvb_ignore": [], "pvb_teachers": {}}
    pool = write_pool(tmp_path, pvb=[row(split="val")], mask=[known])

    assert len(read_pool(pool, OCCUPANCY, "val")) == 1
    assert len(read_pool(pool, FACES, "val")) == 1


def test_a_mask_worn_wrongly_is_neither(tmp_path: Path) -> None:
    """MASK-1: its place gives no loss, nor does a face of unknown kind."""
    labels = [[0, *HERE, 1], [1, *HERE, 1], [2, *HERE, 1]]

    found = faces(tmp_path, row(labels=labels, ignore=[[-1, *HERE]]))

    assert found.label.tolist() == [0, 1]
    assert found.ignore_label.tolist() == [ANY, ANY]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param("{", "line 2: expected a JSON object", id="no JSON"),
        pytest.param("[]", "line 2: expected a JSON object with the text 'file'", id="no object"),
        pytest.param(row(lic=3), "line 2: expected a JSON object with the text 'lic'", id="no licence class"),
        pytest.param(row(labels=[[0, 0.1, 0.2]]), "line 2: expected boxes", id="short box"),
        pytest.param(row(labels=[[7, *HERE, 1]]), "line 2: expected boxes", id="unknown class"),
        pytest.param(row(ignore=[[7, *HERE]]), "line 2: expected boxes", id="unknown class to ignore"),
        pytest.param(row(ignore=[[0, *HERE]], teachers=[]), "line 2: expected boxes", id="teachers without names"),
        pytest.param(row(file="two.jpg"), "line 2: two.jpg is not in some.tar", id="no such file"),
        pytest.param(row(file="text.jpg"), "line 2: text.jpg in some.tar is no picture", id="no picture"),
        pytest.param(row(tar="other.tar"), "other.tar: cannot be read", id="no such tar file"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, wrong: Any, told: str) -> None:
    """Issue 3: with file and line."""
    pool = write_pool(tmp_path, pvb=[row(), wrong], files={"one.jpg": jpeg(), "text.jpg": b"text"})

    with pytest.raises(PoolError) as raised:
        read_pool(pool, OCCUPANCY, "train")
    assert told in str(raised.value)


def test_a_wrong_face_class_is_named(tmp_path: Path) -> None:
    """Issue 3: 0, 1 and 2 are known."""
    with pytest.raises(PoolError, match=r"mask\.jsonl, line 1: expected boxes"):
        faces(tmp_path, row(labels=[[3, *HERE, 1]]))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Issue 3: by the index that was looked for."""
    with pytest.raises(PoolError, match=r"nowhere/pvb\.jsonl: cannot be read"):
        read_pool(tmp_path / "nowhere", OCCUPANCY, "train")


def test_an_unknown_split_is_named(tmp_path: Path) -> None:
    """Issue 3: it would find nothing."""
    with pytest.raises(PoolError, match="split 'test', expected one of train, val"):
        read_pool(tmp_path, OCCUPANCY, "test")


def test_licence_classes_are_named_without_blanks_and_doubles() -> None:
    """Issue 3: an unknown one is told, and so is none at all."""
    assert known_licences(["open", " mixed-cc", "open", ""]) == {"open", "mixed-cc"}
    with pytest.raises(PoolError, match="licence class 'mixed', expected some of open, mixed-cc, doubtful"):
        known_licences(["open", "mixed"])
    with pytest.raises(PoolError, match="no licence class"):
        known_licences([""])
