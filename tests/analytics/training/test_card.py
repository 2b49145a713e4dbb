"""The model card and the manifest's figures: everything in them comes out of an evaluation and a record."""

import json
from pathlib import Path
from typing import Any

import pytest

from analytics.engine.inference.manifest import load_manifest
from analytics.engine.inference.scale import Part
from analytics.training.card import CardError, card_text, card_write, measured, shares
from analytics.training.evaluation import Evaluation
from analytics.training.report import cost_line, report, speed_line
from analytics.training.speed import Speed
from tests.analytics.engine.inference.builders import FACES, manifest, manifest_json
from tests.analytics.training.evaluations import RECORD, faces, occupancy


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """A manifest with its training record."""
    path = tmp_path / "little.json"
    path.write_text(json.dumps(manifest_json()), encoding="utf-8")
    path.with_suffix(".training.json").write_text(json.dumps(RECORD), encoding="utf-8")
    return path


def section(card: str, title: str) -> list[str]:
    """The lines of one section that are not empty."""
    _, _, behind = card.partition(f"## {title}\n")
    return [line for line in behind.partition("\n## ")[0].splitlines() if line]


def card(found: Evaluation | None = None, **changes: Any) -> str:
    """The card of a record with changes."""
    return card_text(manifest(), RECORD | changes, found or occupancy())


def test_a_card_says_what_the_network_sees_and_costs() -> None:
    """Issue 3: from manifest, graph and clock."""
    assert section(card(), "What it is")[1:] == [
        "- Input: 64 × 64 pixels, BGR, plain",
        "- Size: 1.23 M parameters, 2.50 MB, 346 M multiply-adds",
        "- Time: 8.0 ms a frame on one thread, 0.81 × FastestDet (FastestDet 10.0 ms in the same run)",
    ]
    assert "two-wheelers" in section(card(), "What it is")[0]


def test_a_card_says_what_it_learnt_from() -> None:
    """Issue 3: pictures by licence class with their shares, teachers, length, date, ideas."""
    assert section(card(), "What it learnt from") == [
        "| licence class | pictures | share |",
        "| --- | ---: | ---: |",
        "| open | 3,000 | 62.5 % |",
        "| mixed-cc | 600 | 12.5 % |",
        "| doubtful | 1,200 | 25.0 % |",
        "| simulated, drawn by this project | 320 | besides |",
        "- Teachers whose answers it learnt from besides the labels: one-network, another-network",
        "- 52.5 epochs, 268,800 looks at a picture, seed 1",
        "- 2.5 hours on 2 CPU cores, finished on 2026-11-21",
        "- Twice as many two-wheelers.",
    ]


def test_what_a_training_did_without_is_not_in_its_card() -> None:
    """Issue 3: no drawn pictures, no teachers, no ideas."""
    plain = RECORD | {"simulated": 0, "teachers": []}
    del plain["ideas"]
    learnt = section(card_text(manifest(), plain, occupancy()), "What it learnt from")

    assert not any("simulated" in line for line in shares(plain))
    assert "- Teachers whose answers it learnt from besides the labels: none" in learnt
    assert learnt[-1].startswith("- 2.5 hours")


def test_a_card_has_the_figures_of_each_class() -> None:
    """Issue 3: a class without labels has a dash, not a zero."""
    assert section(card(), "How well it sees")[-3:] == [
        "| human_body | 90 | 0.551 | 0.300 | 0.310 | 0.750 | 0.500 |",
        "| vehicle | 60 | 0.600 | 0.350 | 0.420 | 0.800 | 0.480 |",
        "| bicycle | 0 | – | – | 0.500 | – | – |",
    ]


def test_a_card_has_the_counts_of_each_clip() -> None:
    """Issue 3: raw and tracked, motion gate off and on."""
    assert section(card(), "How well it counts")[1:] == [
        "| clip | counts | every frame: raw | every frame: tracked | motion gate: raw | motion gate: tracked |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| street.mp4 | 3 | 1.00, 33 % | 0.33, 67 % | 1.00, 33 % | 0.33, 67 % |",
        "| yard.mp4 | 1 | 0.00, 100 % | 1.00, 0 % | 0.00, 100 % | 1.00, 0 % |",
        "| all | 4 | 0.75, 50 % | 0.50, 50 % | 0.75, 50 % | 0.50, 50 % |",
    ]


def test_a_card_names_the_clips_where_it_fails_and_the_rare_classes() -> None:
    """Issue 3: honest limits, the measured ones first."""
    limits = section(card(), "Limits")

    assert limits[0] == "- street.mp4: bicycle off by 1.50 on average, too many at 1 and too few at 1 of 2 instants."
    assert limits[1] == "- Few bicycle: 0 of the 150 labelled boxes; its figures are the least certain."
    assert not any("yard.mp4" in line for line in limits)
    assert any("at night" in line for line in limits)


