"""Golden tests of the decoders: raw outputs made by hand, with boxes known beforehand."""

import numpy as np
import pytest

from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.decoders.base import Floor
from analytics.engine.inference.errors import NetworkBrokenError
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.scale import Part
from tests.analytics.engine.inference.builders import COCO_CLASSES, FACES, corners_outputs, manifest, pvb_outputs

BODY, HEAD, VEHICLE, BICYCLE, MASK, NO_MASK = Part


def floor_at(described: Manifest, raw: float) -> Floor:
    return open_decoder(described).floor(dict.fromkeys(Part, raw))


def logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def yolox_manifest() -> Manifest:
    form = {"name": "images", "width": 64, "height": 64, "colour": "BGR", "resize": "letterbox-top-left"}
    return manifest(decoder="yolox", classes=COCO_CLASSES, input=form)


def fastestdet_manifest() -> Manifest:
    form = {"name": "input.1", "width": 352, "height": 352, "colour": "BGR", "resize": "plain", "scale": 1 / 255}
    return manifest(decoder="fastestdet", classes=COCO_CLASSES, input=form)


def face_mask_ssd_manifest() -> Manifest:
    return manifest(**FACES | {"decoder": "face-mask-ssd"})


def test_ssd_gives_the_boxes_of_the_classes_that_reach_their_floor() -> None:
    """RUN-6: person-vehicle-bike, classes 0 vehicle, 1 person, 2 bike; boxes are ready and not clipped."""
    described = manifest()
    outputs = list(pvb_outputs([
        (0.1, 0.2, 0.3, 0.9, 0.0, 0.8, 0.0),
        (0.5, 0.5, 0.6, 0.6, 0.2, 0.2, 0.2),
        (-0.1, 0.0, 0.4, 1.2, 0.7, 0.0, 0.0),
    ]).values())  # fmt: skip

    found = open_decoder(described).decode(outputs, floor_at(described, 0.25))

    assert found.part.tolist() == [BODY, VEHICLE]
    assert found.score.tolist() == pytest.approx([0.8, 0.7])
    assert found.xyxy.tolist() == [pytest.approx([0.1, 0.2, 0.3, 0.9]), pytest.approx([-0.1, 0.0, 0.4, 1.2])]


def test_ssd_reports_a_rider_as_a_human_and_a_bicycle() -> None:
    """OCC-1: a rider is 1 human and 1 bicycle, also when both are read off one box."""
    described = manifest()
    outputs = list(pvb_outputs([(0.1, 0.1, 0.2, 0.3, 0.0, 0.4, 0.5)]).values())

    found = open_decoder(described).decode(outputs, floor_at(described, 0.25))

    assert found.part.tolist() == [BODY, BICYCLE]


def corners_manifest() -> Manifest:
    form = {"name": "image", "width": 416, "height": 256, "colour": "BGR", "resize": "letterbox-top-left"}
    classes = {"0": "human_body", "1": "vehicle", "2": "bicycle"}
    return manifest(decoder="corners", input=form, classes=classes)


def test_corners_are_taken_as_they_are_with_every_class_that_reaches_its_floor() -> None:
    """RUN-6, OCC-1: no background column; a rider's row passes for two classes; boxes reach beyond the input."""
    described = corners_manifest()
    outputs = list(corners_outputs([
        (0.1, 0.2, 0.3, 0.9, 0.8, 0.1, 0.6),
        (0.5, 0.5, 0.6, 0.6, 0.2, 0.2, 0.2),
        (-0.1, 0.0, 0.4, 1.2, 0.0, 0.25, 0.0),
    ]).values())  # fmt: skip

    found = open_decoder(described).decode(outputs, floor_at(described, 0.25))

    assert found.part.tolist() == [BODY, BICYCLE, VEHICLE]
    assert found.score.tolist() == pytest.approx([0.8, 0.6, 0.25])
    assert found.xyxy.tolist() == [
        pytest.approx([0.1, 0.2, 0.3, 0.9]),
        pytest.approx([0.1, 0.2, 0.3, 0.9]),
        pytest.approx([-0.1, 0.0, 0.4, 1.2]),
    ]


def test_corners_of_faces_are_with_or_without_mask() -> None:
    """MASK-4: the same form of output, other parts."""
    described = manifest(**FACES)
    outputs = list(corners_outputs([(0.1, 0.1, 0.2, 0.2, 0.9, 0.1), (0.5, 0.1, 0.6, 0.2, 0.3, 0.7)]).values())

    found = open_decoder(described).decode(outputs, floor_at(described, 0.5))

    assert found.part.tolist() == [MASK, NO_MASK]
    assert found.score.tolist() == pytest.approx([0.9, 0.7])


