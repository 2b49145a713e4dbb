"""Browser and server agree on which band holds now, and on what no value of a band knows alone (OCC-34)."""

import json
import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cameras.extensions.bands import BANDS, Band
from cameras.extensions.problems import SettingsError
from cameras.schedules import DAYS, band_at

MODEL = Path(__file__).resolve().parents[2] / "static" / "js" / "settings" / "band-model.js"
ASK = """
import { readFileSync } from "node:fs";
const { bandAt, bandProblem, wallClock } = await import("%(model)s");
const { weeks, single } = JSON.parse(readFileSync(0, "utf8"));
const holds = weeks.map(({ bands, zone, at }) => {
  const { day, minute } = wallClock(zone, at);
  return bandAt(bands, day, minute);
});
const areas = [1, 2, 3, 4].map((number) => ({ number, polygon: [[0, 0]] }));
const paths = ["end", "count_thresholds.1"].map((key) => `bands[0].${key}`);
const problems = single.map((band) => paths.map((path) => bandProblem(path, { bands: [band], areas })).filter(Boolean));
console.log(JSON.stringify({ holds, problems }));
"""
CLOCKS = ["00:00", "00:01", "06:00", "12:00", "22:30", "23:59"]
ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]


def browser(**asked: Any) -> dict[str, Any]:
    node = shutil.which("node")
    assert node, "node is missing: apt-get install nodejs"
    argv = [node, "--input-type=module", "-e", ASK % {"model": MODEL.as_uri()}]
    done = subprocess.run(argv, input=json.dumps(asked), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def some_band(chance: random.Random) -> dict[str, Any]:
    """Any days, any two of a few times that differ."""
    begin = chance.choice(CLOCKS)
    end = chance.choice([clock for clock in [*CLOCKS, "24:00"] if clock != begin])
    days = chance.sample(DAYS, chance.randint(1, 7))
    return {"days": days, "begin": begin, "end": end, "count_thresholds": {"1": 3}}


def test_the_same_band_holds() -> None:
    """OCC-34: 500 weeks of up to three bands, at minutes of a year with both days on which clocks are set."""
    chance, first = random.Random(34), datetime(2026, 1, 1, tzinfo=UTC)
    weeks = [
        {
            "bands": [some_band(chance) for _ in range(chance.randint(1, 3))],
            "zone": chance.choice(ZONES),
            "at": (first + timedelta(minutes=chance.randrange(365 * 24 * 60))).timestamp(),
        }
        for _ in range(500)
    ]

    said = browser(weeks=weeks, single=[])["holds"]

    told = [server_holds(**week) for week in weeks]
    assert {-1, 0, 1, 2} == set(told)
    assert [(weeks[n], one, told[n]) for n, one in enumerate(said) if one != told[n]] == []


def server_holds(bands: list[dict[str, Any]], zone: str, at: float) -> int:
    """The place of the band that holds, -1 for none."""
    made = [Band(days=one["days"], begin=one["begin"], end=one["end"]) for one in bands]
    found = band_at(made, datetime.fromtimestamp(at, UTC), ZoneInfo(zone))
    return next((place for place, one in enumerate(made) if one is found), -1)


def test_the_same_bands_are_refused() -> None:
    """OCC-34, SPEC 3: a band without length, a band without a threshold."""
    empty = {"begin": "08:00", "end": "09:00", "count_thresholds": {}}
    short = {"begin": "08:00", "end": "08:00", "count_thresholds": {"1": 3}}
    single = [empty, short, {**short, "end": "09:00"}]

    said = browser(weeks=[], single=single)["problems"]

    assert said == [["count_thresholds"], ["end"], []]
    assert [server_refuses(one) for one in single] == [["[0].count_thresholds"], ["[0].end"], []]


def server_refuses(band: dict[str, Any]) -> list[str]:
    """The paths of its problems."""
    try:
        BANDS.clean([band])
    except SettingsError as refused:
        return [one.path for one in refused.problems]
    return []
