// The phone: what the person does goes to the line's stand-in for Twilio; what the line says comes back and is played.
// The server turns every answer of the line into things to play and one thing to wait for. No TwiML is read here.

import * as choices from "./choices.js";
import { Ear, LONGEST_RING } from "./ear.js";
import * as keying from "./keyed.js";
import * as kept from "./kept.js";
import * as mouth from "./mouth.js";
import * as page from "./page.js";
import * as tones from "./tones.js";
import { NO_CALL, whoSpeaks, why } from "./why.js";

const { $ } = page;
const NOT_REACHED = "The line was not reached. Is it still running?";
const REMEMBERED = "The line knows callers again: one whose last call broke off, or who has asked already, hears other words.";
const LISTENED = "Listening has ended by itself. Press Speak again, or type your words.";
const NARROW = "(max-width: 54rem)"; // As in phone.css: all in one column.
const WORDS_A_SECOND = 2.5;
const LARGEST = 20_000; // Letters of a saved call, as at the line.
const LEFT = "Your last call ended when this page was left.";
const NOT_LISTENING = "The line is not listening just now.";
const TWICE = 500; // Milliseconds in which a second click belongs to the first.

// `stage`: idle, asking, playing, listening, recording, ringing, lost, over. `early`: keys pressed while the line was asked.
const phone = {
  stage: "idle", call: "", listens: { kind: "" }, last: null, keys: "", early: "", mine: 0, asked: 0,
  quiet: null, recording: null, typed: false, story: null, started: 0, held: false, breakOff: null, dialled: null, swapped: 0,
  sent: null, leaving: false, says: "", left: 0,
};
const ear = new Ear((one) => page.caption(one.caption));

// Asking the server

