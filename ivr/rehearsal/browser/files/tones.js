// What a telephone sounds like besides voices: keys, ringing, the beep. Made here, so nothing is loaded.

const KEYS = "123456789*0#";
const ROWS = [697, 770, 852, 941];
const RINGS = 0.08; // How loud.
const COLUMNS = [1209, 1336, 1477];
let context = null;
let speaker = null;
let loud = true;
let held = false;

function out() {
  if (!context && "AudioContext" in window) start();
  if (context?.state === "suspended" && !held) context.resume();
  return context;
}

function start() {
  context = new AudioContext();
  speaker = context.createGain();
  speaker.gain.value = Number(loud);
  speaker.connect(context.destination);
}

export function hear(yes) {
  loud = yes;
  if (speaker) speaker.gain.value = Number(yes);
}

// Holds every tone where it is, ringing too; it goes on from there.
export function hold(yes) {
  held = yes;
  if (yes) context?.suspend();
  else context?.resume();
}

// Frequencies in hertz, from and to in seconds from now.
function sound(frequencies, from, to, volume) {
  const here = out();
  if (!here) return [];
  const gain = here.createGain();
  const start = here.currentTime + from;
  const end = here.currentTime + to;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(volume, start + 0.01);
  gain.gain.setValueAtTime(volume, end - 0.02);
  gain.gain.linearRampToValueAtTime(0, end);
  gain.connect(speaker);
  return frequencies.map((frequency) => {
    const tone = here.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(gain);
    tone.start(start);
    tone.stop(end);
    return tone;
  });
}

export function key(name) {
  const place = KEYS.indexOf(name);
  sound([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0, 0.14, 0.05);
}

export function beep() {
  sound([1000], 0, 0.4, 0.08);
}

// British ringing, for so many seconds, with shorter rests; gives what stops it.
export function ring(seconds) {
  const tones = [];
  for (let at = 0; at < seconds; at += 1.8) {
    tones.push(...sound([400, 450], at, at + 0.4, RINGS), ...sound([400, 450], at + 0.6, at + 1, RINGS));
  }
  return () => tones.forEach((tone) => tone.stop());
}
