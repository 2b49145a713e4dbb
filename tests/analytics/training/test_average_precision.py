"""Average precision: cases worked out by hand, and a plain way of computing it that must agree."""

from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.training.average_precision import (
    IOUS,
    Marks,
    Seen,
    average_precision,
    marks_of,
    mean_average_precision,
    overlaps,
)
from analytics.training.targets import ANY, Targets

Box = tuple[float, float, float, float]
HERE: Box = (10, 10, 30, 30)
THERE: Box = (50, 50, 90, 90)
NOWHERE: Box = (200, 200, 220, 220)


def seen(*rows: tuple[Box, float], label: int = 0) -> Seen:
    """Boxes with their scores, all of one class."""
    xyxy = np.array([box for box, _ in rows], np.float32).reshape(-1, 4)
    return Seen(xyxy, np.array([score for _, score in rows], np.float32), np.full(len(rows), label, np.int64))


def targets(
    *boxes: Box, sure: float = 0.8, label: int = 0, ignore: Sequence[Box] = (), ignore_label: int = ANY
) -> Targets:
    """Labels of one class, and areas to ignore."""
    return Targets(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(len(boxes), label, np.int64),
        np.full(len(boxes), sure, np.float32),
        np.array(ignore, np.float32).reshape(-1, 4),
        np.full(len(ignore), ignore_label, np.int64),
    )


def marks(rows: Iterable[tuple[float, bool]], labels: int) -> Marks:
    """Boxes that are right at every IoU or at none."""
    rows = list(rows)
    right = np.array([[one] * len(IOUS) for _, one in rows], np.bool_).reshape(-1, len(IOUS))
    return Marks(np.array([score for score, _ in rows], np.float32), right, np.zeros(len(rows), np.bool_), labels)


def plain_average_precision(rows: Sequence[tuple[float, bool]], labels: int) -> float:
    """The definition, step by step: at each recall, the best precision at that recall or beyond."""
    ordered = sorted(rows, key=lambda row: -row[0])
    hits = [sum(right for _, right in ordered[: k + 1]) for k in range(len(ordered))]
    best = [
        max((hit / (k + 1) for k, hit in enumerate(hits) if 100 * hit >= hundredths * labels), default=0.0)
        for hundredths in range(101)
    ]
    return sum(best) / 101


def test_overlaps_are_shares_of_the_union() -> None:
    """Issue 3: the same box, a half, a touch, nothing."""
    others = np.array([HERE, (20, 10, 40, 30), (30, 10, 50, 30), NOWHERE], np.float32)

    assert overlaps(np.array([HERE], np.float32), others)[0].tolist() == pytest.approx([1, 1 / 3, 0, 0])


def test_every_label_found_and_nothing_else_is_one() -> None:
    """Issue 3: AP50 and AP are 1."""
    found = marks_of([(seen((HERE, 0.9), (THERE, 0.3)), targets(HERE, THERE))], 0)

    assert (average_precision(found, 0), mean_average_precision(found)) == (1, 1)


def test_three_labels_with_a_false_box_between_come_to_56_of_101() -> None:
    """Issue 3: recalls 0.00-0.33 are read at precision 1, 0.34-0.66 at 2/3, the rest at 0: 34 + 33 · 2/3 = 56."""
    looked = seen((HERE, 0.9), (NOWHERE, 0.8), (THERE, 0.7))

    found = marks_of([(looked, targets(HERE, THERE, (100, 0, 120, 20)))], 0)

    assert average_precision(found, 0) == pytest.approx(56 / 101)


def test_boxes_of_all_pictures_stand_in_one_row() -> None:
    """Issue 3: a false box in one picture that scores above the right one of another halves the precision there."""
    pictures = [(seen((NOWHERE, 0.9)), targets()), (seen((HERE, 0.8)), targets(HERE))]

    assert average_precision(marks_of(pictures, 0), 0) == pytest.approx(0.5)


def test_without_labels_there_is_no_figure() -> None:
    """Issue 3: nothing to find is not a zero."""
    found = marks_of([(seen((HERE, 0.9)), targets())], 0)

    assert (average_precision(found, 0), mean_average_precision(found)) == (None, None)


def test_labels_without_a_box_are_a_zero() -> None:
    """Issue 3: a network that sees nothing."""
    assert average_precision(marks_of([(seen(), targets(HERE))], 0), 0) == 0


