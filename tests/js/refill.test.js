import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Refill } from "../../static/js/overview/refill.js";

let asked;

beforeEach(() => {
  asked = [];
  globalThis.window = {
    location: { pathname: "/sites/3/", search: "" },
    htmx: { ajax: (_method, address, { target }) => asked.push([address, target]) },
  };
});

function page(leavesOut) {
  return { querySelector: () => (leavesOut ? {} : null) };
}

test("what was left out and needs a look is fetched once", () => {
  const refill = new Refill(page(true), "areas");

  for (const missing of [[], ["4.1"], ["4.1"]]) refill.need(missing);

  assert.deepEqual(asked, [["/sites/3/", "#areas"]]);
});

test("another thing asks again, and so does one that had calmed down", () => {
  const refill = new Refill(page(true), "areas");

  for (const missing of [["4.1"], ["4.1", "5.1"], ["5.1"], ["4.1", "5.1"]]) refill.need(missing);

  assert.equal(asked.length, 3);
});

test("a page that shows everything never asks", () => {
  new Refill(page(false), "areas").need(["4.1"]);

  assert.deepEqual(asked, []);
});
