// Plays what the line says, sound after sound, with captions; it can be held, stopped, slowed and heard again.

import * as tones from "./tones.js";

export const LONGEST_RING = 2.8; // Seconds of ringing and talking that are really waited for; the line is told all of them.
const LONGEST_QUIET = 5;
const NO_VOICE = 0.85; // Pace of captions that no voice reads: a little slower than speech.

export class Ear {
  constructor(onCaption) {
    this.audio = new Audio();
    this.audio.preload = "auto";
    this.audio.preservesPitch = true;
    this.onCaption = onCaption;
    this.messages = new Map(); // What the caller recorded, by Twilio's id: it never leaves this page.
    this.slow = false;
    this.muted = false;
    this.held = false;
    this.rang = false; // Whether the ringing that the line tells of next was heard already.
    this.turn = 0;
    this.after = null;
    this.cancel = () => {};
    this.wake = () => {};
  }

  // Plays a whole turn. True when it came to its end, false when it was stopped.
  async play(plays, onQuestion) {
    const turn = ++this.turn;
    this.after = null;
    let asked = false;
    for (const [place, one] of plays.entries()) {
      this.warm(plays[place + 1]);
      if (one.stops && !asked) {
        asked = true;
        this.after = 0;
        onQuestion();
        if (turn !== this.turn) return false;
      }
      if (one.caption) this.onCaption(one);
      await this.unheld(turn);
      if (turn !== this.turn) return false;
      await this.one(one);
      if (turn !== this.turn) return false;
      if (one.stops) this.after += one.seconds;
    }
    return true;
  }

  stop() {
    this.turn += 1;
    this.cancel();
    this.wake();
  }

  // How many seconds of the question were heard by now; null before it began.
  heard() {
    if (this.after === null) return null;
    return this.after + (this.audio.src && !this.audio.paused ? this.audio.currentTime : 0);
  }

  hold(yes) {
    this.held = yes;
    tones.hold(yes);
    if (yes) {
      this.audio.pause();
      if (window.speechSynthesis) speechSynthesis.pause();
    } else {
      if (window.speechSynthesis) speechSynthesis.resume();
      if (this.audio.src && !this.audio.ended && this.playing) this.audio.play().catch(() => {});
      this.wake();
    }
  }

  unheld() {
    return this.held ? new Promise((go) => (this.wake = go)) : Promise.resolve();
  }

  setSlow(yes) {
    this.slow = yes;
    this.audio.playbackRate = yes ? 0.75 : 1;
  }

  setMuted(yes) {
    this.muted = yes;
    this.audio.muted = yes;
    tones.hear(!yes);
    if (yes && window.speechSynthesis) speechSynthesis.cancel();
  }

  // Has the next sound ready while this one plays. One at a time: a browser opens few connections, and what the caller
  // does next must never wait behind sounds.
  warm(next) {
    if (next?.kind === "clip") fetch(next.path, { priority: "low" }).catch(() => {});
  }

  one(one) {
    switch (one.kind) {
      case "clip":
        return this.clip(one.path, one.seconds);
      case "message":
        return this.message(one);
      case "voice":
        return this.voice(one);
      case "beep":
        tones.beep();
        return this.wait(0.5);
      case "ring":
        return this.ring(one.seconds);
      default:
        return this.wait(Math.min(one.seconds, LONGEST_QUIET));
    }
  }

  async ring(seconds) {
    const shown = this.rang ? 0 : Math.min(seconds, LONGEST_RING);
    this.rang = false;
    if (!shown) return;
    const stop = tones.ring(shown);
    await this.wait(shown);
    stop();
  }

  message(one) {
    const kept = this.messages.get(one.sid);
    if (kept?.url) return this.clip(kept.url, kept.seconds);
    return kept?.words ? this.voice({ words: kept.words, seconds: kept.seconds, language: "en-GB" }) : this.wait(1);
  }

  // A sound that cannot be played takes its time all the same: its words are shown.
  clip(path, seconds) {
    return new Promise((done) => {
      const audio = this.audio;
      const finish = () => {
        audio.onended = audio.onerror = null;
        audio.pause();
        this.playing = false;
        this.cancel = () => {};
        done();
      };
      this.cancel = finish;
      this.playing = true;
      audio.onended = finish;
      audio.onerror = () => {
        audio.onended = audio.onerror = null;
        this.playing = false;
        this.wait(seconds / NO_VOICE).then(done);
      };
      audio.src = path;
      audio.muted = this.muted;
      audio.defaultPlaybackRate = audio.playbackRate = this.slow ? 0.75 : 1;
      audio.play().catch((refused) => {
        if (refused.name === "NotAllowedError") audio.onerror?.();
      });
    });
  }

  // Words without a sound are read by the browser's own voice, where it has one for the language.
  voice(one) {
    const pace = this.slow ? 0.75 : 1;
    const language = one.language || "en-GB";
    const voices = window.speechSynthesis?.getVoices() ?? [];
    const voice = voices.find((each) => each.lang === language) ?? voices.find((each) => each.lang.startsWith(language.slice(0, 2)));
    const time = one.seconds / NO_VOICE / pace;
    if (!voice || this.muted) return this.wait(time);
    return new Promise((done) => {
      const words = new SpeechSynthesisUtterance(one.words);
      Object.assign(words, { voice, lang: language, rate: 0.9 * pace });
      const late = setTimeout(() => speechSynthesis.cancel(), (time * 2 + 5) * 1000);
      const finish = () => {
        clearTimeout(late);
        this.cancel = () => {};
        done();
      };
      words.onend = words.onerror = finish;
      this.cancel = () => {
        speechSynthesis.cancel();
        finish();
      };
      speechSynthesis.speak(words);
    });
  }

  // Waits for so many seconds, not counting those for which the call is held.
  wait(seconds) {
    return new Promise((done) => {
      let left = seconds * 10;
      const timer = setInterval(() => {
        if (!this.held && --left <= 0) finish();
      }, 100);
      const finish = () => {
        clearInterval(timer);
        this.cancel = () => {};
        done();
      };
      this.cancel = finish;
    });
  }
}
