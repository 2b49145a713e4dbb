/** Lengths of time as people read them. Pure. */

/** How long ago, as the key of a string and its number: 40 s, 3 min, 2 h, 5 d. */
export function agoParts(seconds) {
  const age = Math.max(0, seconds);
  if (age < 5) return { key: "just_now", n: 0 };
  if (age < 60) return { key: "seconds_ago", n: Math.floor(age) };
  if (age < 3600) return { key: "minutes_ago", n: Math.floor(age / 60) };
  if (age < 86400) return { key: "hours_ago", n: Math.floor(age / 3600) };
  return { key: "days_ago", n: Math.floor(age / 86400) };
}

/** 0:07, 12:05, 1:02:09; from a day on 2 d 3 h. */
export function clockLength(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours] = [Math.floor(whole / 86400), Math.floor((whole % 86400) / 3600)];
  if (days > 0) return `${days} d ${hours} h`;
  const [minutes, rest] = [Math.floor((whole % 3600) / 60), pad(whole % 60)];
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Seconds with one digit, as the timer of an area shows them: 7.4. Cut, not rounded: 10.0 is never shown early. */
export function tenths(milliseconds) {
  return (Math.floor(milliseconds / 100) / 10).toFixed(1);
}

function pad(number) {
  return String(number).padStart(2, "0");
}