async function ask(step, body) {
  const answer = await fetch(`/phone/${step}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...body, faults: choices.faults() }),
  }).catch(() => null);
  if (!answer) return { problem: NOT_REACHED, lost: true };
  const told = await answer.json().catch(() => ({ problem: NOT_REACHED, lost: true }));
  return { ...told, notNow: answer.status === 409 };
}

// A call

async function dial(story = null) {
  if (!["idle", "over"].includes(phone.stage)) return;
  if (!story && !choices.areRight()) return;
  Object.assign(phone, { call: "", keys: "", early: "", last: null, story, started: Date.now(), leaving: false });
  ear.messages.clear();
  ear.rang = false;
  page.fresh();
  inCall(true);
  stage("asking", "Calling …");
  const ringing = tones.ring(1.2);
  const mine = ++phone.mine;
  phone.dialled = ask("dial", { page: $("with").dataset.page, ...(story ? saved(story) : choices.wishes()) });
  if (!story?.quickly) await ear.wait(1.2);
  ringing();
  if (mine === phone.mine) take(phone.dialled);
}

// A call that was given up before the line answered: its answer comes all the same, and is hung up.
async function letGo(dialled) {
  const { call, ended } = await dialled;
  if (call && !ended) ask("act", { call, wish: { kind: "hang_up", seconds: 0 } });
}

async function act(wish, did) {
  settle();
  if (did) page.did(did);
  stage("asking", wish.kind === "ring" ? "Ringing a person …" : "");
  send("act", { call: phone.call, wish });
}

// The same step may be sent again: the line keeps nothing twice.
function send(step, body) {
  phone.sent = () => take(ask(step, body));
  phone.sent();
}

function tryAgain() {
  stage("asking", "Trying again …");
  phone.sent();
}

// Nothing that was under way goes on: words, a wait, a recording by the browser's ear.
function settle() {
  ear.stop();
  clearTimeout(phone.quiet);
  breakOff();
  Object.assign(phone, { quiet: null, keys: "", mine: phone.mine + 1 });
  keying.sent();
  page.turnOver();
}

// What the line answers to the latest thing that was done; an answer to an earlier one is of no interest any more.
async function take(asked) {
  const mine = ++phone.asked;
  const reply = await asked;
  if (mine !== phone.asked) return;
  if (reply.problem) return broken(reply);
  phone.call = reply.call;
  if (reply.recorded) keepMessage(reply.recorded);
  page.where(reply.where, Boolean(reply.ended));
  page.behind(reply.refused);
  const quickly = phone.story?.quickly; // The last turn too, with which the story is over.
  if (reply.story) tellStory(reply.story);
  $("save").disabled = false;
  await listenTo(reply, quickly);
}

async function listenTo(reply, quickly = false) {
  phone.last = reply;
  phone.listens = reply.listens;
  const mine = ++phone.mine;
  if (reply.listens.kind === "record" && !phone.story) phone.microphone = mouth.microphone();
  stage("playing", saying(reply));
  const heard = quickly ? showAll(reply.plays) : await ear.play(reply.plays, early);
  if (!heard || mine !== phone.mine) return;
  early();
  if (mine !== phone.mine) return;
  if (phone.story && !phone.story.over) return goOn();
  if (reply.ended) return over(reply.ended, Boolean(rang(reply)));
  wait(reply.listens);
}

function saying(reply) {
  if (reply.ended === "caller") return "";
  return rang(reply) || page.SPEAKING;
}

function rang(reply) {
  const ring = reply.plays.find((one) => one.kind === "ring");
  return ring ? `Rehearsal: ${ring.how}. No real phone rang.` : "";
}

function showAll(plays) {
  for (const one of plays) if (one.caption) page.caption(one.caption);
  return true;
}

// What the line waits for, once its words are over.
function wait(listens) {
  switch (listens.kind) {
    case "gather":
      silence(listens.wait);
      stage("listening", yourTurn);
      break;
    case "record":
      record(listens);
      break;
    default:
      ring();
  }
}

// The wait that is left: the whole of it, or what a pause left of it.
function yourTurn() {
  const { left, listens } = phone;
  return `Your turn. The line waits ${left < listens.wait ? `${left} more` : left} ${seconds(left)}.`;
}

const speakNow = () => `Speak now. Listening ends after ${phone.left} ${seconds(phone.left)} without a word.`;
const seconds = (count) => (count === 1 ? "second" : "seconds");

function silence(wait) {
  clearTimeout(phone.quiet);
  phone.left = wait;
  const tick = () => {
    if (!phone.held && !writing()) phone.left -= 1;
    if (phone.left <= 0) nothing();
    else phone.quiet = setTimeout(tick, 1000);
  };
  phone.quiet = setTimeout(tick, 1000);
}

// Whoever types words is speaking: no silence runs meanwhile.
function writing() {
  return $("say").contains(document.activeElement) && $("words").value.trim() !== "";
}

function nothing() {
  if (phone.keys) return act({ kind: "press", keys: phone.keys }, "");
  act({ kind: "wait" }, "(silence)");
}

async function ring() {
  const mine = phone.mine;
  stage("ringing", "Ringing a person …");
  await ear.ring(LONGEST_RING);
  if (mine !== phone.mine || phone.stage !== "ringing") return;
  ear.rang = true;
  act({ kind: "ring" }, "");
}

function over(by, rung = false) {
  stage("over", `${by === "caller" ? "You hung up." : "The line has hung up."}${rung ? " No real phone rang." : ""}`);
  finished();
}

// A lost answer ends no call: the line may be back in a moment. Whoever hangs up then is not held.
function broken({ problem, notNow, lost }) {
  if (lost && phone.call && !phone.leaving) return stage("lost", "The line was not reached. Try again, or hang up.");
  page.behind([problem]);
  if (notNow) return stage("listening", problem);
  stage("over", problem);
  finished();
}

function finished() {
  page.turnOver();
  page.where({ node: "" }, true);
  inCall(false);
  if (phone.story) storyOver();
}

// Keys and words

function press(key) {
  unpause();
  tones.key(key);
  pressDown(key);
  takeKey(key);
}

// A key that comes while the line is being asked waits for its answer, as on a real call.
function takeKey(key) {
  if (phone.stage in NO_CALL) page.status(NO_CALL[phone.stage]);
  else if (phone.stage === "asking") phone.early += key;
  else if (phone.stage === "recording") recordKey(key);
  else if (canStop()) type(key);
}

// Whether a key or word may break off what is said: only a question can be, as on a real call.
function canStop() {
  return phone.listens.kind === "gather" && (phone.stage === "listening" || (phone.stage === "playing" && ear.heard() !== null));
}

function early() {
  const keys = phone.early;
  phone.early = "";
  for (const key of keys) takeKey(key);
}

function type(key) {
  const { digits, finish, wait: seconds } = phone.listens;
  const after = moment();
  phone.keys += key;
  if (phone.keys.length === digits || finish.includes(key)) {
    const keys = phone.keys;
    act({ kind: "press", keys, ...after }, keys);
    return;
  }
  ear.stop();
  breakOff();
  stage("listening", "");
  phone.says = keying.END;
  page.atEnd(() => keying.keyed(phone.keys));
  silence(seconds);
}

// How much of a question was heard, when it was broken off.
function moment() {
  const heard = ear.heard();
  return phone.stage === "playing" && heard !== null ? { after: Math.min(heard, 600) } : {};
}

function sayTyped() {
  const words = $("words").value.trim();
  page.fieldWrong("words", !words);
  if (!words) return;
  if (canStop() || phone.stage === "recording") $("words").value = "";
  say(words);
}

function say(words, confidence) {
  if (phone.stage === "recording") return finishMessage("#", words);
  if (!canStop()) return page.status(notListening());
  unpause();
  const after = moment();
  act({ kind: "say", words, ...after, ...(confidence === undefined ? {} : { confidence }) }, words);
}

const notListening = () => NO_CALL[phone.stage] ?? NOT_LISTENING;

async function speak() {
  if (!canStop()) return page.status(notListening());
  unpause();
  breakOff();
  ear.stop();
  clearTimeout(phone.quiet);
  const { language, wait } = phone.listens;
  phone.left = wait;
  stage("listening", speakNow);
  let mine;
  const onStop = (stop) => (mine = phone.breakOff = stop);
  const onLeft = (left) => (phone.left = left);
  const heard = await mouth.heard(language, { wait, held: () => phone.held, onLeft, onStop });
  if (mine !== phone.breakOff) return;
  phone.breakOff = null;
  if (heard?.words) return say(heard.words, heard.confidence || undefined);
  stage("listening", heard?.late ? LISTENED : "Your browser heard no words. Try again, or type them.");
  silence(wait);
}

function breakOff() {
  const stop = phone.breakOff;
  phone.breakOff = null;
  stop?.();
}

function pressDown(key) {
  const button = document.querySelector(`.key[data-key="${CSS.escape(key)}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 120);
}

// A message

async function record(listens) {
  const mine = phone.mine;
  stage("recording", "The line is recording.");
  $("message").hidden = false;
  const stream = await phone.microphone;
  if (mine !== phone.mine) return stream?.getTracks().forEach((track) => track.stop());
  typing(!stream);
  if (!stream) return;
  phone.recording = new mouth.Recording(stream, {
    wait: listens.wait,
    longest: listens.longest,
    held: () => phone.held,
    onTime: (seconds) => page.clock(seconds),
    onEnd: (key) => finishMessage(key),
  });
}

function typing(yes) {
  phone.typed = yes;
  $("typed").hidden = !yes;
  $("type-instead").hidden = yes;
  $("message-how").textContent = yes
    ? "There is no microphone. Take your time; Finish or # ends it."
    : "Speak now. Finish or # ends it. Your voice stays in this browser.";
  if (yes) $("typed-words").focus();
}

async function typeInstead() {
  const recording = phone.recording;
  phone.recording = null;
  typing(true);
  $("message-how").textContent = "Take your time. Finish or # ends it.";
  if (recording) URL.revokeObjectURL(await recording.stop());
}

function recordKey(key) {
  if (phone.listens.finish.includes(key)) finishMessage(key);
}

async function finishMessage(key, words = $("typed-words").value.trim()) {
  if (phone.stage !== "recording") return;
  const recording = phone.recording;
  Object.assign(phone, { stage: "asking", recording: null });
  const seconds = recording ? recording.seconds : words.split(/\s+/).filter(Boolean).length / WORDS_A_SECOND;
  const spoke = recording ? recording.spoke || key : words;
  const url = recording ? await recording.stop() : "";
  closeMessage();
  if (!spoke) return act({ kind: "wait" }, "(silence)");
  const kept = recording ? { url, seconds } : { words, seconds };
  phone.kept = kept;
  act({ kind: "message", seconds, key }, words || `(a message of ${Math.max(1, Math.round(seconds))} seconds)`);
}

function keepMessage(sid) {
  if (phone.kept) ear.messages.set(sid, phone.kept);
  phone.kept = null;
}

function closeMessage() {
  const inside = $("message").contains(document.activeElement);
  $("message").hidden = true;
  $("typed-words").value = "";
  if (inside) $("handset").focus();
}

async function hangUp() {
  const recording = phone.recording;
  const seconds = recording?.seconds ?? 0;
  phone.recording = null;
  if (recording) URL.revokeObjectURL(await recording.stop());
  closeMessage();
  phone.story = null;
  if (!phone.call || phone.last?.ended) {
    settle();
    phone.asked += 1;
    if (!phone.call) letGo(phone.dialled);
    return over(phone.last?.ended || "caller");
  }
  phone.leaving = true;
  ear.rang = true; // Nothing rings any more in the ear of who hung up.
  act({ kind: "hang_up", seconds }, "(hangs up)");
}

// The phone's own buttons

function stage(name, words) {
  phone.stage = name;
  if (words) page.status(told((phone.says = words)));
  show("try-again", name === "lost");
  dim("pause", !["playing", "listening", "recording", "ringing"].includes(name));
  dim("repeat", !phone.last || !["playing", "listening"].includes(name) || Boolean(phone.story));
}

// Words of the status, or what makes them of how things are by now.
const told = (words) => (typeof words === "function" ? words() : words);

// A button that is of no use for a moment keeps the focus of whoever stands on it: it is never really disabled.
function dim(id, yes) {
  $(id).setAttribute("aria-disabled", String(yes));
}

function unlessDim(id, what) {
  if ($(id).getAttribute("aria-disabled") !== "true") return what();
  page.status(why(id, phone.stage, Boolean(phone.story)));
}

// What is hidden under the focus leaves it with the handset.
function show(id, yes) {
  const left = !yes && $(id).contains(document.activeElement);
  $(id).hidden = !yes;
  if (left) $("handset").focus({ preventScroll: true });
}

function inCall(yes) {
  const focus = $(yes ? "dial" : "hang-up").contains(document.activeElement);
  $("dial").hidden = yes;
  $("hang-up").hidden = !yes;
  $("before").disabled = yes;
  page.apart(yes);
  phone.swapped = Date.now();
  hold(false);
  clearInterval(phone.ticking);
  phone.ticking = yes ? setInterval(() => phone.recording || page.clock((Date.now() - phone.started) / 1000), 1000) : null;
  if (focus) (yes ? $("handset") : $("dial")).focus({ preventScroll: true });
  if (yes) inSight();
}

// The words before all. On a telephone the keys too; at a desk there is a keyboard, and nothing moves without need.
function inSight() {
  const wanted = matchMedia(NARROW).matches ? ["keypad", "hang-up", "screen"] : ["hang-up", "screen"];
  for (const id of wanted) $(id).scrollIntoView({ block: "nearest" });
}

// Call and Hang up stand in the same place: the second click of a double click is meant for neither.
function once(what) {
  if (Date.now() - phone.swapped > TWICE) what();
}

// Who does something goes on.
function unpause() {
  if (phone.held) hold(false);
}

function hold(yes) {
  phone.held = yes;
  ear.hold(yes);
  phone.recording?.hold(yes);
  $("pause").textContent = yes ? "Go on" : "Pause";
  if (yes) page.status("Paused. Nothing runs out.");
  else if (phone.says) page.status(told(phone.says));
}

function again() {
  const { last } = phone;
  settle();
  hold(false);
  listenTo(last);
}

function toggle(button, change) {
  const on = !isOn(button);
  button.setAttribute("aria-pressed", String(on));
  change(on);
}

const isOn = (button) => button.getAttribute("aria-pressed") === "true";

// Saving and replaying

async function save() {
  const reply = await ask("save", { call: phone.call, told: $("told").value });
  if (reply.problem) return ($("told-story").textContent = reply.problem);
  page.download("call.yaml", reply.text);
  $("told-story").textContent = "The call is saved as call.yaml.";
}

// The saved call as the line is told it; its name stands before every mistake in it.
const saved = ({ text, name }) => ({ story: text, file: name });

async function choose() {
  const file = $("file").files[0];
  phone.chosen = null;
  $("replay").disabled = true;
  $("checks").replaceChildren();
  $("checks").hidden = true;
  if (!file) return;
  const text = file.size > LARGEST * 4 ? null : await file.text();
  if (text === null || text.length > LARGEST) return ($("told-story").textContent = "The file is too large for a saved call.");
  const chosen = { text, name: file.name };
  const reply = await ask("story", { page: $("with").dataset.page, ...saved(chosen) });
  $("told-story").textContent = reply.problem ?? `${reply.story} It has ${reply.steps} steps.`;
  if (reply.problem) return;
  phone.chosen = chosen;
  $("replay").disabled = false;
}

function replay() {
  if (!phone.chosen || !["idle", "over"].includes(phone.stage)) return;
  $("checks").replaceChildren();
  $("take-over").hidden = false;
  $("told-story").textContent = "Replaying …";
  dial({ ...phone.chosen, quickly: $("quickly").checked, wrong: 0, over: false });
}

function tellStory(told) {
  if (!phone.story) return;
  page.checks(told.checks);
  phone.story.wrong += told.checks.filter((check) => check.wrong).length;
  phone.story.over = told.over;
  phone.story.next = told.next;
  if (told.over) storyOver();
}

async function goOn() {
  const story = phone.story;
  settle();
  page.did(story.next);
  stage("asking", "");
  send("next", { call: phone.call, ...saved(story) });
}

function storyOver() {
  const { wrong, over: ended } = phone.story;
  phone.story = null;
  show("take-over", false);
  if (!ended) $("told-story").textContent = "The replay stopped before its end.";
  else $("told-story").textContent = wrong ? `The call went another way in ${wrong} ${wrong === 1 ? "place" : "places"}. ${REMEMBERED}` : "The call went as it was saved.";
}

function takeOver() {
  const { last } = phone;
  phone.story = null;
  show("take-over", false);
  $("told-story").textContent = "Now it is your call.";
  if (phone.stage !== "playing") return; // The answer that is under way is the first of one's own call.
  settle();
  listenTo(last);
}

// Wiring

function typedKey(event) {
  const busy = event.target.closest("input:not([type=checkbox], [type=file]), textarea, select, [contenteditable]");
  if (busy || event.ctrlKey || event.altKey || event.metaKey || event.repeat || !$("shortcuts").checked) return;
  if (event.key.length === 1 && "0123456789*#".includes(event.key)) {
    event.preventDefault();
    press(event.key);
  }
}

// A button whose Enter is held is one press.
function heldDown(event) {
  if (event.repeat && event.target.closest("button")) event.preventDefault();
}

// Who says the words: the line's own voice, the screen reader, or both.
function voices() {
  const [reads, sounds] = [$("read-out").checked, isOn($("sound"))];
  $("captions").setAttribute("aria-live", reads ? "polite" : "off");
  ear.setMuted(!sounds);
  $("dial-note").textContent = whoSpeaks(reads, sounds);
}

// As it was when this page was last used.
function sameVoices() {
  $("read-out").checked = kept.kept("read-out");
  $("sound").setAttribute("aria-pressed", String(kept.kept("sound")));
  voices();
}

function newVoices() {
  kept.keep("read-out", $("read-out").checked);
  kept.keep("sound", isOn($("sound")));
  voices();
}

const inMidCall = () => $("dial").hidden;

function leave() {
  if (inMidCall()) kept.callIsLeft();
}

// A page that the browser kept whole has its call still.
function comeBack(event) {
  if (kept.callWasLeft() && !event.persisted) page.status(`${LEFT} Press Call to ring again.`);
}

// To Call; in a call, where Hang up stands in its place, to the phone.
function skip(event) {
  event.preventDefault();
  (inMidCall() ? $("handset") : $("dial")).focus();
}

function wire() {
  const on = (id, name, what) => $(id).addEventListener(name, what);
  on("dial", "click", () => once(dial));
  on("hang-up", "click", () => once(hangUp));
  on("try-again", "click", tryAgain);
  on("pause", "click", () => unlessDim("pause", () => hold(!phone.held)));
  on("repeat", "click", () => unlessDim("repeat", again));
  on("slower", "click", (event) => toggle(event.currentTarget, (yes) => ear.setSlow(yes)));
  on("sound", "click", (event) => toggle(event.currentTarget, newVoices));
  on("say", "submit", (event) => {
    event.preventDefault();
    sayTyped();
  });
  on("speak", "click", speak);
  on("finish", "click", () => finishMessage("#"));
  on("type-instead", "click", typeInstead);
  on("skip", "click", skip);
  on("read-out", "change", newVoices);
  on("words", "input", () => page.fieldWrong("words", false));
  on("save", "click", save);
  on("file", "click", () => ($("file").value = ""));
  on("file", "change", choose);
  on("replay", "click", replay);
  on("take-over", "click", takeOver);
  for (const key of document.querySelectorAll(".key")) key.addEventListener("click", () => press(key.dataset.key));
  document.addEventListener("keydown", typedKey);
  document.addEventListener("keydown", heldDown);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", comeBack);
  $("speak").hidden = $("speak-note").hidden = !mouth.canHear();
  choices.wire();
  sameVoices();
}

wire();
$("without").hidden = true;
$("with").hidden = false;
