/**
 * Everything on a page that moves with the clock, once a second, on the server's clock:
 *
 *   <span data-ago="ISO">        2 min ago
 *   <span data-running="ISO">    3:12, how long it has lasted
 *   <time data-clock="ZONE">     14:03, the time there
 */

import { agoParts, clockLength } from "./duration.js";
import { text } from "./strings.js";

let offset = 0; // seconds that the server's clock is ahead of this browser's

/** POSIX seconds on the server's clock. */
export function now() {
  return Date.now() / 1000 + offset;
}

export function setServerTime(posix) {
  offset = posix - Date.now() / 1000;
}

/** "2 min ago" for POSIX seconds. */
export function ago(posix) {
  const { key, n } = agoParts(now() - posix);
  return text(key, { n });
}

/** Put the present into everything below `root` that moves with the clock. */
export function refresh(root = document) {
  for (const element of root.querySelectorAll("[data-ago]")) write(element, ago(posixOf(element.dataset.ago)));
  for (const element of root.querySelectorAll("[data-running]")) {
    write(element, clockLength(now() - posixOf(element.dataset.running)));
  }
  for (const element of root.querySelectorAll("[data-clock]")) write(element, clock(element.dataset.clock));
}

/** The time of day in a zone, for POSIX seconds: 14:03:27. */
export function clock(zone, posix = now(), options = { hour: "2-digit", minute: "2-digit" }) {
  const lang = document.documentElement.lang || "en";
  return new Intl.DateTimeFormat(lang, { ...options, hour12: false, timeZone: zone }).format(posix * 1000);
}

/** Set a text only where it differs: nothing is laid out again for the same number. */
export function write(element, value) {
  if (element && element.textContent !== value) element.textContent = value;
}

export function startClock() {
  const served = Number(document.documentElement.dataset.now);
  if (served) setServerTime(served);
  refresh();
  setInterval(refresh, 1000);
}

function posixOf(iso) {
  return Date.parse(iso) / 1000;
}
