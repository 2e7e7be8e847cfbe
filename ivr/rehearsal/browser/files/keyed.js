// The keys of a number while it is keyed: all are on the phone's screen, and only the newest is said aloud.

import { $ } from "./page.js";

export const END = "End with #.";
const TOGETHER = 100; // Milliseconds: a digit like the one before is said again only where the status was empty between.
const PAUSE = 2000; // Milliseconds without a key, after which the end is said.

let timers = [];
let unsaid = [];
let endSaid = false;

export function keyed(keys) {
  timers.forEach(clearTimeout);
  unsaid.push(keys.at(-1));
  $("keyed").textContent = keys;
  $("quiet").textContent = END;
  $("aloud").className = "hidden";
  $("aloud").textContent = "";
  timers = [setTimeout(sayDigits, TOGETHER), setTimeout(sayEnd, PAUSE)];
}

function sayDigits() {
  $("aloud").textContent = unsaid.join(" ");
  unsaid = [];
}

// Once for a number. What was read only becomes what is said too.
function sayEnd() {
  if (endSaid) return;
  endSaid = true;
  $("quiet").textContent = "";
  $("aloud").className = "";
  $("aloud").textContent = END;
}

// Another status takes the place of what was to be said; the keys stay until they are sent.
export function hush() {
  timers.forEach(clearTimeout);
  unsaid = [];
  $("aloud").className = "";
}

export function sent() {
  hush();
  endSaid = false;
  $("keyed").textContent = "";
}
