import assert from "node:assert/strict";
import { test } from "node:test";

import { delay } from "../../static/js/live/backoff.js";
import { areasNow, combinedNow, qualityOf } from "../../static/js/live/quality.js";
import { levelOf } from "../../static/js/live/status.js";
import { store } from "../../static/js/live/store.js";
import { readMessage } from "../../static/js/live/wire.js";

const NOW = 1000;
const STATE = { last_frame_at: NOW, count: 3, saturated: false, fps: 5, fps_wanted: 5 };

function message(json, jpeg) {
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(4 + text.length + jpeg.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, 4);
  bytes.set(jpeg, 4 + text.length);
  return bytes.buffer;
}

test("a live message is length, JSON and JPEG", () => {
  const { frame, jpeg } = readMessage(message('{"frame": 7, "name": "Zufahrt Süd"}', [0xff, 0xd8, 0xff]));

  assert.deepEqual(frame, { frame: 7, name: "Zufahrt Süd" });
  assert.deepEqual([...jpeg], [0xff, 0xd8, 0xff]);
});

test("a message that is cut off is refused with its lengths", () => {
  const whole = message('{"frame": 7}', [1]);

  assert.throws(() => readMessage(whole.slice(0, 3)), /at least 4 bytes, 3 came/);
  assert.throws(() => readMessage(whole.slice(0, 9)), /12 bytes of JSON, 5 came/);
});

test("a number is live, then stale, then unknown, and never only looks live", () => {
  assert.equal(qualityOf(STATE, NOW + 4.9), "live");
  assert.equal(qualityOf(STATE, NOW + 5), "stale");
  assert.equal(qualityOf(STATE, NOW + 30), "unknown");
  assert.equal(qualityOf(undefined, NOW), "unknown");
  assert.equal(qualityOf({ ...STATE, last_frame_at: null }, NOW), "unknown");
  assert.equal(qualityOf({ ...STATE, count: null }, NOW), "unknown");
});

test("CNT-6: the last counts of a camera that nobody has heard of since are none", () => {
  const areas = [{ number: 1, status: true, count: 3, alarm: true, minimum: { alarm: true } }, { number: 2, status: false }];
  const [said] = areasNow({ ...STATE, areas }, NOW + 29);

  assert.deepEqual(said, areas[0]);
  assert.deepEqual(areasNow({ ...STATE, areas }, NOW + 30), [{ ...said, count: null, alarm: false, minimum: null }]);
  assert.deepEqual(areasNow(undefined, NOW), []);
});

test("a combined area is unknown as soon as nobody says it anew", () => {
  const said = { combined: 1, at: NOW, count: 12, quality: "limited", alarm: true };

  assert.deepEqual(combinedNow(said, NOW + 4.9), said);
  assert.deepEqual(combinedNow(said, NOW + 5), { ...said, count: null, quality: "unknown", alarm: false });
  assert.equal(combinedNow(undefined, NOW), null);
});

test("of combined areas the newest word is kept", () => {
  store.hello({ cameras: [], open: [], combined: [{ combined: 3, count: 1 }] });
  store.setCombined([{ combined: 3, count: 2 }, { combined: 4, count: 9 }]);

  assert.deepEqual([...store.combined.values()].map(({ count }) => count), [2, 9]);
});

test("a full picture and skipped frames limit a number", () => {
  assert.equal(qualityOf({ ...STATE, saturated: true }, NOW), "limited");
  assert.equal(qualityOf({ ...STATE, fps: 3.9 }, NOW), "limited");
  assert.equal(qualityOf({ ...STATE, fps: 4 }, NOW), "live");
});

test("a lost connection is tried soon, then rarer, never later than 15 s, spread by chance", () => {
  assert.deepEqual([0, 1, 2, 10].map((attempt) => delay(attempt, () => 1)), [0.5, 1, 2, 15]);
  assert.deepEqual([0, 10].map((attempt) => delay(attempt, () => 0)), [0.25, 7.5]);
});

test("every status has a level, an unknown one is bad", () => {
  assert.deepEqual(["online", "stalled", "waiting", "offline", "unauthorised"].map(levelOf), ["fine", "warn", "idle", "bad", "bad"]);
  assert.equal(levelOf("outside schedule"), "idle");
});

test("an alarm is new once, and open until it has ended", () => {
  const seen = [];
  store.addEventListener("alarm", ({ detail }) => seen.push(detail.isNew));
  store.hello({ cameras: [], open: [{ id: "old", site: 1, camera: 2 }] });

  const facts = { site: 1, camera: 2, area_name: "Lobby", camera_name: "Crane", notified_count: 1, acknowledged_at: null };
  store.setAlarm({ ...facts, id: "old", state: "active" });
  store.setAlarm({ ...facts, id: "new", state: "active", shelved_until: null });
  store.setAlarm({ ...facts, id: "new", state: "active", shelved_until: null });
  store.setAlarm({ ...facts, id: "old", state: "ended" });

  assert.deepEqual(seen, [false, true, false, false]);
  const kept = { site: 1, camera: 2, place: "Lobby · Crane", told: true, acknowledged: false, shelvedUntil: null };
  assert.deepEqual([...store.open], [["new", kept]]);
});

test("a new connection replaces what was known before", () => {
  store.hello({ cameras: [{ camera: 5, status: "online" }], open: [] });
  store.setCameras([{ camera: 5, status: "offline" }]);

  assert.equal(store.cameras.get(5).status, "offline");
  assert.equal(store.open.size, 0);
});
