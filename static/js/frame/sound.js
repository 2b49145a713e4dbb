/**
 * The sound of a new alarm: two short tones, made by the browser. On or off is kept in this browser; off until somebody
 * asks for it, because browsers allow sound only after a press.
 */

const KEY = "lookout.sound";
let context = null;

export function isSounding() {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

/** Switch it; switching on plays it once, so that one hears what to expect. Returns the new state. */
export function setSounding(on) {
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    return false; // storage is forbidden here
  }
  if (on) chime();
  return on;
}

/** Play it, when it is switched on. A browser that was opened afresh stays silent until the first press. */
export function chime() {
  if (!isSounding()) return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  tone(880, 0);
  tone(660, 0.18);
}

function tone(frequency, delay) {
  const start = context.currentTime + delay;
  const [oscillator, gain] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.15, start + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.001, start + 0.16);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.17);
}