def test_faces_are_judged_without_the_painted_one() -> None:
    """Issue 3: counted raw in the table, left out of limits and headline."""
    told = card_text(manifest(**FACES), RECORD, faces())

    assert section(told, "How well it counts")[-1] == "| all | 2 | 0.50, 50 % | 0.50, 50 % |"
    assert section(told, "Limits")[0] == (
        "- faces.mp4: no_mask off by 1.00 on average, too many at 0 and too few at 1 of 1 instants."
    )


def test_a_card_explains_the_licence_classes_that_were_used() -> None:
    """Issue 3: with the share of what is beyond doubt, and how to train without the rest."""
    asked = "\n".join(section(card(pictures={"open": 300, "mixed-cc": 0, "doubtful": 100}), "Licence questions"))

    assert "75.0 % of the pictures are `open`" in asked
    assert "**doubtful**" in asked
    assert "**mixed-cc**" not in asked
    assert "--licences" in asked


def test_without_clips_the_card_says_so() -> None:
    """Issue 3: nothing is claimed that was not measured."""
    found = occupancy(judged=())

    assert section(card(found), "How well it counts") == ["Not counted on clips."]
    assert measured(found) == "not counted on clips; thresholds fitted on 120 other pictures"


def test_the_line_of_the_manifest_has_the_words_of_the_others() -> None:
    """RUN-6: share of exact counts and mean error of what is detected in every frame."""
    assert measured(occupancy()) == (
        "50.0 % of 4 counts exact, mean error 0.75, on the 2 occupancy clips; thresholds fitted on 120 other pictures"
    )
    assert measured(faces()) == "50.0 % of 2 counts exact, mean error 0.50, on the 1 faces clips; thresholds as given"


def test_writing_puts_card_points_and_figures_beside_the_network(described: Path) -> None:
    """Issue 3: fitted points only; the rest of the manifest stays as it was."""
    before = json.loads(described.read_text())

    path = card_write(described, occupancy())

    after = json.loads(described.read_text())
    written = load_manifest(described)
    assert path.read_text(encoding="utf-8").startswith("# little\n")
    assert written is not None
    assert written.card == path
    assert written.scores[Part.VEHICLE].to_raw(0.25) == pytest.approx(0.42)
    assert after["scores"]["bicycle"] == before["scores"]["bicycle"]
    assert after["measured"] == measured(occupancy())
    changed = {"card", "measured", "scores"}
    assert {name: after[name] for name in after if name not in changed} == {
        name: before[name] for name in before if name not in changed
    }


def test_a_written_manifest_reads_like_the_others(described: Path) -> None:
    """RUN-6: a line for each field, and for each field of a table; writing again changes nothing."""
    card_write(described, occupancy())
    first = described.read_text(encoding="utf-8")
    card_write(described, occupancy())

    assert '  "scores": {\n    "human_body": [[0, 0], [0.31, 25], [1, 99]],\n' in first
    assert described.read_text(encoding="utf-8") == first


def test_only_a_network_trained_here_gets_a_card(described: Path) -> None:
    """Issue 3: without the record of its training nothing is written."""
    described.with_suffix(".training.json").unlink()
    before = described.read_text()

    with pytest.raises(CardError, match=r"little\.training\.json: no training record"):
        card_write(described, occupancy())

    assert described.read_text() == before
    assert not described.with_suffix(".card.md").exists()


def test_a_record_that_lacks_something_names_it(described: Path) -> None:
    """Issue 3: rather than a card with a hole."""
    record = {name: value for name, value in RECORD.items() if name != "seed"}
    described.with_suffix(".training.json").write_text(json.dumps(record), encoding="utf-8")

    with pytest.raises(CardError, match="seed is missing from the training record"):
        card_write(described, occupancy())


def test_figures_of_another_network_are_not_written(described: Path) -> None:
    """Issue 3: the manifest names the network."""
    with pytest.raises(CardError, match="not the manifest of big"):
        card_write(described, occupancy(network="big"))


def test_what_was_not_measured_is_said_in_the_lines() -> None:
    """Issue 3: no FastestDet, no package onnx."""
    assert speed_line(Speed(8.0, None, None, "it is missing")) == (
        "8.0 ms a frame on one thread; not compared with FastestDet: it is missing"
    )
    assert cost_line(None) == "not read, the package onnx is not installed"


def test_the_table_shows_classes_clips_and_cost() -> None:
    """Issue 3: one command, one table."""
    lines = report(occupancy()).splitlines()

    assert lines[0] == "little: 120 pictures of the val split"
    assert lines[2].split() == ["class", "boxes", "AP50", "AP", "score", "F1", "right", "found"]
    assert lines[3].split() == ["human_body", "90", "0.551", "0.300", "0.310", "0.600", "0.750", "0.500"]
    assert lines[5].split() == ["bicycle", "0", "-", "-", "0.500", "-", "-", "-"]
    assert next(line for line in lines if line.startswith("all")).split()[:3] == ["all", "4", "0.750"]
    assert lines[-1].startswith("8.0 ms")
