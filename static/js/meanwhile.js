// What is written while an answer of the server is under way: the composer comes back as it was sent, and what was
// changed since then is put into it. A field that the server changed itself (emptied, because it was sent) stays so.

let sent = null;
let carried = null;

const isWriter = (node) => node?.id === "writer";

function read(form) {
  const words = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return { words: new Map(words), files: [...(form.elements.enclosed?.files ?? [])] };
}

function put(form, name, value) {
  const field = form.elements[name];
  if (field?.type === "checkbox") field.checked = value !== undefined;
  else if (field) field.value = value ?? "";
}

function place() {
  const field = document.activeElement;
  return { id: field?.id, from: field?.selectionStart, to: field?.selectionEnd, top: field?.scrollTop };
}

function asked(event) {
  if (isWriter(event.detail.elt)) sent = read(event.detail.elt);
}

function answered(event) {
  if (!isWriter(event.detail.target) || !isWriter(event.detail.requestConfig?.elt) || !sent) return;
  carried = { before: sent, now: read(event.detail.target), place: place() };
  sent = null;
}

// At once, before another key can be pressed.
function swapped(event) {
  const form = event.detail.elt;
  if (!isWriter(form) || !carried) return;
  const { before, now } = carried;
  const fresh = read(form).words;
  const names = new Set([...before.words.keys(), ...now.words.keys()]);
  const changed = [...names].filter(
    (name) => now.words.get(name) !== before.words.get(name) && fresh.get(name) === before.words.get(name),
  );
  for (const name of changed) put(form, name, now.words.get(name));
  carried.changed = changed.length > 0;
  if (carried.changed) stand(carried.place);
}

function stand({ id, from, to, top }) {
  const field = id ? document.getElementById(id) : null;
  if (!field) return;
  field.focus();
  if (typeof from === "number") field.setSelectionRange(from, to);
  field.scrollTop = top;
}

/** Once the composer is alive again: have it counted and kept; returns the files chosen meanwhile, and whether the caret
    stands where it stood. */
export function settleMeanwhile(form) {
  if (!carried) return { files: [], stands: false };
  const { before, now, changed } = carried;
  carried = null;
  if (changed) form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
  const files = now.files.some((file, at) => file !== before.files[at]) ? now.files : [];
  return { files, stands: changed };
}

export function startMeanwhile() {
  document.addEventListener("htmx:beforeRequest", asked);
  document.addEventListener("htmx:beforeSwap", answered);
  document.addEventListener("htmx:afterSwap", swapped);
}