def test_a_label_is_found_once_by_the_better_box() -> None:
    """Issue 3: the second box on the same object is false."""
    found = marks_of([(seen((HERE, 0.6), (HERE, 0.9)), targets(HERE))], 0)

    assert found.right[:, 0].tolist() == [False, True]


def test_a_box_takes_the_label_that_it_overlaps_most() -> None:
    """Issue 3: greedy by score, then by overlap, so that the other label is left for the other box."""
    beside = (10, 10, 30, 26)

    found = marks_of([(seen((HERE, 0.9), (beside, 0.8)), targets(beside, HERE))], 0)

    assert found.right[:, 0].tolist() == [True, True]
    assert found.right[:, -1].tolist() == [True, True]


def test_a_box_that_fits_by_four_fifths_is_right_at_seven_of_ten_levels() -> None:
    """Issue 3: 0.50 to 0.80, so AP is 0.7."""
    found = marks_of([(seen(((10, 10, 30, 26), 0.9)), targets(HERE))], 0)

    assert found.right[0].tolist() == [True] * 7 + [False] * 3
    assert mean_average_precision(found) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("area", "label", "left_out"),
    [
        pytest.param(NOWHERE, ANY, True, id="of any class"),
        pytest.param(NOWHERE, 0, True, id="of its class"),
        pytest.param(NOWHERE, 1, False, id="of another class"),
        pytest.param((200, 200, 211, 220), ANY, True, id="more than half of it"),
        pytest.param((200, 200, 210, 220), ANY, False, id="just half of it"),
    ],
)
def test_a_box_in_an_ignored_area_is_left_out(area: Box, label: int, left_out: bool) -> None:
    """Issue 3: nobody knows what is there, so it is neither right nor false."""
    looked = seen((NOWHERE, 0.9), (HERE, 0.8))

    found = marks_of([(looked, targets(HERE, ignore=[area], ignore_label=label))], 0)

    assert average_precision(found, 0) == pytest.approx(1.0 if left_out else 0.5)


def test_a_right_box_in_an_ignored_area_stays_right() -> None:
    """Issue 3: only what matches no label is left out."""
    found = marks_of([(seen((HERE, 0.9)), targets(HERE, ignore=[HERE]))], 0)

    assert average_precision(found, 0) == 1


def test_an_unsure_label_is_not_to_be_found() -> None:
    """Issue 3: hints of the teachers lie in ignored areas too; they teach, but they do not judge."""
    hinted = targets(HERE, sure=0.4, ignore=[HERE], ignore_label=0)

    found = marks_of([(seen((HERE, 0.9)), hinted)], 0)

    assert (found.labels, found.counted(0).tolist()) == (0, [False])


def test_classes_are_judged_apart() -> None:
    """Issue 3: a box of another class neither finds a label nor counts as false."""
    pictures = [(seen((HERE, 0.9), label=1), targets(HERE, label=0))]

    assert average_precision(marks_of(pictures, 0), 0) == 0
    assert average_precision(marks_of(pictures, 1), 0) is None


# Different scores, as the order of equal ones is a matter of taste.
ROWS = st.lists(st.booleans(), max_size=30).map(lambda rights: [(1 - k / 64, right) for k, right in enumerate(rights)])


@given(ROWS, st.integers(0, 20), st.randoms())
def test_it_agrees_with_the_definition_taken_step_by_step(rows: list[tuple[float, bool]], missed: int, draw) -> None:
    """Issue 3: whatever the order in which the boxes come."""
    labels = max(1, missed + sum(right for _, right in rows))
    shuffled = draw.sample(rows, len(rows))

    assert average_precision(marks(shuffled, labels), 0) == pytest.approx(plain_average_precision(rows, labels))


@given(ROWS, st.integers(1, 20))
def test_a_false_box_below_all_others_changes_nothing(rows: list[tuple[float, bool]], missed: int) -> None:
    """Issue 3: and one above all others never helps."""
    labels = missed + sum(right for _, right in rows)
    before = average_precision(marks(rows, labels), 0)
    below = average_precision(marks([*rows, (0.001, False)], labels), 0)
    above = average_precision(marks([(1.5, False), *rows], labels), 0)

    assert below == before
    assert before is not None
    assert above is not None
    assert 0 <= above <= before <= 1