def anchor(*places: tuple[int, float, float, float, float]) -> list[np.ndarray]:
    """Outputs of the face-mask SSD: (row, score with mask, without, offset of x, offset of width)."""
    loc, scores = np.zeros((1, 5972, 4), np.float32), np.zeros((1, 5972, 2), np.float32)
    for row, mask, no_mask, x, width in places:
        scores[0, row], loc[0, row, 0], loc[0, row, 2] = (mask, no_mask), x, width
    return [loc, scores]


def test_face_mask_ssd_reads_a_box_from_its_anchor() -> None:
    """MASK-3: the first cell of the finest map, the fourth anchor of its second one, and the last of all."""
    described = face_mask_ssd_manifest()
    outputs = anchor((0, 0.9, 0.1, 0, 0), (7, 0.2, 0.8, 0, 0), (5971, 0.0, 0.7, 0, 0))

    found = open_decoder(described).decode(outputs, floor_at(described, 0.5))

    tall = 0.04 * 0.42**0.5 / 2, 0.04 / 0.42**0.5 / 2  # half width and height of the last ratio
    last = 0.64 * 0.42**0.5 / 2, 0.64 / 0.42**0.5 / 2
    assert found.part.tolist() == [MASK, NO_MASK, NO_MASK]
    assert found.xyxy[0].tolist() == pytest.approx([0.5 / 33 - 0.02, 0.5 / 33 - 0.02, 0.5 / 33 + 0.02, 0.5 / 33 + 0.02])
    assert found.xyxy[1, 2] == pytest.approx(1.5 / 33 + tall[0])
    assert found.xyxy[1, 3] == pytest.approx(0.5 / 33 + tall[1])
    assert found.xyxy[2].tolist() == pytest.approx(
        [2.5 / 3 - last[0], 2.5 / 3 - last[1], 2.5 / 3 + last[0], 2.5 / 3 + last[1]]
    )


def test_face_mask_ssd_moves_and_stretches_its_anchor() -> None:
    """MASK-3: centre by a tenth of the anchor's size, size by the exponential of a fifth."""
    described = face_mask_ssd_manifest()
    outputs = anchor((1, 0.9, 0.0, 2.0, 5.0))

    found = open_decoder(described).decode(outputs, floor_at(described, 0.5))

    centre, half = 0.5 / 33 + 0.2 * 0.056, 0.056 * np.e / 2
    assert found.xyxy[0, [0, 2]].tolist() == pytest.approx([centre - half, centre + half])
    assert found.xyxy[0, [1, 3]].tolist() == pytest.approx([0.5 / 33 - 0.028, 0.5 / 33 + 0.028])


def test_yolox_reads_centre_and_size_from_the_cell_of_its_grid() -> None:
    """RUN-6: 64×64 has 8·8 + 4·4 + 2·2 rows; row 64 + 6 is the cell x 2, y 1 of stride 16."""
    described = yolox_manifest()
    raw = np.zeros((1, 84, 85), np.float32)
    raw[0, 70, :5] = 0.5, 0.25, np.log(2), np.log(1), 0.9
    raw[0, 70, 5 + 2] = 0.8

    found = open_decoder(described).decode([raw], floor_at(described, 0.25))

    assert found.part.tolist() == [VEHICLE]
    assert found.score.tolist() == pytest.approx([0.72])
    assert found.xyxy * 64 == pytest.approx(np.array([[40 - 16, 20 - 8, 40 + 16, 20 + 8]]), abs=1e-4)


def test_yolox_needs_objectness_and_class_together() -> None:
    """RUN-6: score = objectness · class; classes that mean nothing to us are passed over."""
    described = yolox_manifest()
    raw = np.zeros((1, 84, 85), np.float32)
    raw[0, 0, 4], raw[0, 0, 5] = 0.5, 0.4  # 0.20: too low
    raw[0, 1, 4], raw[0, 1, 5 + 16] = 0.9, 0.9  # a dog
    raw[0, 83, 4], raw[0, 83, 5 + 3] = 0.6, 0.5  # a motorcycle, counted as a bicycle

    found = open_decoder(described).decode([raw], floor_at(described, 0.25))

    assert found.part.tolist() == [BICYCLE]
    assert found.score.tolist() == pytest.approx([0.3])
    assert found.xyxy * 64 == pytest.approx(np.array([[16, 16, 48, 48]]), abs=1e-4)


