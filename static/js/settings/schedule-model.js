/**
 * The weekly table of an operation schedule (EXT-4), as cameras/schedules.py has it: a day's ranges are [["08:00", "18:00"],
 * …]; one whose end is not after its begin ends on the next day and belongs to the day on which it begins. Pure.
 *
 * For painting, a range is a span [begin, end] in minutes since the day's midnight; over midnight the end is above DAY.
 */

export const DAY = 24 * 60;
const RANGE = /^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$/;

/** "8:00-18:00, 22:00-02:00" as ranges; null for a text that is none. An empty one is closed. */
export function readRanges(text) {
  const parts = text.split(",").map((part) => part.trim()).filter(Boolean);
  const ranges = parts.map(readRange);
  return ranges.includes(null) ? null : ranges.sort(byBegin);
}

export function writeRanges(ranges) {
  return ranges.map(([begin, end]) => `${begin}-${end}`).join(", ");
}

/** Whether two ranges of one day have a minute in common. */
export function overlap(ranges) {
  const spans = spansOf(ranges);
  return spans.some(([, end], place) => place + 1 < spans.length && end > spans[place + 1][0]);
}

/** Ranges as spans, in order. */
export function spansOf(ranges) {
  const spans = ranges.map(([begin, end]) => [minutesOf(begin), minutesOf(end)]);
  return spans.map(([begin, end]) => [begin, end > begin ? end : end + DAY]).sort((a, b) => a[0] - b[0]);
}

/** What a day has of the evening before: the part after midnight. */
export function spillOf(ranges) {
  return spansOf(ranges).filter(([, end]) => end > DAY).map(([, end]) => [0, end - DAY]);
}

/** A day's ranges with the minutes of a stroke opened or closed; it may end on the next day. */
export function paint(ranges, begin, end, open) {
  const spans = spansOf(ranges);
  const painted = open ? joined([...spans, [begin, end]]) : spans.flatMap((span) => cut(span, begin, end));
  return painted.filter(([first]) => first < DAY).map(rangeOf);
}

/** Whether a minute of a day is open by the ranges that begin on it. */
export function isOpen(ranges, minute) {
  return spansOf(ranges).some(([begin, end]) => begin <= minute && minute < end);
}

/** The week with the ranges of one day on others, too. */
export function copyDay(week, source, days) {
  return { ...week, ...Object.fromEntries(days.map((day) => [day, week[source]])) };
}

/** "08:30" of minutes since midnight, on the next day, too; the end of the day is 24:00. */
export function clockOf(minutes) {
  const shown = minutes > DAY ? minutes - DAY : minutes;
  return `${pad(Math.floor(shown / 60))}:${pad(shown % 60)}`;
}

function minutesOf(clock) {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

function readRange(text) {
  const found = RANGE.exec(text);
  if (!found) return null;
  const [begin, end] = [Number(found[1]) * 60 + Number(found[2]), Number(found[3]) * 60 + Number(found[4])];
  const fits = found[2] < 60 && found[4] < 60 && begin < DAY && end <= DAY && begin !== end;
  return fits ? rangeOf([begin, end > begin ? end : end + DAY]) : null;
}

/** A span of a whole day or more has no two times of its own: it ends with the day. */
function rangeOf([begin, end]) {
  const last = end - begin >= DAY ? DAY : end;
  return [clockOf(begin), clockOf(last)];
}

function joined(spans) {
  const result = [];
  for (const [begin, end] of spans.sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([begin, end]);
  }
  return result;
}

function cut([begin, end], first, last) {
  return [[begin, Math.min(end, first)], [Math.max(begin, last), end]].filter(([a, b]) => a < b);
}

function byBegin(a, b) {
  return minutesOf(a[0]) - minutesOf(b[0]);
}

function pad(number) {
  return String(number).padStart(2, "0");
}
