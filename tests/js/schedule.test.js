import assert from "node:assert/strict";
import { test } from "node:test";

import { copyDay, isOpen, overlap, paint, readRanges, spansOf, spillOf, writeRanges } from "../../static/js/settings/schedule-model.js";

const NIGHT = [["08:00", "18:00"], ["22:00", "02:00"]];

// EXT-4: days x time ranges, ranges may cross midnight.

test("times are read as people write them, and written back in order", () => {
  assert.deepEqual(readRanges("22:00–02:00, 8:00 - 18:00"), NIGHT);
  assert.equal(writeRanges(NIGHT), "08:00-18:00, 22:00-02:00");
  assert.deepEqual(readRanges(""), []);
  assert.deepEqual(readRanges("00:00-24:00"), [["00:00", "24:00"]]);
});

test("what is no time is not read", () => {
  for (const text of ["8-18", "08:00-08:00", "24:00-02:00", "08:60-09:00", "08:00-25:00", "always"]) assert.equal(readRanges(text), null, text);
});

test("a range over midnight belongs to its day and spills into the next", () => {
  assert.deepEqual(spansOf(NIGHT), [[480, 1080], [1320, 1560]]);
  assert.deepEqual(spillOf(NIGHT), [[0, 120]]);
  assert.equal(isOpen(NIGHT, 23 * 60), true);
  assert.equal(isOpen(NIGHT, 60), false);
});

test("ranges that have a minute in common are found, ranges that only meet are not", () => {
  assert.equal(overlap([["08:00", "12:00"], ["12:00", "13:00"]]), false);
  assert.equal(overlap([["08:00", "12:00"], ["11:59", "13:00"]]), true);
  assert.equal(overlap([["22:00", "02:00"], ["23:00", "24:00"]]), true);
});

// UI.md, schedule: drag to paint.

test("painting over midnight makes one range of the day", () => {
  assert.deepEqual(paint([], 22 * 60, 26 * 60, true), [["22:00", "02:00"]]);
  assert.deepEqual(paint([["20:00", "22:30"]], 22 * 60, 26 * 60, true), [["20:00", "02:00"]]);
});

test("painting joins what meets, and closing cuts out", () => {
  assert.deepEqual(paint([["08:00", "12:00"]], 720, 1080, true), [["08:00", "18:00"]]);
  assert.deepEqual(paint([["08:00", "18:00"]], 720, 780, false), [["08:00", "12:00"], ["13:00", "18:00"]]);
  assert.deepEqual(paint([["08:00", "18:00"]], 0, 1440, false), []);
});

test("a whole day ends with the day", () => {
  assert.deepEqual(paint([], 0, 1440, true), [["00:00", "24:00"]]);
  assert.deepEqual(paint([["00:00", "24:00"]], 22 * 60, 26 * 60, true), [["00:00", "24:00"]]);
});

test("a day is copied to others", () => {
  const week = { mon: NIGHT, tue: [], sat: [["10:00", "12:00"]] };

  assert.deepEqual(copyDay(week, "mon", ["tue", "sat"]), { mon: NIGHT, tue: NIGHT, sat: NIGHT });
});
