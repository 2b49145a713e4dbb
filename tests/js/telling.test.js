import assert from "node:assert/strict";
import { test } from "node:test";

import { freshOf, isAudible, isCalling } from "../../static/js/alarms/telling.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const TOLD = { told: true, acknowledged: false, shelvedUntil: null };
const LATER = "2026-11-21T12:00:01Z";

test("an alarm is heard once it is told, unless its area is shelved", () => {
  assert.equal(isAudible(TOLD, NOW), true);
  assert.equal(isAudible({ ...TOLD, told: false }, NOW), false);
  assert.equal(isAudible({ ...TOLD, shelvedUntil: LATER }, NOW), false);
  assert.equal(isAudible({ ...TOLD, shelvedUntil: LATER }, NOW + 1000), true);
});

test("it calls until the last one that may be heard is acknowledged", () => {
  assert.equal(isCalling([], NOW), false);
  assert.equal(isCalling([{ ...TOLD, acknowledged: true }, { ...TOLD, shelvedUntil: LATER }], NOW), false);
  assert.equal(isCalling([{ ...TOLD, acknowledged: true }, TOLD], NOW), true);
});

test("what was heard before is not fresh, what came back from shelving is", () => {
  const open = new Map([["a", TOLD], ["b", TOLD], ["c", { ...TOLD, acknowledged: true }], ["d", { ...TOLD, told: false }]]);

  assert.deepEqual(freshOf(new Set(["a"]), open, NOW), ["b"]);
  assert.deepEqual(freshOf(new Set(), new Map([["a", { ...TOLD, shelvedUntil: LATER }]]), NOW + 1000), ["a"]);
});
