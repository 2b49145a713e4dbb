"""The model card: what a network is, learnt from, does and does not do, written from figures and records alone.

It lies as `<id>.card.md` beside the manifest, in which the fitted working points and a line of figures go; what the
network was trained with comes out of `<id>.training.json`, which the training left there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analytics.engine.inference.manifest import Manifest, load_manifest
from analytics.training.card_figures import clips_section, figures_section, limits_section
from analytics.training.counts import by_clip, exact, mean_error
from analytics.training.evaluation import Evaluation
from analytics.training.report import cost_line, percent, speed_line

RECORD = ("pictures", "simulated", "teachers", "epochs", "picture_passes", "seed", "hours", "machine", "date")
SEES = {
    "human_body": "people",
    "vehicle": "vehicles (cars, vans, lorries, buses)",
    "bicycle": "two-wheelers (bicycles and motorcycles; whoever rides one is a person besides)",
    "mask": "faces with a mask",
    "no_mask": "faces without a mask",
}
LICENCES = {
    "open": "a licence that allows use is stated, and nothing was seen against it",
    "mixed-cc": "photographs of the COCO set under mixed Creative Commons licences, non-commercial ones among them",
    "doubtful": "a permissive licence is stated, but the pictures plainly come from the web, broadcasts or stock",
}


class CardError(Exception):
    """The card cannot be written; the text names the file and what is missing."""


def card_write(manifest_path: Path, found: Evaluation) -> Path:
    """Write card and manifest; the card's path. Raises CardError without a whole training record."""
    manifest = load_manifest(manifest_path)
    if manifest is None or manifest.id != found.network:
        raise CardError(f"{manifest_path}: not the manifest of {found.network}")
    record = read_record(manifest_path.with_suffix(".training.json"))
    path = manifest_path.with_suffix(".card.md")
    path.write_text(card_text(manifest, record, found), encoding="utf-8")
    data = json.loads(manifest_path.read_text(encoding="utf-8"))
    manifest_path.write_text(manifest_text(measured_manifest(data, path.name, found)), encoding="utf-8")
    return path


def read_record(path: Path) -> dict[str, Any]:
    """What the training left. Raises CardError."""
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise CardError(f"{path}: no training record, only networks trained here have a card: {exc}") from exc
    if missing := [name for name in RECORD if name not in record]:
        raise CardError(f"{path}: {missing[0]} is missing from the training record")
    return record


def measured_manifest(data: Mapping[str, Any], card: str, found: Evaluation) -> dict[str, Any]:
    """The manifest's JSON with card, figures and fitted working points; what was not fitted stays."""
    fits = {one.label: one.point.scores for one in found.classes if one.point}
    return {**data, "card": card, "measured": measured(found), "scores": {**data["scores"], **fits}}


def manifest_text(data: Mapping[str, Any]) -> str:
    """JSON as people write it: one line for each field, and for each field of a table."""
    return "{\n" + ",\n".join(f"  {json.dumps(name)}: {_value(value)}" for name, value in data.items()) + "\n}\n"


def _value(value: Any) -> str:
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    fields = (f"    {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in value.items())
    return "{\n" + ",\n".join(fields) + "\n  }"


def measured(found: Evaluation) -> str:
    """The line of the manifest, in the words of those of other networks."""
    errors = found.errors()
    fit = f"thresholds fitted on {found.pictures} other pictures" if _fitted(found) else "thresholds as given"
    if not errors:
        return f"not counted on clips; {fit}"
    clips = f"the {len(by_clip(found.judged[0].verdicts))} {found.task.name} clips"
    counts = f"{percent(exact(errors), 1)} of {len(errors)} counts exact, mean error {mean_error(errors):.2f}"
    return f"{counts}, on {clips}; {fit}"


def _fitted(found: Evaluation) -> bool:
    return any(one.point for one in found.classes)


def card_text(manifest: Manifest, record: Mapping[str, Any], found: Evaluation) -> str:
    """The whole card, Markdown."""
    sections = (
        _what_section(manifest, found),
        _training_section(record),
        figures_section(found),
        clips_section(found),
        limits_section(found),
        _licence_section(manifest, record),
    )
    head = [f"# {manifest.id}", "", "Written by the evaluation of the network; do not edit.", ""]
    return "\n".join([*head, *(line for section in sections for line in [*section, ""])]).rstrip() + "\n"


def _what_section(manifest: Manifest, found: Evaluation) -> list[str]:
    form = manifest.input
    sees = ", ".join(SEES.get(label, label) for label in found.task.labels)
    return [
        "## What it is",
        "",
        f"A small detector for the extension `{manifest.task}`, trained by this project. It sees {sees}.",
        "",
        f"- Input: {form.width} × {form.height} pixels, {form.colour}, {form.resize}",
        f"- Size: {cost_line(found.cost)}",
        f"- Time: {speed_line(found.speed)}",
    ]


def _training_section(record: Mapping[str, Any]) -> list[str]:
    teachers = ", ".join(record["teachers"]) or "none"
    return [
        "## What it learnt from",
        "",
        *shares(record),
        "",
        f"- Teachers whose answers it learnt from besides the labels: {teachers}",
        f"- {record['epochs']} epochs, {record['picture_passes']:,} looks at a picture, seed {record['seed']}",
        f"- {record['hours']:.1f} hours on {record['machine']}, finished on {record['date']}",
        *(f"- {idea}" for idea in record.get("ideas", ())),
    ]


def shares(record: Mapping[str, Any]) -> list[str]:
    """The table of pictures by licence class; drawn pictures are counted apart, they have no licence to ask for."""
    pictures: Mapping[str, int] = record["pictures"]
    total = sum(pictures.values())
    lines = ["| licence class | pictures | share |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {number:,} | {percent(number / max(1, total), 1)} |" for name, number in pictures.items()]
    if record["simulated"]:
        lines.append(f"| simulated, drawn by this project | {record['simulated']:,} | besides |")
    return lines


def _licence_section(manifest: Manifest, record: Mapping[str, Any]) -> list[str]:
    used = [name for name, number in record["pictures"].items() if number]
    total = sum(record["pictures"].values())
    clean = record["pictures"].get("open", 0) / max(1, total)
    return [
        "## Licence questions",
        "",
        f"Licence: {manifest.licence}.",
        "",
        "The pictures are not part of the network's file, and nobody has verified what their uploaders state:",
        "",
        *(f"- **{name}**: {LICENCES.get(name, 'of this site')}" for name in used),
        "",
        f"{percent(clean, 1)} of the pictures are `open`. Whether a network carries the terms of the pictures it learnt"
        " from is an unsettled question; who must be on the safe side trains again with `--licences` and the classes"
        " that suit.",
    ]
