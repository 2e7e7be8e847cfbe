// The caller's own voice: a message by the microphone, words by the browser's ear. Neither is sent to the line.

const QUIET = 0.02; // Loudness below which nothing is said, of 1.
const EACH = 100; // Milliseconds between two looks at the loudness.

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

// Opens the microphone; null when there is none, or the person does not want it.
export async function microphone() {
  if (!canRecord()) return null;
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return null;
  }
}

// Records until it is told to stop, or `wait` seconds are quiet, or `longest` are over.
export class Recording {
  constructor(stream, { wait, longest, held, onTime, onEnd }) {
    Object.assign(this, { stream, wait, longest, held, onTime, onEnd, seconds: 0, quiet: 0, spoke: false, pieces: [] });
    this.recorder = new MediaRecorder(stream);
    this.recorder.ondataavailable = (piece) => this.pieces.push(piece.data);
    this.recorder.start();
    this.listen();
  }

  listen() {
    this.context = new AudioContext();
    const look = this.context.createAnalyser();
    this.context.createMediaStreamSource(this.stream).connect(look);
    const samples = new Float32Array(look.fftSize);
    this.timer = setInterval(() => {
      if (this.held()) return;
      look.getFloatTimeDomainData(samples);
      this.hear(Math.max(...samples.map(Math.abs)));
    }, EACH);
  }

  hear(loudness) {
    this.seconds += EACH / 1000;
    this.quiet = loudness > QUIET ? 0 : this.quiet + EACH / 1000;
    this.spoke ||= loudness > QUIET;
    this.onTime(this.seconds);
    if (this.quiet >= this.wait) this.onEnd("");
    else if (this.seconds >= this.longest) this.onEnd("");
  }

  hold(yes) {
    if (yes && this.recorder.state === "recording") this.recorder.pause();
    if (!yes && this.recorder.state === "paused") this.recorder.resume();
  }

  // The sound as an address in this page, once it is all there.
  async stop() {
    clearInterval(this.timer);
    this.context.close();
    const whole = new Promise((done) => (this.recorder.onstop = done));
    if (this.recorder.state !== "inactive") this.recorder.stop();
    await whole;
    this.stream.getTracks().forEach((track) => track.stop());
    return URL.createObjectURL(new Blob(this.pieces, { type: this.recorder.mimeType }));
  }
}

const LONGEST_SPEECH = 20; // Seconds of listening from the first word.
const LAST_WORDS = 2; // Seconds in which the ear may still say what it heard.

const Recogniser = window.SpeechRecognition ?? window.webkitSpeechRecognition;

export const canHear = () => Boolean(Recogniser);

// What the person says next, and how sure the browser is; `late` where nothing came in time, null for nothing else.
// `wait`: seconds until the first word. `onLeft` is told what is left of them, `onStop` what breaks it off.
export function heard(language, { wait, held, onLeft, onStop }) {
  return new Promise((done) => {
    const ear = new Recogniser();
    const limit = limited(ear, wait, { held, onLeft, onLate: () => finish() });
    const finish = (words = limit.late ? { late: true } : null) => {
      clearInterval(limit.timer);
      ear.onerror = ear.onend = null;
      ear.abort();
      done(words);
    };
    ear.lang = language || "en-GB";
    ear.onresult = (found) => {
      const best = found.results[0][0];
      finish({ words: best.transcript, confidence: best.confidence });
    };
    ear.onspeechstart = () => (limit.left = LONGEST_SPEECH);
    ear.onerror = ear.onend = () => finish();
    onStop(() => finish(null));
    ear.start();
  });
}

// Some browsers listen without end. After the limit the ear is asked for what it has, and soon let go.
function limited(ear, wait, { held, onLeft, onLate }) {
  const limit = { left: wait, late: false };
  limit.timer = setInterval(() => {
    if (held()) return;
    if (--limit.left > 0) return onLeft(limit.left);
    if (limit.late) return onLate();
    Object.assign(limit, { late: true, left: LAST_WORDS });
    ear.stop();
  }, 1000);
  return limit;
}
