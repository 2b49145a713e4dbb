"""Looking at single pictures: the product's input and decoders, raw scores, pixels of the picture."""

from pathlib import Path

import numpy as np
import pytest

from analytics.training.seeing import MOST, Looker
from analytics.training.tasks import FACES as FACE_TASK
from analytics.training.tasks import OCCUPANCY
from tests.analytics.engine.inference.builders import (
    FACES,
    constant_network,
    corners_outputs,
    manifest_json,
    network_put,
    pvb_outputs,
)

PICTURE = np.full((100, 200, 3), 90, np.uint8)


def looker(folder: Path, *rows: tuple[float, ...]) -> Looker:
    """A network that always sees these rows: x1 y1 x2 y2, then scores of vehicle, human, bicycle."""
    return Looker(network_put(folder, constant_network(pvb_outputs(list(rows)))), OCCUPANCY.labels)


def test_boxes_are_pixels_of_the_picture_with_raw_scores_best_first(tmp_path: Path) -> None:
    """Issue 3: what is measured is what runs, but for the scale of scores."""
    found = looker(tmp_path, (0.1, 0.2, 0.3, 0.4, 0, 0.02, 0), (0.5, 0.5, 1.2, 0.9, 0.9, 0, 0)).look(PICTURE)

    assert found.xyxy.tolist() == [pytest.approx([100, 50, 200, 90]), pytest.approx([20, 20, 60, 40])]
    assert found.score.tolist() == pytest.approx([0.9, 0.02])
    assert found.label.tolist() == [OCCUPANCY.labels.index("vehicle"), OCCUPANCY.labels.index("human_body")]


def test_the_padding_of_a_letterbox_is_taken_back(tmp_path: Path) -> None:
    """Issue 3: a picture twice as wide as high fills the upper half of a square input."""
    form = manifest_json()["input"] | {"resize": "letterbox-top-left"}
    outputs = pvb_outputs([(0.25, 0.25, 0.5, 0.5, 0.9, 0, 0)])
    network = network_put(tmp_path, constant_network(outputs), input=form)

    assert Looker(network, OCCUPANCY.labels).look(PICTURE).xyxy.tolist() == [pytest.approx([50, 50, 100, 100])]


def test_what_is_fainter_than_the_floor_is_not_seen(tmp_path: Path) -> None:
    """Issue 3: raw 0.01."""
    assert len(looker(tmp_path, (0.1, 0.2, 0.3, 0.4, 0, 0.005, 0)).look(PICTURE).score) == 0


def test_a_rider_is_two_boxes(tmp_path: Path) -> None:
    """OCC-1: a human and a bicycle in one place do not suppress each other."""
    found = looker(tmp_path, (0.1, 0.2, 0.3, 0.4, 0, 0.5, 0.4)).look(PICTURE)

    assert found.label.tolist() == [OCCUPANCY.labels.index("human_body"), OCCUPANCY.labels.index("bicycle")]


def test_a_face_has_a_mask_or_none(tmp_path: Path) -> None:
    """MASK-4: of one face the better answer stays."""
    outputs = corners_outputs([(0.1, 0.2, 0.3, 0.4, 0.4, 0.5)])

    found = Looker(network_put(tmp_path, constant_network(outputs), **FACES), FACE_TASK.labels).look(PICTURE)

    assert found.label.tolist() == [FACE_TASK.labels.index("no_mask")]


def test_no_more_than_a_hundred_boxes_are_taken(tmp_path: Path) -> None:
    """Issue 3: as COCO has it; the best ones."""
    corners = [(k % 12 / 12, k // 12 / 12) for k in range(MOST + 20)]
    rows = [(x, y, x + 0.05, y + 0.05, 0.9 - k / 1000, 0, 0) for k, (x, y) in enumerate(corners)]

    found = looker(tmp_path, *rows).look(PICTURE)

    assert len(found.score) == MOST
    assert found.score.min() == pytest.approx(0.9 - (MOST - 1) / 1000)
