import assert from "node:assert/strict";
import { test } from "node:test";

import { maskQualityOf } from "../../static/js/live/quality.js";
import { faceBoxes, judgeFaces, voteOf } from "../../static/js/overlay/faces.js";
import { measure } from "../../static/js/overlay/scores.js";

const SAVED = { mask: 25, no_mask: 25 };
const BOX = [0.1, 0.1, 0.2, 0.3];
const reasonOf = (reason) => `because ${reason}`;

function face(verdict, more = {}) {
  return { id: 3, box: BOX, score: 80, verdict, reason: "", decided: "", judged: 3, without: 2, needed: 5, alarm: false, ...more };
}

test("red is painted over blue over grey, an alarm over all (MASK-4)", () => {
  const faces = [face("no_mask", { alarm: true }), face("no_mask"), face("mask"), face("not_judged")];
  const painted = judgeFaces(faces, SAVED, reasonOf).map(({ verdict, alarm }) => [verdict, alarm]);

  assert.deepEqual(painted, [
    ["not_judged", false],
    ["mask", false],
    ["no_mask", false],
    ["no_mask", true],
  ]);
});

test("a judged face shows its score and its vote, another one why it is not judged (MASK-2, MASK-4)", () => {
  const [judged] = judgeFaces([face("no_mask")], SAVED, reasonOf);
  const [grey] = judgeFaces([face("not_judged", { score: 41, reason: "small" })], SAVED, reasonOf);

  assert.deepEqual(judged.lines, ["80", "2/3"]);
  assert.deepEqual(grey.lines, ["41", "because small"]);
});

test("a raised slider makes the faces of its kind hollow, and only those (DEMO-4, MASK-8)", () => {
  const judged = judgeFaces([face("no_mask"), face("mask"), face("not_judged")], { ...SAVED, no_mask: 90 }, reasonOf);

  assert.deepEqual(judged.map(({ verdict, below }) => [verdict, below]), [
    ["no_mask", true],
    ["not_judged", false],
    ["mask", false],
  ]);
  assert.deepEqual(judged[0].lines, ["**", "2/3"]);
});

test("the vote says how many frames are judged, and from the needed number on which share had no mask (MASK-2)", () => {
  assert.deepEqual(voteOf(face("not_judged", { judged: 0, without: 0 })), { key: "vote_none", values: {} });
  assert.deepEqual(voteOf(face("no_mask")), { key: "vote_open", values: { judged: 3, needed: 5, without: 2 } });
  assert.deepEqual(voteOf(face("no_mask", { judged: 9, without: 6 })), {
    key: "vote_full",
    values: { judged: 9, without: 6, share: 67 },
  });
});

test("measuring keeps the extremes of both kinds of faces, never of those not judged (DEMO-4)", () => {
  const faces = [face("no_mask", { score: 60 }), face("no_mask", { score: 90 }), face("mask", { score: 44 }), face("not_judged")];

  assert.deepEqual(measure({}, faceBoxes(faces), SAVED), { no_mask: { low: 60, high: 90 }, mask: { low: 44, high: 44 } });
});

test("the counts of masks are unknown while nobody looks, whatever is known of areas (CNT-6)", () => {
  const state = { last_frame_at: 1000, count: 3, saturated: false, fps: 5, fps_wanted: 5 };
  const mask = { mask: 1, saturated: false, fps: 5 };

  assert.equal(maskQualityOf(mask, { ...state, count: null }, 1001), "live");
  assert.equal(maskQualityOf({ ...mask, mask: null }, state, 1001), "unknown");
  assert.equal(maskQualityOf({ ...mask, saturated: true }, state, 1001), "limited");
  assert.equal(maskQualityOf({ ...mask, fps: 3 }, state, 1001), "limited");
  assert.equal(maskQualityOf(mask, state, 1006), "stale");
  assert.equal(maskQualityOf(mask, null, 1001), "unknown");
});
