/** OPR-6: which cameras a wall shows. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { STAYS_MS, chosen, inAlarm, inFront } from "../../static/js/wall/choose.js";

const NOW = 1000;
const state = (alarm, more = {}) => ({
  last_frame_at: NOW,
  count: 3,
  areas: [{ status: true, count: 3, alarm, minimum: null }],
  mask: null,
  ...more,
});

test("cameras in alarm come first, the others keep their order", () => {
  assert.deepEqual(chosen([1, 2, 3, 4, 5], new Set([5, 3]), 4, 0), { ids: [3, 5, 1, 2], page: 0, pages: 2 });
  assert.deepEqual(chosen([1, 2, 3, 4, 5], new Set([5, 3]), 4, 1), { ids: [4], page: 1, pages: 2 });
});

test("every camera is on exactly one page", () => {
  const ids = Array.from({ length: 23 }, (_, place) => place);
  const pages = [0, 1, 2].flatMap((page) => chosen(ids, new Set([22]), 9, page).ids);
  assert.deepEqual([...pages].sort((a, b) => a - b), ids);
});

test("a page that is no more is the last one", () => {
  assert.deepEqual(chosen([1, 2], new Set(), 4, 7), { ids: [1, 2], page: 0, pages: 1 });
  assert.deepEqual(chosen([], new Set(), 4, -1), { ids: [], page: 0, pages: 1 });
});

test("a camera stays in front for a while after its alarm", () => {
  const seen = new Map();
  assert.deepEqual([...inFront([1], seen, 1000)], [1]);
  assert.deepEqual([...inFront([], seen, 1000 + STAYS_MS - 1)], [1]);
  assert.deepEqual([...inFront([], seen, 1000 + STAYS_MS)], []);
});

test("a face without mask and an area below its minimum are alarms, too", () => {
  const below = state(false, { areas: [{ status: true, count: 0, alarm: false, minimum: { alarm: true } }] });
  const faces = state(false, { count: null, mask: { mask: 1, alarms: ["a"] } });
  assert.deepEqual([state(true), below, faces].map((one) => inAlarm(one, NOW)), [true, true, true]);
  assert.deepEqual([state(false), undefined].map((one) => inAlarm(one, NOW)), [false, false]);
});

test("CNT-6: the last alarm of a camera that nobody has heard of since is none", () => {
  const faces = { mask: { mask: 1, alarms: ["a"] } };
  assert.equal(inAlarm(state(true, faces), NOW + 30), false);
});
