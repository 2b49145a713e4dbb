"""The whole evaluation of a little network on a little pool."""

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from analytics.engine.inference.errors import NetworkBrokenError, NetworkMissingError
from analytics.engine.inference.networks import Network
from analytics.engine.inference.scale import Part
from analytics.training.evaluate import evaluate, judge_clips, main, open_network, task_of
from analytics.training.tasks import FACES as FACE_TASK
from analytics.training.tasks import OCCUPANCY
from tests.analytics.engine.inference.builders import FACES, constant_network, manifest, network_put, pvb_outputs
from tests.analytics.engine.scenes import FakeDetector
from tests.analytics.training.evaluations import RECORD

CAR, HUMAN = (0.1, 0.1, 0.5, 0.5), (0.6, 0.2, 0.8, 0.9)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """It sees one car and, less surely, one human in every picture; and something faint beside them."""
    rows = [(*CAR, 0.8, 0, 0), (*HUMAN, 0, 0.4, 0), (0, 0.6, 0.1, 0.7, 0.03, 0, 0)]
    return network_put(tmp_path, constant_network(pvb_outputs(rows)))


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """Two pictures to judge by, of which both show the car and one the human; one to learn from; no faces."""
    folder = tmp_path / "pool"
    folder.mkdir()
    car, human = [1, *CAR, 0.9], [0, *HUMAN, 0.9]
    rows = [_row("a.png", "val", [car]), _row("b.png", "val", [car, human]), _row("c.png", "train", [])]
    (folder / "pvb.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    (folder / "mask.jsonl").write_text("", encoding="utf-8")
    _tar(folder / "some.tar", [row["file"] for row in rows])
    return folder


def _row(file: str, split: str, labels: Sequence[Any]) -> dict[str, Any]:
    size = {"w": 80, "h": 60}
    kept = {"labels": labels, "ignore": [], "teachers": {}}
    return {"file": file, "tar": "some.tar", "split": split, "lic": "open", **size, **kept}


def _tar(path: Path, files: Sequence[str]) -> None:
    done, data = cv2.imencode(".png", np.full((60, 80, 3), 90, np.uint8))
    assert done
    with tarfile.open(path, "w") as tar:
        for file in files:
            member = tarfile.TarInfo(file)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data.tobytes()))


def test_classes_are_measured_on_the_pictures_kept_for_judging(network: Network, pool: Path) -> None:
    """Issue 3: the car is right twice, the human once and false once, of bicycles there are none to find."""
    found = evaluate(network, pool, None, [])

    figures = {one.label: (one.boxes, one.ap50 and round(one.ap50, 3)) for one in found.classes}
    assert (found.network, found.task, found.pictures) == ("little", OCCUPANCY, 2)
    assert figures == {"human_body": (1, 0.5), "vehicle": (2, 1), "bicycle": (0, None)}
    assert found.judged == ()
    assert "fastestdet-352.onnx is missing" in found.speed.reason


def test_points_are_fitted_on_the_same_pictures(network: Network, pool: Path) -> None:
    """OCC-25: between the faint box and the car; a class without labels keeps the manifest's point."""
    raw = {one.label: one.raw for one in evaluate(network, pool, None, []).classes}

    assert raw["vehicle"] == pytest.approx((0.03 + 0.8) / 2, abs=0.005)
    assert raw["bicycle"] == 0.5


def test_points_can_be_kept(network: Network, pool: Path) -> None:
    """OCC-25: to see what a manifest's own points come to."""
    found = evaluate(network, pool, None, [], keep=True)

    assert [(one.raw, one.point) for one in found.classes] == [(0.5, None)] * 3


def test_clips_of_the_task_are_judged_in_every_way(tmp_path: Path) -> None:
    """Issue 3: motion gate off and on; faces frame by frame. A folder without clips has no verdicts."""
    ways = {task.name: judge_clips(FakeDetector(), task, tmp_path) for task in (OCCUPANCY, FACE_TASK)}

    assert [one.way for one in ways["occupancy"]] == ["every frame", "motion gate"]
    assert [one.way for one in ways["faces"]] == ["nearest frame"]
    assert [one.verdicts for some in ways.values() for one in some] == [()] * 3


def test_the_task_follows_from_the_manifest() -> None:
    """RUN-6: the extension that runs the network."""
    assert task_of(manifest()) is OCCUPANCY
    assert task_of(manifest(**FACES)) is FACE_TASK


def test_a_file_is_looked_for_beside_its_manifest_and_then_in_the_folders(network: Network, tmp_path: Path) -> None:
    """RUN-6: manifests of others' networks are ours, their files are not."""
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    described = network.path.with_suffix(".json")
    moved = described.rename(manifests / described.name)

    assert open_network(moved, [tmp_path]).path == network.path
    with pytest.raises(NetworkMissingError, match=r"little\.onnx is missing: looked for in .*manifests"):
        open_network(moved)


def test_something_else_than_a_manifest_is_refused(tmp_path: Path) -> None:
    """RUN-6: the training record lies beside it and ends alike."""
    path = tmp_path / "little.training.json"
    path.write_text(json.dumps(RECORD), encoding="utf-8")

    with pytest.raises(NetworkBrokenError, match="not a manifest"):
        open_network(path)


def test_one_command_prints_the_table_and_writes_the_card(
    network: Network, pool: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Issue 3: no figure is typed by hand."""
    described = network.path.with_suffix(".json")
    network.path.with_suffix(".training.json").write_text(json.dumps(RECORD), encoding="utf-8")

    main([str(described), "--pool", str(pool), "--write"])

    printed = capsys.readouterr().out.splitlines()
    card = described.with_suffix(".card.md")
    assert printed[0] == "little: 2 pictures of the val split"
    assert printed[-1] == str(card)
    assert "| vehicle | 2 | 1.000 | 1.000 | 0.415 | 1.000 | 1.000 |" in card.read_text(encoding="utf-8")
    assert open_network(described).manifest.scores[Part.VEHICLE].to_raw(0.25) == pytest.approx(0.415)


def test_without_being_asked_nothing_is_written(network: Network, pool: Path) -> None:
    """Issue 3: looking at figures changes no network."""
    before = sorted(path.name for path in network.path.parent.iterdir())

    main([str(network.path.with_suffix(".json")), "--pool", str(pool)])

    assert sorted(path.name for path in network.path.parent.iterdir()) == before
