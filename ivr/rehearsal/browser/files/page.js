// What the person sees: captions, the state of the call, where it is, what was said.

import { hush } from "./keyed.js";

export const $ = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

export const SPEAKING = "The line is speaking."; // To be seen, but said aloud it would only be in the way of the words.

export function status(text) {
  const [aloud, quiet] = text === SPEAKING ? ["", text] : [text, ""];
  if ($("aloud").textContent === aloud && $("quiet").textContent === quiet) return;
  atEnd(() => {
    hush();
    $("aloud").textContent = aloud;
    $("quiet").textContent = quiet;
  });
}

// A status of two lines takes room from the captions: whoever was at their end stays there.
export function atEnd(change) {
  const captions = $("captions");
  const was = captions.scrollHeight - captions.scrollTop - captions.clientHeight < 2;
  change();
  if (was) captions.scrollTop = captions.scrollHeight;
}

// The words of the present turn stand on the phone's screen, where screen readers read them as they come. Only once
// the turn is over do they go into the list of the call, which is read when somebody goes there: nothing is said twice.
export function caption(text) {
  const captions = $("captions");
  captions.append(element("p", text));
  captions.scrollTop = captions.scrollHeight;
}

export function turnOver() {
  const said = [...$("captions").children].map((line) => line.textContent).join(" ");
  $("captions").replaceChildren();
  if (said) entry(said, "said", "The line: ");
}

export function did(text) {
  entry(text, "did", "You: ");
}

function entry(text, className, who) {
  const line = element("li", "", className);
  line.append(element("span", who, "hidden"), text);
  $("log").append(line);
  $("log").hidden = false;
  $("log-none").hidden = true;
}

export function fresh() {
  $("captions").replaceChildren();
  $("log").replaceChildren();
  $("log").hidden = true;
  $("log-none").hidden = false;
  $("behind-list").replaceChildren();
  $("behind").hidden = true;
}

export function where(place, over) {
  const known = Boolean(place.node) && !over;
  $("where").hidden = !known;
  $("where-none").hidden = known;
  $("where-none").textContent = over
    ? "The call is over."
    : "These are words of the line’s own, for when something is wrong.";
  for (const key of document.querySelectorAll(".key")) {
    key.classList.toggle("works", known && place.choices.some((choice) => choice.key === key.dataset.key));
  }
  if (known) describe(place);
}

function describe(place) {
  $("where-node").textContent = place.node.replaceAll("-", " ");
  $("where-link").href = `/script#node-${place.node}`;
  $("where-kind").textContent = place.kind;
  const more = [place.part && `part ${place.part}`, place.pace === "slow" && "slow", place.tries && `try ${place.tries + 1}`];
  $("where-more").textContent = more.filter(Boolean).join(", ");
  $("choices").replaceChildren(
    ...place.choices.map((choice) => {
      const line = element("li");
      line.append(element("kbd", choice.key), element("span", choice.says));
      return line;
    }),
  );
  $("choices").hidden = !place.choices.length;
}

export function behind(sentences) {
  for (const sentence of sentences) $("behind-list").append(element("li", sentence));
  $("behind").hidden = !$("behind-list").children.length;
}

// In mid-call a link would end the call without a word: meanwhile links to other pages open in a tab of their own, and
// say so; above the page by an arrow, as words would move everything below.
export function apart(yes) {
  for (const link of document.querySelectorAll(".top a:not(.skip, [aria-current]), #where-link")) {
    link.target = yes ? "_blank" : "";
    for (const old of link.querySelectorAll(".apart")) old.remove();
    if (yes) link.append(...newTab(Boolean(link.closest(".top"))));
  }
}

function newTab(short) {
  const words = element("span", " (opens in a new tab)", short ? "apart hidden" : "apart");
  if (!short) return [words];
  const arrow = element("span", "↗", "apart arrow");
  arrow.setAttribute("aria-hidden", "true");
  return [words, arrow];
}

// What is wrong with a field is said below it, and read with it only while it is wrong.
export function fieldWrong(id, yes) {
  $(`${id}-wrong`).hidden = !yes;
  $(id).setAttribute("aria-invalid", String(yes));
  const notes = [yes && `${id}-wrong`, $(`${id}-note`) && `${id}-note`].filter(Boolean);
  if (notes.length) $(id).setAttribute("aria-describedby", notes.join(" "));
  else $(id).removeAttribute("aria-describedby");
}

export function checks(list) {
  for (const { what, wrong } of list) {
    $("checks").append(element("li", wrong ? `✗ ${wrong}` : `✓ ${what}`, wrong ? "wrong" : "right"));
  }
  $("checks").hidden = !$("checks").children.length;
}

export function clock(seconds) {
  const whole = Math.floor(seconds);
  $("clock").textContent = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function download(name, text) {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
