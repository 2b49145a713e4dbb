/** When a closed operation schedule opens next, in words, on the wall clock of the camera's site (EXT-4, MASK-8). */

import { text } from "../frame/strings.js";
import { clock } from "../frame/time.js";

const FORM = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };

/** at: POSIX seconds; null when it never does. */
export function nextOpening(zone, at) {
  return at ? text("opens_at", { time: clock(zone, at, FORM) }) : text("opens_never");
}
