/**
 * The figures of the overview (DASH-1): pure functions of the cameras' newest states. `portal/dashboard/board.py` gives
 * the same ones for the first paint.
 *
 * cameras: [{id, people: whether it counts humans, enabled}]; states: Map id -> CameraState; now: POSIX seconds.
 */

import { qualityOf } from "../live/quality.js";

/**
 * {all, online, over, people, fps} of some cameras; what nobody knows now is not added. over, people: null while no
 * camera that counts them is known (CNT-6).
 */
export function figures(cameras, states, now) {
  const sum = { all: 0, online: 0, over: null, people: null, fps: 0 };
  for (const camera of cameras.filter(({ enabled }) => enabled)) {
    const state = states.get(camera.id);
    sum.all += 1;
    if (state?.status === "online") sum.online += 1;
    if (qualityOf(state, now) === "unknown") continue;
    sum.fps += state.fps;
    if (camera.people) sum.people += state.count;
    sum.over += state.areas.filter(isOver).length;
  }
  return sum;
}

/** A sum of `figures` as a page shows it: a dash for what nobody knows. */
export function figureText(value) {
  return value === null ? "–" : String(value);
}

/** Whether an area holds as many as its threshold, or more. */
export function isOver(area) {
  return area.status && area.count !== null && area.count >= area.threshold;
}

/**
 * The `most` fullest areas of some cameras as [{camera, quality, ...AreaState}]: alarms first, then by fullness, then
 * by camera and number, so that equals keep their place.
 */
export function fullest(cameras, states, now, most) {
  const areas = cameras.flatMap(({ id, enabled }) => {
    if (!enabled) return []; // its last word outlives the switch by half a minute
    const state = states.get(id);
    const quality = qualityOf(state, now);
    if (quality === "unknown") return [];
    return state.areas.filter((area) => area.status).map((area) => ({ ...area, camera: id, quality }));
  });
  return areas.sort(byFullness).slice(0, most);
}

function byFullness(a, b) {
  return (
    Number(b.alarm) - Number(a.alarm) ||
    share(b) - share(a) ||
    a.camera - b.camera ||
    a.number - b.number
  );
}

function share({ count, threshold }) {
  return (count ?? 0) / threshold;
}

/** The level of a meter: "alarm", "reached" or "below"; "unknown" without a count. */
export function levelOf(area) {
  if (area.count === null) return "unknown";
  if (area.alarm) return "alarm";
  return isOver(area) ? "reached" : "below";
}
