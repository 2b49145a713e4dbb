import assert from "node:assert/strict";
import { test } from "node:test";

import { between, tickState } from "../../static/js/overview/ticks.js";

test("UI 1: the box over others is ticked, in between, or empty", () => {
  assert.deepEqual(tickState([true, true]), [true, false]);
  assert.deepEqual(tickState([true, false]), [false, true]);
  assert.deepEqual(tickState([false, false]), [false, false]);
  assert.deepEqual(tickState([]), [false, false]);
});

test("UI 1: Shift ticks everything between, upwards and downwards", () => {
  assert.deepEqual(between(2, 4), [2, 3, 4]);
  assert.deepEqual(between(4, 2), [2, 3, 4]);
  assert.deepEqual(between(3, 3), [3]);
});
