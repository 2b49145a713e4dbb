/** Times of a clip: which of its pictures is shown, and which comes next. Pure functions; times are seconds. */

const NEAR_S = 0.005; // times of a video are rounded
const INTO_S = 0.02; // a step goes a little into its picture: on its very edge a browser may show the one before

/** The place of the picture that is shown at a time; 0 before the first one. frames: [{at}], in order. */
export function placeAt(frames, time) {
  const after = frames.findIndex(({ at }) => at > time + NEAR_S);
  return after < 0 ? frames.length - 1 : Math.max(0, after - 1);
}

/** The time of the picture `by` places on from the one at `time`; it stays within the clip. */
export function stepped(frames, time, by) {
  const place = Math.min(frames.length - 1, Math.max(0, placeAt(frames, time) + by));
  return frames[place].at + INTO_S;
}

/** A picture as it is drawn: its areas with their outlines, which a clip tells once for all of them. */
export function sceneAt({ frames, outlines }, time) {
  const frame = frames[placeAt(frames, time)];
  return { ...frame, areas: frame.areas.map((area) => ({ ...area, polygon: outlines[area.number] })) };
}

/** Seconds since the start of the alarm, as "−3.2 s" or "+0.4 s". */
export function sinceStart(seconds) {
  const tenths = Math.round(seconds * 10) / 10;
  return `${tenths < 0 ? "−" : "+"}${Math.abs(tenths).toFixed(1)} s`;
}
