import assert from "node:assert/strict";
import { test } from "node:test";

import { bandAt, bandProblem, endsNextDay, listOf, newBand, numbersShown, raised, wallClock, WEEK } from "../../static/js/settings/band-model.js";
import { problemOf, valueOf } from "../../static/js/settings/checks.js";

const LUNCH = { name: "Lunch", days: ["mon", "tue"], begin: "12:00", end: "14:00", count_thresholds: { 1: 12 } };
const NIGHT = { name: "Night", days: ["sun"], begin: "22:00", end: "06:00", count_thresholds: { 2: 1 } };
const DRAWN = [[0, 0], [1, 0], [1, 1]];
const AREAS = [1, 2, 3, 4].map((number) => ({ number, polygon: number === 1 ? DRAWN : [] }));

// OCC-34: the first band that holds, by the wall clock of the site, over midnight too; as band_at of cameras/schedules.py.

test("the first of two bands that meet holds", () => {
  const bands = [LUNCH, { ...LUNCH, begin: "00:00", end: "24:00" }];

  assert.equal(bandAt(bands, 0, 12 * 60), 0);
  assert.equal(bandAt(bands, 0, 14 * 60), 1);
  assert.equal(bandAt(bands, 2, 12 * 60), -1);
});

test("a band over midnight belongs to the day on which it begins", () => {
  assert.equal(bandAt([NIGHT], 6, 22 * 60), 0);
  assert.equal(bandAt([NIGHT], 0, 5 * 60 + 59), 0);
  assert.equal(bandAt([NIGHT], 0, 6 * 60), -1);
  assert.equal(bandAt([NIGHT], 6, 0), -1);
  assert.equal(bandAt([{ ...NIGHT, end: "00:00" }], 6, 23 * 60), 0);
  assert.equal(bandAt([{ ...NIGHT, end: "00:00" }], 0, 0), -1);
});

test("what is not a time yet holds never", () => {
  assert.equal(bandAt([{ ...LUNCH, end: "1" }], 0, 12 * 60), -1);
});

test("the clock on the wall of the site", () => {
  const posix = Date.UTC(2026, 10, 22, 23, 30) / 1000; // a Sunday

  assert.deepEqual(wallClock("UTC", posix), { day: 6, minute: 23 * 60 + 30 });
  assert.deepEqual(wallClock("Europe/Berlin", posix), { day: 0, minute: 30 });
});

test("a band that ends on the next day says so", () => {
  assert.equal(endsNextDay(NIGHT), true);
  assert.equal(endsNextDay({ ...NIGHT, end: "00:00" }), false);
  assert.equal(endsNextDay(LUNCH), false);
  assert.equal(endsNextDay({ ...LUNCH, end: "9" }), false);
});

// The sentences of cameras/extensions/bands.py: which of them, and where.

test("the end differs from the begin, and one threshold is needed", () => {
  const form = { bands: [{ ...LUNCH, end: "12:00" }, { ...LUNCH, count_thresholds: { 1: undefined } }], areas: AREAS };

  assert.equal(bandProblem("bands[0].end", form), "end");
  assert.equal(bandProblem("bands[1].end", form), "");
  assert.equal(bandProblem("bands[0].count_thresholds.1", form), "");
  assert.equal(bandProblem("bands[1].count_thresholds.1", form), "count_thresholds");
  assert.equal(bandProblem("bands[1].count_thresholds.2", form), "");
  assert.equal(bandProblem("bands[7].end", form), "");
  assert.equal(bandProblem("areas[0].name", form), "");
});

test("areas that are drawn have a field, and those that the band names", () => {
  assert.deepEqual(numbersShown(AREAS, LUNCH), [1]);
  assert.deepEqual(numbersShown(AREAS, NIGHT), [1, 2]);
  assert.deepEqual(numbersShown([], LUNCH), [1]);
});

test("blank leaves the threshold to the area; 8:30 is 08:30", () => {
  const number = { kind: "number", low: 1, high: 40, step: 1, optional: true, messages: { range: "1 to 40" } };

  assert.equal(valueOf(number, " "), undefined);
  assert.equal(problemOf(number, undefined), "");
  assert.equal(problemOf(number, 41), "1 to 40");
  assert.equal(valueOf({ kind: "time" }, "8:30"), "08:30");
  assert.equal(valueOf({ kind: "time" }, "noon"), "noon");
});

test("bands are made with their defaults, and move up", () => {
  const about = (path) => ({ default: { "bands[].name": "Band", "bands[].days": WEEK, "bands[].begin": "00:00", "bands[].end": "24:00" }[path] });

  assert.deepEqual(newBand(1, about), { name: "Band 2", days: WEEK, begin: "00:00", end: "24:00", count_thresholds: {} });
  assert.deepEqual(raised(["a", "b", "c"], 2), ["a", "c", "b"]);
  assert.deepEqual(raised(["a", "b"], 0), ["a", "b"]);
});

test("the rows of the bands are one change of the form", () => {
  assert.equal(listOf("bands[1].name"), "bands");
  assert.equal(listOf("areas[1].name"), "areas[1].name");
});
