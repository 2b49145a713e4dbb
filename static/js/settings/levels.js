/** The levels of the alarm timer as the settings screens explain them (SPEC 4.1-4.4). Pure. */

/** Of a threshold N and a percentage P: the count from which the timer holds; below it is reset. L = N x P // 100. */
export function holdLevel(threshold, percentage) {
  return Math.floor((threshold * percentage) / 100);
}

/** How an area's timer reacts: {key, values} of a text, or null while a number is not one yet. */
export function levelsOf(threshold, percentage) {
  if (!Number.isInteger(threshold) || !Number.isInteger(percentage)) return null;
  const hold = holdLevel(threshold, percentage);
  if (hold >= threshold) return { key: "levels_no_hold", values: { threshold } };
  if (hold === 0) return { key: "levels_never_low", values: { threshold, last: threshold - 1 } };
  const values = { threshold, hold, last: threshold - 1 };
  return { key: hold === threshold - 1 ? "levels_one" : "levels", values };
}

/** Whether an alarm time is shorter than the time between two frames: it then takes two consecutive ones (4.4). */
export function isShorterThanFrame(timeS, fps) {
  return Number.isFinite(timeS) && fps > 0 && timeS < 1 / fps;
}
