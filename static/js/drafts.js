// What somebody writes is kept by the server: a moment after they stop, every few seconds while they type on, and at
// once when they leave. Saves are numbered, so that one that arrives late is not taken for the latest.

const REST_MS = 1200;
const MOST_MS = 2500;
const NAME = "desk-window";
// What says nothing of the words themselves, or goes with every save.
const ASIDE = new Set(["csrfmiddlewaretoken", "token", "seen", "kept", "enclosed", "window", "edit", "answer", "blank"]);

let known = null; // as the server has it
let asked = null; // as it was sent last; whether it arrived is not known yet
let since = 0;
let timer = 0;
let leaving = false;
let taking = null; // as it stood when an answer was taken back, with which it is kept
let mine = { window: "", edit: 0 };

const keeper = () => document.querySelector("[data-keeps]");
const formOf = () => keeper()?.closest("form");
const isKeeper = (node) => node?.matches?.("[data-keeps]");

function read(form) {
  const words = [...new FormData(form)].filter(([name, value]) => !ASIDE.has(name) && typeof value === "string");
  return JSON.stringify(words);
}

function newName() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("");
}

// One window's numbers grow from page to page, also where its clock is set back.
function numbered() {
  try {
    const [window, edit] = (sessionStorage.getItem(NAME) ?? "").split(".");
    if (window) mine = { window, edit: Math.max(mine.edit, Number(edit) || 0) };
  } catch {
    // Without a store each page is a window of its own.
  }
  mine = { window: mine.window || newName(), edit: Math.max(Date.now(), mine.edit + 1) };
  try {
    sessionStorage.setItem(NAME, `${mine.window}.${mine.edit}`);
  } catch {
    // As above.
  }
  return mine;
}

function rest() {
  clearTimeout(timer);
  timer = since = 0;
}

function keep() {
  rest();
  const form = formOf();
  if (form && read(form) !== known) window.htmx?.trigger(keeper(), "keep");
}

function changed() {
  const form = formOf();
  if (!form || read(form) === known) return;
  since ||= performance.now();
  clearTimeout(timer);
  // What was emptied is over before anything else is begun.
  const rests = form.elements.text.value.trim() ? REST_MS : 0;
  timer = setTimeout(keep, Math.max(0, Math.min(rests, since + MOST_MS - performance.now())));
}

// The page may go now: the browser sends this even then, where it is no more than some 60 kB. What the page was asking
// by itself goes with the page, and is asked again.
function leave() {
  const form = formOf();
  if (!form) return;
  const words = read(form);
  if (words === known || words === taking || (words === asked && (leaving || form.matches(".htmx-request")))) return;
  rest();
  asked = words;
  leaving = true;
  const body = new FormData(form);
  body.delete("enclosed");
  for (const [name, value] of Object.entries(numbered())) body.set(name, value);
  const how = { method: "POST", headers: { "HX-Request": "true" }, credentials: "same-origin", keepalive: true };
  fetch(keeper().getAttribute("hx-post"), { ...how, body })
    .then((answer) => answer.ok && !answer.headers.get("HX-Redirect") && (known = words))
    .catch(changed)
    .finally(() => (leaving = false));
}

const asks = ({ elt }) => isKeeper(elt) || elt === formOf();
const takesBack = ({ elt }) => Boolean(elt?.matches?.('form[data-takes][hx-target="#writer"]'));

function number({ detail }) {
  if (asks(detail) || takesBack(detail)) Object.assign(detail.parameters, numbered());
}

function noted({ detail }) {
  if (takesBack(detail) && formOf()) taking = read(formOf());
  if (!asks(detail)) return;
  if (!isKeeper(detail.elt)) rest();
  detail.xhr.wordsAsked = asked = read(formOf());
}

function answered({ detail }) {
  const { xhr, successful } = detail;
  if (takesBack(detail)) taking = null;
  if (xhr.wordsAsked === undefined) return;
  if (successful) known = xhr.wordsAsked;
  else if (xhr.status !== 422) changed(); // another time will do
}

// What a page or an answer of the server says that it keeps, or shows empty, is known. Anything else is still to be kept.
function take(form) {
  known = form.elements.kept || !form.elements.text.defaultValue.trim() ? read(form) : null;
  changed();
}

function swapped({ detail }) {
  if (detail.elt && detail.elt === formOf()) take(detail.elt);
}

/** Before what puts words of its own into the composer that the server gives again. */
export function startDrafts() {
  const form = formOf();
  if (!form) return;
  take(form);
  for (const kind of ["input", "change"]) document.addEventListener(kind, ({ target }) => target.form === formOf() && changed());
  document.addEventListener("htmx:configRequest", number);
  document.addEventListener("htmx:beforeRequest", noted);
  document.addEventListener("htmx:afterRequest", answered);
  document.addEventListener("htmx:afterSwap", swapped);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  window.addEventListener("pagehide", leave);
}
