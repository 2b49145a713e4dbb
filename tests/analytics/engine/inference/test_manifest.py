"""Manifests: what each field may be, and the ones we ship."""

import json
from pathlib import Path
from typing import Any

import pytest

from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.errors import NetworkBrokenError
from analytics.engine.inference.manifest import Manifest, Resize, load_manifest
from analytics.engine.inference.networks import MANIFESTS
from analytics.engine.inference.scale import Part
from analytics.engine.inference.task import Task
from tests.analytics.engine.inference.builders import FACES, manifest, manifest_json

OURS = [found for path in sorted(MANIFESTS.glob("*.json")) if (found := load_manifest(path))]
SEEN = {
    Task.OCCUPANCY: {Part.HUMAN_BODY, Part.VEHICLE, Part.BICYCLE},
    Task.NONMASK: {Part.MASK, Part.NO_MASK},
}


def test_a_manifest_says_how_to_feed_the_network() -> None:
    """RUN-6: what is left out is the plainest: pixels as they are, padding grey."""
    form = manifest().input

    assert (form.width, form.height, form.colour, form.resize) == (64, 64, "BGR", Resize.PLAIN)
    assert (form.scale, form.mean, form.std, form.pad) == (1.0, (0, 0, 0), (1, 1, 1), 114)


def test_a_network_is_for_occupancy_unless_its_manifest_says_otherwise() -> None:
    """RUN-6, MASK-1: manifests from before there were tasks stay right."""
    assert manifest().task is Task.OCCUPANCY
    assert manifest(**FACES).task is Task.NONMASK
    assert manifest(**FACES).parts == {Part.MASK, Part.NO_MASK}


def test_the_card_lies_beside_the_manifest(tmp_path: Path) -> None:
    """RUN-6: optional; wherever the ONNX file itself is found."""
    path = tmp_path / "little.json"
    path.write_text(json.dumps(manifest_json(card="little.card.md")), encoding="utf-8")
    described = load_manifest(path)

    assert described
    assert described.card == tmp_path / "little.card.md"
    assert manifest().card is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, "id: '' was found where a text was expected"),
        ({"file": "../other.onnx"}, "file: '../other.onnx' was found where a file name without a folder was expected"),
        ({"sha256": "abc"}, "sha256: 'abc' was found where 64 lower-case hex digits was expected"),
        ({"rank": 0}, "rank: 0 was found where a whole number 1-1000 was expected"),
        ({"rank": True}, "rank: True was found where"),
        ({"nms_iou": "0.5"}, "nms_iou: '0.5' was found where a number 0-1 was expected"),
        ({"licence": None}, "licence: missing"),
        ({"format": "lookout-network/2"}, "format: 'lookout-network/2' was found where one of lookout-network/1"),
        ({"colour": "BGR"}, "colour: not a field of a manifest"),
        ({"classes": {}}, "classes: {} was found where an object was expected"),
        ({"classes": {"first": "vehicle"}}, "classes.first: a class number was expected"),
        ({"classes": {"0": "dog"}}, "classes.0: 'dog' was found where one of human_body, human_head, vehicle, bicycle"),
        ({"scores": {"human_body": [[0, 0], [1, 99]]}}, "scores.vehicle: missing"),
        ({"task": "faces"}, "task: 'faces' was found where one of occupancy, nonmask was expected"),
        ({"task": "nonmask"}, "classes.0: 'vehicle' was found where one of mask, no_mask was expected"),
        (FACES | {"task": "occupancy"}, "classes.0: 'mask' was found where one of human_body, human_head, vehicle"),
        ({"card": "../card.md"}, "card: '../card.md' was found where a file name without a folder was expected"),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_what_was_expected(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    """RUN-6: a manifest that makes no sense is refused with a clear reason."""
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(manifest_json(**change)), encoding="utf-8")

    with pytest.raises(NetworkBrokenError) as caught:
        load_manifest(path)

    assert str(caught.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 33}, "input.width: 33 was found where an even number was expected"),
        ({"colour": "GRB"}, "input.colour: 'GRB' was found where one of BGR, RGB was expected"),
        ({"resize": "crop"}, "input.resize: 'crop' was found where one of plain, letterbox-top-left was expected"),
        ({"std": [1, 0, 1]}, "input.std: [1, 0, 1] was found where three numbers above 0 was expected"),
        ({"mean": [1, 2]}, "input.mean: [1, 2] was found where three numbers was expected"),
    ],
)
def test_a_wrong_field_of_the_input_is_named_with_its_place(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    """RUN-6: dotted place, value, expectation."""
    path = tmp_path / "odd.json"
    form = manifest_json()["input"] | change
    path.write_text(json.dumps(manifest_json(input=form)), encoding="utf-8")

    with pytest.raises(NetworkBrokenError) as caught:
        load_manifest(path)

    assert str(caught.value) == f"{path}: {message}"


def test_a_score_map_that_falls_is_named(tmp_path: Path) -> None:
    """OCC-25: the map is monotone."""
    path = tmp_path / "odd.json"
    scores = manifest_json()["scores"] | {"vehicle": [[0, 0], [0.6, 70], [1, 25]]}
    path.write_text(json.dumps(manifest_json(scores=scores)), encoding="utf-8")

    with pytest.raises(NetworkBrokenError, match=r"scores\.vehicle: .* does not rise"):
        load_manifest(path)


@pytest.mark.parametrize(
    "text", ["{", '{"format": "lookout-network/1", "id": "\ud800"}'], ids=["cut off", "not a text"]
)
def test_a_file_that_is_not_json_names_itself(tmp_path: Path, text: str) -> None:
    """RUN-6: a broken file names itself."""
    path = tmp_path / "cut.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    with pytest.raises(NetworkBrokenError, match=r"cut\.json: not a readable JSON file"):
        load_manifest(path)


@pytest.mark.parametrize("text", ["[1, 2]", '{"clip": "x.mp4"}'], ids=["a list", "something else"])
def test_json_for_something_else_is_not_a_manifest(tmp_path: Path, text: str) -> None:
    """RUN-6: truth files and the like may lie beside networks."""
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")

    assert load_manifest(path) is None


@pytest.mark.parametrize("ours", OURS, ids=lambda m: m.id)
def test_each_manifest_of_ours_is_whole(ours: Manifest) -> None:
    """RUN-6: the file is called as the id, its decoder exists, it knows all that its task is about."""
    assert ours.file == f"{ours.id}.onnx"
    assert open_decoder(ours)
    assert ours.parts == SEEN[ours.task]
    assert ours.measured != "not measured"


def test_the_working_points_are_those_that_were_measured() -> None:
    """OCC-25: raw scores at the portal's default threshold, body, vehicle, bicycle, of the networks others made."""
    points = {
        ours.id: tuple(round(scale.to_raw(part.working_point), 3) for part, scale in ours.scores.items())
        for ours in OURS
        if not ours.id.startswith("lookout-")
    }

    assert points == {
        "person-vehicle-bike-2000-256": (0.25, 0.30, 0.25),
        "person-vehicle-bike-2001-384": (0.25, 0.40, 0.25),
        "person-vehicle-bike-2002-512": (0.35, 0.40, 0.25),
        "yolox-nano-416": (0.55, 0.25, 0.20),
        "fastestdet-352": (0.55, 0.55, 0.30),
        "face-mask-ssd-260": (0.5, 0.5),  # with mask, without
    }
