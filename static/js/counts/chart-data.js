/** Pure parts of the chart of counts: its columns, its ticks, and what stands at a place of it. */

/** The columns in the form of the chart: x, then of each line its mean, or of a single one before, low, high, mean. */
export function columns({ at, lines }) {
  if (lines.length !== 1) return [at, ...lines.map((line) => line.mean)];
  const [{ before, low, high, mean }] = lines;
  return [at, before, low, high, mean];
}

/** The largest value of all lines, at least 1: an axis needs a height. */
export function highest(data) {
  return data.slice(1).flat().reduce((most, value) => Math.max(most, value ?? 0), 1);
}

/** Beginnings of table rows as ticks: every n-th, so that each has `room` pixels. */
export function ticks(rows, width, room) {
  const step = Math.max(1, Math.ceil((rows.length * room) / Math.max(width, 1)));
  const even = [1, 2, 3, 4, 6, 7, 12, 14].find((nice) => nice >= step) ?? step;
  return rows.filter((_, place) => place % even === 0);
}

const LABELS = {
  day: { hour: "2-digit", minute: "2-digit" },
  week: { weekday: "short", day: "numeric" },
  month: { day: "numeric" },
  year: { month: "short" },
};
const MOMENTS = {
  day: { hour: "2-digit", minute: "2-digit" },
  week: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  month: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  year: { weekday: "short", day: "numeric", month: "short" },
};

/** A formatter for POSIX seconds, by the clock of the site: of ticks, or of the place that is read. */
export function timeFormat(period, zone, lang, { full = false } = {}) {
  const options = (full ? MOMENTS : LABELS)[period];
  const format = new Intl.DateTimeFormat(lang, { ...options, hour12: false, timeZone: zone });
  return (posix) => format.format(posix * 1000);
}

/** A number as people read it; a dash for what nobody knows. */
export function shown(value) {
  if (value === null || value === undefined) return "–";
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** The next place of the cursor by a key, null for keys that mean nothing here. */
export function walk(key, place, length) {
  const from = place ?? -1;
  const to = { ArrowLeft: from < 0 ? length - 1 : from - 1, ArrowRight: from + 1, Home: 0, End: length - 1 }[key];
  return to === undefined ? null : Math.min(length - 1, Math.max(0, to));
}
