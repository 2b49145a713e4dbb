import assert from "node:assert/strict";
import { test } from "node:test";

import { columns, highest, shown, ticks, timeFormat, walk } from "../../static/js/counts/chart-data.js";

const LINE = { mean: [2, null, 4.5], low: [1, null, 3], high: [5, null, 9], before: [null, 1, 2] };
const AT = [1778050800, 1778054400, 1778058000]; // 9, 10 and 11 o'clock in Berlin

test("CNT-4: one place has a band and the period before, the mean on top", () => {
  assert.deepEqual(columns({ at: AT, lines: [LINE] }), [AT, LINE.before, LINE.low, LINE.high, LINE.mean]);
});

test("CNT-4: several places have a line each", () => {
  assert.deepEqual(columns({ at: AT, lines: [LINE, { ...LINE, mean: [1, 1, 1] }] }), [AT, LINE.mean, [1, 1, 1]]);
});

test("CNT-4: the axis reaches the highest value, and has a height when there is none", () => {
  assert.equal(highest(columns({ at: AT, lines: [LINE] })), 9);
  assert.equal(highest([AT, [null, 0, null]]), 1);
});

test("CNT-4: ticks keep their distance, whatever the width", () => {
  const hours = Array.from({ length: 24 }, (_, hour) => hour);

  assert.deepEqual(ticks(hours, 1400, 56), hours);
  assert.deepEqual(ticks(hours, 340, 56), [0, 4, 8, 12, 16, 20]);
  assert.deepEqual(ticks([7], 0, 56), [7]);
  assert.deepEqual(ticks([], 300, 56), []);
});

test("CNT-4: times are those of the site, also where its clock is set", () => {
  const hour = timeFormat("day", "Europe/Berlin", "en");

  assert.equal(hour(AT[0]), "09:00");
  assert.equal(hour(Date.parse("2026-10-25T01:30:00Z") / 1000), "02:30");
  assert.match(timeFormat("week", "Asia/Tokyo", "en", { full: true })(AT[0]), /Wed.*May 6.*16:00/);
});

test("CNT-6: what nobody knows is a dash, and no zero", () => {
  assert.deepEqual([null, undefined, 0, 3, 4.25].map(shown), ["–", "–", "0", "3", "4.3"]);
});

test("RUN-7: keys walk along the line and stop at its ends", () => {
  assert.equal(walk("ArrowRight", null, 3), 0);
  assert.equal(walk("ArrowLeft", null, 3), 2);
  assert.equal(walk("ArrowRight", 2, 3), 2);
  assert.equal(walk("ArrowLeft", 0, 3), 0);
  assert.equal(walk("Home", 2, 3), 0);
  assert.equal(walk("End", null, 3), 2);
  assert.equal(walk("a", 1, 3), null);
});
