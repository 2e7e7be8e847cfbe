// What this page keeps in the browser: two switches for good, and for this tab that a call was left. A browser that keeps
// nothing only forgets.

const NAME = "rehearsal-phone-";
const LEFT = `${NAME}left`;

export function keep(switched, yes) {
  attempt(() => localStorage.setItem(NAME + switched, String(yes)));
}

// Whether a switch was on when it was last touched; on, as long as nobody did.
export function kept(switched) {
  return attempt(() => localStorage.getItem(NAME + switched)) !== "false";
}

export function callIsLeft() {
  attempt(() => sessionStorage.setItem(LEFT, "true"));
}

// Told once.
export function callWasLeft() {
  const left = attempt(() => sessionStorage.getItem(LEFT)) === "true";
  attempt(() => sessionStorage.removeItem(LEFT));
  return left;
}

function attempt(what) {
  try {
    return what();
  } catch {
    return null;
  }
}
