// What a person chooses before a call. What the line could not take is said where it is written, before anything rings.

import { $, fieldWrong } from "./page.js";

const NUMBER = /^(\+|00)[1-9]\d{6,14}$|^0[1-9]\d{4,12}$/;
const RIGHT = { number: numberIsRight, now: clockIsRight }; // The line looks again, by the same rules.

export const faults = () => [...document.querySelectorAll("[name=fault]:checked")].map((box) => box.value);

export function wishes() {
  return {
    caller: $("caller").value,
    number: $("number").value,
    now: $("now").value,
    transfer: $("transfer").value,
  };
}

// Whether the line can take them all; the first that is wrong gets the focus, and keeps what was typed.
export function areRight() {
  const wrong = Object.keys(RIGHT).filter((id) => !RIGHT[id]());
  for (const id of Object.keys(RIGHT)) fieldWrong(id, wrong.includes(id));
  if (!wrong.length) return true;
  $("wishes").open = true;
  $(wrong[0]).focus();
  return false;
}

function numberIsRight() {
  return $("caller").value !== "own" || NUMBER.test($("number").value.replace(/[\s().-]/g, ""));
}

// Half a day or time is nothing to the browser, which would ring at the real time without a word.
function clockIsRight() {
  const { badInput, rangeUnderflow, rangeOverflow } = $("now").validity;
  return !badInput && !rangeUnderflow && !rangeOverflow;
}

export function wire() {
  const own = () => ($("own").hidden = $("caller").value !== "own");
  $("caller").addEventListener("change", own);
  for (const id of Object.keys(RIGHT)) $(id).addEventListener("input", () => fieldWrong(id, false));
  own();
}
