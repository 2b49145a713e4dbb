/**
 * Ticks in the rows of a table: all of the page, all sensors of a device, a range with Shift; the bar says how many, and
 * the key b leads to it.
 *
 * `tickState` and `between` are pure; the rest moves check boxes.
 */

import { keysOf } from "../frame/keys.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";

/** What a box over others shows: [checked, indeterminate]. */
export function tickState(ticks) {
  const ticked = ticks.filter(Boolean).length;
  return [ticks.length > 0 && ticked === ticks.length, ticked > 0 && ticked < ticks.length];
}

/** The places between two, both included, in order. */
export function between(first, last) {
  const [low, high] = first < last ? [first, last] : [last, first];
  return Array.from({ length: high - low + 1 }, (_, place) => low + place);
}

/**
 * Start it in `table`, which holds the boxes, the boxes over them and the bar.
 *
 * name: of the boxes.    word: the text for how many.
 */
export function startTicks(table, signal, { name = "camera", word = "n_selected" } = {}) {
  const boxes = [...table.querySelectorAll(`input[name=${name}]`)];
  const all = table.querySelector("[data-action=tick-all]");
  const devices = [...table.querySelectorAll("[data-action=tick-device]")];
  const bar = table.querySelector("#bulk");
  const whole = bar.querySelector("[data-part=all]");
  const everything = whole?.querySelector("input");
  let last = null;

  const set = (some, checked) => some.forEach((box) => (box.checked = checked));
  const show = () => {
    const ticks = boxes.map((box) => box.checked);
    [all.checked, all.indeterminate] = tickState(ticks);
    for (const one of devices) [one.checked, one.indeterminate] = tickState(sensorsOf(one).map((box) => box.checked));
    if (whole) whole.hidden = !all.checked;
    if (everything && !all.checked) everything.checked = false;
    const count = everything?.checked ? Number(whole.dataset.count) : ticks.filter(Boolean).length;
    write(bar.querySelector("[data-part=count]"), text(word, { count }));
  };

  table.addEventListener(
    "click",
    ({ target, shiftKey }) => {
      if (target.name !== name) return;
      const place = boxes.indexOf(target);
      if (shiftKey && last !== null) set(between(last, place).map((one) => boxes[one]), target.checked);
      last = place;
      show();
    },
    { signal },
  );
  all.addEventListener("change", () => (set(boxes, all.checked), show()), { signal });
  everything?.addEventListener("change", show, { signal });
  for (const one of devices) one.addEventListener("change", () => (set(sensorsOf(one), one.checked), show()), { signal });
  bar.querySelector("[data-action=untick]").addEventListener("click", () => (set(boxes, false), show()), { signal });
  keysOf({ b: () => bar.querySelector(".bulk__actions button").focus() }, signal);
  window.addEventListener("pageshow", show, { signal }); // a browser that goes back keeps the ticks
  show();
}

/** The boxes of the rows under a device's own row. */
function sensorsOf(box) {
  const found = [];
  let row = box.closest("tr").nextElementSibling;
  for (; row?.hasAttribute("data-sensor"); row = row.nextElementSibling) {
    const sensor = row.querySelector("input[name=camera]");
    if (sensor) found.push(sensor);
  }
  return found;
}