def test_fastestdet_reads_a_box_from_the_planes_of_its_cell() -> None:
    """RUN-6: centre (cell + tanh t) / 22, size sigmoid t, score objectness^0.6 · class^0.4."""
    described = fastestdet_manifest()
    raw = np.zeros((1, 85, 22, 22), np.float32)
    raw[0, :5, 10, 4] = 0.8, np.arctanh(0.5), np.arctanh(-0.5), logit(0.2), logit(0.4)
    raw[0, 5, 10, 4] = 0.9

    found = open_decoder(described).decode([raw], floor_at(described, 0.5))

    x, y = 4.5 / 22, 9.5 / 22
    assert found.part.tolist() == [BODY]
    assert found.score.tolist() == pytest.approx([0.8**0.6 * 0.9**0.4])
    assert found.xyxy == pytest.approx(np.array([[x - 0.1, y - 0.2, x + 0.1, y + 0.2]]), abs=1e-5)


def test_fastestdet_finds_two_kinds_in_one_cell_and_leaves_the_weak_ones() -> None:
    """OCC-1: a rider is 1 human and 1 bicycle; a cell needs objectness and class together."""
    described = fastestdet_manifest()
    raw = np.zeros((1, 85, 22, 22), np.float32)
    raw[0, 0, 3, 3], raw[0, 5, 3, 3], raw[0, 6, 3, 3] = 0.9, 0.9, 0.8
    raw[0, 0, 4, 4], raw[0, 5, 4, 4] = 0.9, 0.01
    raw[0, 0, 5, 5], raw[0, 5, 5, 5] = 0.01, 0.9

    found = open_decoder(described).decode([raw], floor_at(described, 0.6))

    assert found.part.tolist() == [BODY, BICYCLE]


EVERY_FAMILY = [manifest(), corners_manifest(), yolox_manifest(), fastestdet_manifest()]
SHAPES = {
    "ssd_pvb": [(1, 7, 4), (1, 7, 4)],
    "corners": [(1, 7, 4), (1, 7, 3)],
    "yolox": [(1, 84, 85)],
    "fastestdet": [(1, 85, 22, 22)],
}


@pytest.mark.parametrize("described", EVERY_FAMILY, ids=lambda m: m.decoder)
def test_an_empty_picture_gives_no_candidates(described: Manifest) -> None:
    """RUN-6: shapes hold without any object."""
    outputs = [np.zeros(shape, np.float32) for shape in SHAPES[described.decoder]]

    found = open_decoder(described).decode(outputs, floor_at(described, 0.25))

    assert found.xyxy.shape == (0, 4)
    assert len(found.score) == len(found.part) == 0


@pytest.mark.parametrize("described", EVERY_FAMILY, ids=lambda m: m.decoder)
def test_a_kind_that_nobody_wants_is_not_looked_for(described: Manifest) -> None:
    """OCC-1: only what the floor names."""
    outputs = [np.ones(shape, np.float32) for shape in SHAPES[described.decoder]]

    decoder = open_decoder(described)
    vehicles = decoder.decode(outputs, decoder.floor({VEHICLE: 0.5}))
    nothing = decoder.decode(outputs, decoder.floor({}))

    assert set(vehicles.part.tolist()) == {VEHICLE}
    assert len(nothing.score) == 0


@pytest.mark.parametrize(
    ("described", "shapes", "fits"),
    [
        (manifest(), [(1, 7, 4), (1, 7, 4)], True),
        (manifest(), [(1, 7, 4), (1, 8, 4)], False),
        (manifest(), [(1, 7, 4), (1, 7, 2)], False),
        (corners_manifest(), [(1, 7, 4), (1, 7, 3)], True),
        (corners_manifest(), [(1, 7, 3), (1, 7, 3)], False),
        (corners_manifest(), [(1, 7, 4), (1, 7, 2)], False),
        (face_mask_ssd_manifest(), [(1, 5972, 4), (1, 5972, 2)], True),
        (face_mask_ssd_manifest(), [(1, 5971, 4), (1, 5971, 2)], False),
        (face_mask_ssd_manifest(), [(1, 5972, 4), (1, 5972, 3)], False),
        (yolox_manifest(), [(1, 84, 85)], True),
        (yolox_manifest(), [(1, 85, 84)], False),
        (fastestdet_manifest(), [(1, 85, 22, 22)], True),
        (fastestdet_manifest(), [(1, 7, 22, 22)], False),
        (fastestdet_manifest(), [(1, 85, 11, 11)], False),
    ],
)
def test_a_decoder_knows_the_outputs_it_can_read(
    described: Manifest, shapes: list[tuple[int, ...]], fits: bool
) -> None:
    """RUN-6: a manifest that names the wrong family is found when the network is opened."""
    assert open_decoder(described).fits([np.zeros(shape, np.float32) for shape in shapes]) is fits


def test_an_unknown_family_is_named_with_those_that_are_known() -> None:
    """RUN-6: a clear reason."""
    known = "corners, face-mask-ssd, fastestdet, ssd_pvb, yolox"
    with pytest.raises(NetworkBrokenError, match=f"little: decoder 'yolo99' is unknown, known are {known}"):
        open_decoder(manifest(decoder="yolo99"))
