// Letters typed in an open menu go to the entry with a word that begins so, as in a list of the system: case and accents
// do not matter, the same letter again goes on to the next, and after a second without a letter it begins anew.

const WAIT_MS = 1000;
let typed = "";
let at = 0;

const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

// What is drawn beside the words, as the letters of a face, is not typed.
function wordsOf(entry) {
  const copy = entry.cloneNode(true);
  copy.querySelectorAll("[aria-hidden=true], kbd").forEach((node) => node.remove());
  return ` ${plain(copy.textContent)}`;
}

function fitting(entries, wanted) {
  const places = entries.map((entry) => [wordsOf(entry).indexOf(` ${wanted}`), entry]).filter(([place]) => place >= 0);
  return [...places.filter(([place]) => !place), ...places.filter(([place]) => place)].map(([, entry]) => entry);
}

function next(entries, now) {
  const [first, ...rest] = typed;
  const whole = fitting(entries, plain(typed));
  if (rest.length && whole.length) return whole.includes(now) ? now : whole[0];
  const found = rest.every((one) => one === first) ? fitting(entries, plain(first)) : [];
  return found[(found.indexOf(now) + 1) % found.length];
}

/** Whether the key was typed; a blank is one only within words. */
export function typeTo(event, entries) {
  if (event.timeStamp - at > WAIT_MS) typed = "";
  if (event.key === " " && !typed) return false;
  at = event.timeStamp;
  typed += event.key.toLowerCase();
  if (plain(typed)) next(entries, document.activeElement)?.focus();
  return true;
}

export function forget() {
  typed = "";
}
