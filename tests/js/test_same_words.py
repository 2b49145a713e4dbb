"""Browser and server say the same about the same mistake (SPEC 3): the scripts under Node against the settings."""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cameras.extensions.describe import describe, described_fields
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.polygon import PolygonRule
from cameras.extensions.problems import RefusedError, SettingsError
from cameras.extensions.rule import Rule, settings_of
from notifications.kinds import KINDS

STATIC = Path(__file__).resolve().parents[2] / "static" / "js"
ASK = """
import { readFileSync } from "node:fs";
const { problemOf } = await import("%(static)s/settings/checks.js");
const { refusalOf } = await import("%(static)s/areas/area-model.js");
const { checks, polygons } = JSON.parse(readFileSync(0, "utf8"));
const said = checks.map(({ field, value }) => problemOf(field, value));
console.log(JSON.stringify({ checks: said, polygons: polygons.map((one) => refusalOf(one)?.key ?? "") }));
"""
NUMBERS = [0, 1, 2.5, 40, 41, 0.1, 0.25, 99, 600, 3600.1, 65536, -1]
TEXTS = ["", "x", " ", "a" * 21, "a" * 200, 'a"b', "é", "½", "#", "24:00", "08:30"]
VALUES = [*NUMBERS, *TEXTS]
MOST_CORNERS = 8
NOT_ALIKE = {"path"}  # the server quotes it with the leading / that it has added


def browser(**asked: Any) -> dict[str, Any]:
    node = shutil.which("node")
    assert node, "node is missing: apt-get install nodejs"
    argv = [node, "--input-type=module", "-e", ASK % {"static": STATIC.as_uri()}]
    done = subprocess.run(argv, input=json.dumps(asked), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def fields_with_rules(described: list[dict[str, Any]], rules: dict[str, Rule]) -> Iterator[tuple[dict[str, Any], Rule]]:
    """Every field that is typed into, with what checks it on the server."""
    for field in described:
        rule = rules[field["key"]]
        if inside := rule.inside():
            yield from fields_with_rules(field["fields"], settings_of(inside))
        elif field["kind"] in ("number", "text", "choice", "time") and field["key"] not in NOT_ALIKE:
            yield field, rule


def server(rule: Rule, value: object) -> str:
    try:
        rule.clean(value)
    except RefusedError as refused:
        return str(refused)
    except SettingsError as refused:
        return refused.problems[0].message
    return ""


def test_a_mistake_has_one_sentence() -> None:
    """SPEC 3, OCC-1 to OCC-35, OUT-2, OUT-3: the same words for every field and a heap of values."""
    pairs = list(fields_with_rules(describe()["fields"], settings_of(OccupancySettings)))
    asked = [(field, rule, value) for field, rule in pairs for value in VALUES]

    said = browser(checks=[{"field": field, "value": value} for field, _, value in asked], polygons=[])["checks"]

    told = [server(rule, value) for _, rule, value in asked]
    assert len(pairs) > 35
    assert [(asked[n][0]["key"], asked[n][2], one) for n, one in enumerate(said) if one != told[n]] == []


def test_destinations_speak_as_the_server_does() -> None:
    """UI 1, OUT-1 to OUT-12: settings and secrets of every kind of destination."""
    pairs = [
        pair
        for kind in KINDS.values()
        for pair in fields_with_rules(described_fields(kind.settings), settings_of(kind.settings))
    ]
    asked = [(field, rule, value) for field, rule in pairs for value in (*VALUES, 80, 1818, 59000, 61001)]

    said = browser(checks=[{"field": field, "value": value} for field, _, value in asked], polygons=[])["checks"]

    told = [server(rule, value) for _, rule, value in asked]
    assert len(pairs) > 25
    assert [(asked[n][0]["key"], asked[n][2], one) for n, one in enumerate(said) if one != told[n]] == []


def test_a_polygon_that_one_refuses_the_other_refuses() -> None:
    """OCC-2: 1,000 polygons on a coarse grid of exact numbers, where edges cross, touch and fold back often."""
    chance = random.Random(16)
    corners = [chance.randint(1, MOST_CORNERS) for _ in range(1000)]
    polygons = [[[chance.randint(0, 8) / 8, chance.randint(0, 8) / 8] for _ in range(count)] for count in corners]
    polygons = [one for one in polygons if one[0] != one[-1]]  # a closed one is opened before it is drawn

    said = browser(checks=[], polygons=polygons)["polygons"]

    told = [reason(one) for one in polygons]
    assert {"", "simple", "size", "vertices"} == set(told)
    assert [(polygons[n], one, told[n]) for n, one in enumerate(said) if one != told[n]] == []


def reason(polygon: list[list[float]]) -> str:
    """The word of the server's refusal, "" for none."""
    try:
        PolygonRule("Polygon").clean(polygon)
    except RefusedError as refused:
        return next(word for word, template in PolygonRule.templates.items() if template == refused.template)
    return ""
