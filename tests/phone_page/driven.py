"""The phone in a browser, as a person works it: call, press, wait for what is said."""

LISTEN = """
window.sounds = [];
window.Audio = class extends Audio { constructor(...given) { super(...given); window.sounds.push(this); } };
"""
"""Lets a test look at the page's audio elements; what they play is the line's own."""
NO_MICROPHONE = "delete MediaDevices.prototype.getUserMedia;"
HURRY = """
const rate = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "playbackRate");
Object.defineProperty(HTMLMediaElement.prototype, "playbackRate", {
  get() { return rate.get.call(this); }, set() { rate.set.call(this, 8); },
});
"""
"""The same sounds, eight times as fast, where a test is not about what is heard."""

TONES = """
window.tones = [];
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to instanceof AudioDestinationNode) {
    const look = new AnalyserNode(this.context);
    connect.call(this, look);
    window.tones.push(look);
  }
  return connect.call(this, to, ...more);
};
window.loudest = () => Math.max(0, ...window.tones.map((look) => {
  const samples = new Float32Array(look.fftSize);
  look.getFloatTimeDomainData(samples);
  return look.context.state === "running" ? Math.max(...samples.map(Math.abs)) : 0;
}));
"""
"""Lets a test hear the tones that the page makes, where they leave it."""


def call(page, address):
    """Open the phone and call; returns once the line speaks."""
    page.goto(f"{address}/phone")
    page.get_by_role("button", name="Call", exact=True).click()
    said(page, "Hello.")


def until(page, true, arg=None, timeout=20_000):
    """Wait until something is true in the page. Its policy lets it run no text, so it is asked again and again."""
    for _ in range(timeout // 50):
        if page.evaluate(true, arg):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {true} with {arg!r}; {page.locator('#handset').inner_text()!r}")


def said(page, words):
    """Wait until the line has said this, now or earlier in the call."""
    until(
        page,
        "words => (document.getElementById('log').innerText + document.getElementById('captions').innerText)"
        ".replace(/\\s+/g, ' ').includes(words)",
        arg=words,
        timeout=20_000,
    )


def place(page, node):
    """Wait until the call is at a node."""
    until(page, "node => document.getElementById('where-node').textContent === node", arg=node)


def state(page, words):
    until(page, "words => document.getElementById('status').textContent.includes(words)", arg=words, timeout=30_000)


def keys(page, *pressed):
    """Press keys of the keyboard, each once the line has gone on."""
    for key, node in pressed:
        page.keyboard.press(key)
        place(page, node)


def choose(page, address, file, content):
    """Open the phone and choose a saved call of these words."""
    file.write_text(content)
    page.goto(f"{address}/phone")
    page.get_by_text("Save this call, or replay a saved one").click()
    page.get_by_label("A saved call").set_input_files(file)


def rings(page, seconds):
    """Whether a tone was heard within so many seconds."""
    for _ in range(int(seconds * 20)):
        if page.evaluate("loudest()") > 0.005:
            return True
        page.wait_for_timeout(50)
    return False
