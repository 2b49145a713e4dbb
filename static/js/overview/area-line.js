/** One line of the page of a site, in place: an area, or several taken together, with count, timer and meter. */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { levelOf } from "./figures.js";

/** area: {name, count, threshold, timer_ms, time_ms, state, alarm, paused, quality}; none: nobody knows. words: of the quality. */
export function showLine(line, area, words) {
  const field = (name) => line.querySelector(`[data-field=${name}]`);
  const quality = area?.quality ?? "unknown";
  const known = area && area.count !== null;
  line.dataset.quality = quality;
  field("quality").dataset.quality = quality;
  write(field("quality"), words);
  write(field("count"), known ? String(area.count) : "–");
  field("alarm").hidden = !area?.alarm;
  const share = known ? Math.min(1, area.timer_ms / Math.max(1, area.time_ms)) : 0;
  field("ring").setAttribute("stroke-dasharray", `${(share * 100).toFixed(1)} 100`);
  line.dataset.state = known ? (area.alarm ? (area.paused ? "alarm-paused" : "alarm") : area.state) : "unknown";
  showMeter(line.querySelector(".meter"), known ? area : null, quality);
  if (!area) return;
  write(field("area"), area.name);
  write(field("threshold"), String(area.threshold));
}

/** A meter in place. area: {count, threshold, alarm}, null while nobody knows; quality: of its count. */
export function showMeter(meter, area, quality) {
  const count = area?.count ?? null;
  meter.setAttribute("aria-valuenow", count ?? 0); // a meter has to have one; what it says aloud comes first
  if (count === null) meter.setAttribute("aria-valuetext", text("quality_unknown"));
  else meter.removeAttribute("aria-valuetext");
  if (area) meter.setAttribute("aria-valuemax", area.threshold);
  meter.firstElementChild.setAttribute("width", count === null ? 0 : Math.min(100, (100 * count) / area.threshold));
  meter.dataset.level = !area || quality === "stale" ? "unknown" : levelOf(area);
}
