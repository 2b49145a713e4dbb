/**
 * The bands of the week with count thresholds of their own (OCC-34), as cameras/extensions/bands.py has them:
 * {name, days, begin, end, count_thresholds: {"1": 12}}. A band whose end is not after its begin ends on the next day; of
 * two that meet the first holds. Pure.
 */

const CLOCK = /^(?:([01]\d|2[0-3]):[0-5]\d|24:00)$/;
export const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** The list that a path lies in, when rows of the form come and go with it: "bands[1].name" is "bands". */
export function listOf(path) {
  return /^(bands|ignore_zones)\[/.exec(path)?.[1] ?? path;
}

/** A band to begin with; about: path -> description of a setting. */
export function newBand(count, about) {
  const [days, begin, end] = ["days", "begin", "end"].map((key) => about(`bands[].${key}`).default);
  return { name: `${about("bands[].name").default} ${count + 1}`, days, begin, end, count_thresholds: {} };
}

/** The bands with one of them a place up: it then holds before the one that it has passed. */
export function raised(bands, place) {
  if (place < 1) return bands;
  return [...bands.slice(0, place - 1), bands[place], bands[place - 1], ...bands.slice(place + 1)];
}

/** What no value of a band can know alone: the word of the server's sentence at a path, "" for nothing. */
export function bandProblem(path, { bands, areas }) {
  const [, place, key, number] = /^bands\[(\d+)\]\.(end|count_thresholds)(?:\.(\d))?$/.exec(path) ?? [];
  const band = bands?.[place];
  if (!band) return "";
  if (key === "end") return band.begin === band.end ? "end" : "";
  return Number(number) === numbersShown(areas, band)[0] && numbersOf(band).length === 0 ? "count_thresholds" : "";
}

/** Whether a band ends on the day after it began. */
export function endsNextDay({ begin, end }) {
  return CLOCK.test(begin) && CLOCK.test(end) && end < begin && end !== "00:00";
}

/** Numbers of the areas that have a field: they are drawn, or the band names them; at least one. */
export function numbersShown(areas, band) {
  const shown = areas.filter(({ polygon, number }) => polygon.length > 0 || band.count_thresholds[number] !== undefined);
  return shown.length ? shown.map(({ number }) => number) : [1];
}

/** The place of the band that holds at a minute of a day, -1 for none; day: 0 is Monday. */
export function bandAt(bands, day, minute) {
  const [today, yesterday] = [WEEK[day], WEEK[(day + 6) % 7]];
  return bands.findIndex((band) => {
    if (!CLOCK.test(band.begin) || !CLOCK.test(band.end)) return false;
    const [begin, end] = [minutesOf(band.begin), minutesOf(band.end)];
    const last = end > begin ? end : end + 24 * 60;
    const [begins, lasts] = [band.days.includes(today), band.days.includes(yesterday)];
    return (begins && begin <= minute && minute < last) || (lasts && minute < last - 24 * 60);
  });
}

/** Day (0 is Monday) and minute on the wall clock of a zone, for POSIX seconds. */
export function wallClock(zone, posix) {
  const how = { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = new Intl.DateTimeFormat("en", how).formatToParts(new Date(posix * 1000));
  const { weekday, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return { day: WEEK.indexOf(weekday.toLowerCase()), minute: Number(hour) * 60 + Number(minute) };
}

function numbersOf({ count_thresholds }) {
  return Object.values(count_thresholds).filter((value) => value !== undefined);
}

function minutesOf(clock) {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
