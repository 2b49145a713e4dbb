import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, partsOf } from "../../static/js/onboarding/address.js";

const RTSP = "rtsp://{host}/MediaInput/stream_{stream}";

test("CAM-1: the address grows while somebody types", () => {
  assert.equal(addressOf(RTSP, { host: " 10.0.0.7 ", stream: "2" }), "rtsp://10.0.0.7/MediaInput/stream_2");
  assert.equal(addressOf(`${RTSP}/ch_{channel}`, { host: "h", stream: "1", channel: "3" }), "rtsp://h/MediaInput/stream_1/ch_3");
  assert.equal(addressOf(RTSP, { host: "", stream: "1" }), "rtsp://…/MediaInput/stream_1");
});

test("CAM-1: only the fields of the chosen kind are shown", () => {
  assert.deepEqual(partsOf("", ""), ["address"]);
  assert.deepEqual(partsOf("http://{host}/x", ""), ["preset"]);
  assert.deepEqual(partsOf(RTSP, `${RTSP}/ch_{channel}`), ["preset", "stream", "channels"]);
});
