/**
 * The sound of a new alarm: two short tones, made by the browser. A browser that was opened afresh stays silent until
 * the first press on its page. Of the tabs of one browser one sounds.
 */

let context = null;
let sounding = navigator.locks === undefined; // without them (no https) every tab is on its own

navigator.locks?.request("lookout.sound", () => {
  sounding = true;
  return new Promise(() => {}); // until this page goes
});

export function chime() {
  if (sounding) play();
}

/** In this tab, whichever it is: somebody wants to hear what to expect. */
export function play() {
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
