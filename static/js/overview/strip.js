/** The strip of figures on the overview and on the page of a site, kept up in place (DASH-1, DASH-2). */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { figureText } from "./figures.js";

/** root: the element that holds the strip. sum: of `figures`. open: how many alarms are. */
export function showStrip(root, { all, online, over, people, fps }, open) {
  figure(root, "online", String(online), online < all ? "warn" : "");
  figure(root, "over", figureText(over), "");
  figure(root, "open", String(open), open ? "alarm" : "");
  figure(root, "people", figureText(people), "");
  figure(root, "fps", fps.toFixed(fps < 100 ? 1 : 0), "");
  const note = online < all ? text("n_offline", { count: all - online }) : text("all_online");
  write(root.querySelector("[data-figure=online] [data-field=note]"), note);
  write(root.querySelector("[data-figure=online] [data-field=all]"), `/ ${all}`);
}

function figure(root, name, value, level) {
  const element = root.querySelector(`[data-figure=${name}]`);
  element.dataset.level = level;
  write(element.querySelector("[data-field=value]"), value);
}

/** How many alarms are open on these sites. open: id -> {site, camera}. */
export function openOn(sites, open) {
  return [...open.values()].filter(({ site }) => sites.includes(site)).length;
}
