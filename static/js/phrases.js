// Canned replies by the slash ("/late" in the composer lists what is called so) and in a chooser with a field of its own.
// Both show the words as they will stand in the answer; the arrow keys choose, Enter puts them in. Without this the
// composer's select and its button do the same.
import { choose, chosenOf, fetchPart, options, stepBy } from "./choosing.js";
import { toast } from "./toasts.js";

const TYPED = /(?:^|\s)\/([\w-]{0,40})$/;
const WAIT_MS = 120;
let timer = 0;
let asked = 0;
let takes = false; // Enter was pressed before what was typed is listed

const byId = (id) => document.getElementById(id);
const found = () => byId("canned-found");
const chooser = () => byId("canned-chooser");

function typedBefore(text) {
  if (text.selectionStart !== text.selectionEnd) return null;
  return TYPED.exec(text.value.slice(0, text.selectionStart));
}

function shut(text) {
  asked += 1;
  takes = false;
  if (!found()) return;
  found().hidden = true;
  text.removeAttribute("aria-activedescendant");
  text.removeAttribute("aria-controls");
}

function address(text, words) {
  const form = text.form;
  const told = new URLSearchParams({ ...words, mode: form.elements.mode.value });
  for (const field of form.querySelectorAll("[name^=to_]")) told.set(field.name, field.value);
  return `${text.dataset.canned}?${told}`;
}

// What is asked for: after the slash, or in the chooser's field.
const wordOf = (field) => (field.id === "canned-q" ? field.value : typedBefore(field)?.[1]);

async function show(field, list, where) {
  const number = (asked += 1);
  const word = wordOf(field);
  const html = await fetchPart(where);
  if (html === null || number !== asked || !field.isConnected || wordOf(field) !== word) return;
  list.innerHTML = html;
  list.dataset.word = word;
  list.hidden = false;
  field.setAttribute("aria-controls", list.id);
  choose(field, list, options(list)[0]);
  if (takes) take(field, chosenOf(list));
}

const afterSlash = (text, word) => show(text, found(), address(text, { q: word }));
const inChooser = (field) => show(field, byId("canned-offers"), address(byId("text"), { q: field.value, all: "yes" }));

function take(field, option) {
  takes = false;
  if (!option) return;
  if (field.id === "canned-q") putFromChooser(option);
  else putAtSlash(field, option);
}

function typed(event) {
  const field = event.target;
  if (field.id === "canned-q") {
    event.stopPropagation(); // nothing of the answer was changed
    takes = false;
    clearTimeout(timer);
    timer = setTimeout(inChooser, WAIT_MS, field);
  }
  if (!field.dataset?.canned) return;
  clearTimeout(timer);
  takes = false;
  const word = typedBefore(field);
  if (word) timer = setTimeout(afterSlash, WAIT_MS, field, word[1]);
  else shut(field);
}

async function fill(text, option) {
  const answer = await fetch(option.dataset.put, { method: "POST", body: wordsFor(text.form), headers: { "HX-Request": "true" } });
  const made = answer.ok || answer.status === 422 ? await answer.json() : {};
  if (made.refused) toast(made.refused);
  return made.text !== undefined && text.isConnected ? made : null;
}

// What nobody knows of the customer is marked, to be written over.
function put(text, made, begin, end, gap = "") {
  text.setRangeText(gap + made.text, begin, end, "end");
  const open = made.gaps.length ? text.value.indexOf(`{${made.gaps[0]}`, begin) : -1;
  if (open >= 0) text.setSelectionRange(open, text.value.indexOf("}", open) + 1);
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

// The words take the place of the slash.
async function putAtSlash(text, option) {
  const word = typedBefore(text);
  shut(text);
  if (!word) return;
  const end = text.selectionStart;
  const begin = end - word[1].length - 1;
  const made = await fill(text, option);
  if (made && text.value.slice(begin, end) === `/${word[1]}`) put(text, made, begin, end);
}

// Where the caret stood, else below what is there.
async function putFromChooser(option) {
  const text = byId("text");
  chooser().close();
  const made = await fill(text, option);
  if (!made) return;
  const end = text.value.length;
  const begin = text.selectionStart || end;
  put(text, made, begin, Math.max(begin, text.selectionEnd), begin === end && text.value.trim() ? "\n\n" : "");
}

function wordsFor(form) {
  const words = new FormData();
  for (const name of ["csrfmiddlewaretoken", "mode", "to_public", "to_private"]) {
    if (form.elements[name]) words.set(name, form.elements[name].value);
  }
  return words;
}

// Before the composer and the menus hear of it: these keys belong to the list while it is open.
function keyed(event) {
  const field = event.target;
  const slash = field.dataset?.canned && found()?.hidden === false;
  if ((!slash && field.id !== "canned-q") || event.isComposing) return;
  if (slash && wordOf(field) === undefined) return shut(field); // the caret has left it
  const list = slash ? found() : byId("canned-offers");
  const now = chosenOf(list);
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if (event.key === "Escape" && slash) shut(field);
  else if (stepBy(event, field, list));
  else if (event.key === "Enter" || (event.key === "Tab" && slash && plain)) {
    if (slash && !plain) return;
    if (list.dataset.word !== wordOf(field)) takes = true;
    else if (now) take(field, now);
    else if (slash) return;
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

const optionAt = (event) => event.target.closest?.("#canned-found [data-put], #canned-offers [data-put]");

function pressed(event) {
  const option = optionAt(event);
  if (option?.closest("#canned-found")) {
    event.preventDefault();
    putAtSlash(byId("text"), option);
  }
}

function clicked(event) {
  const option = optionAt(event);
  if (option?.closest("#canned-offers")) putFromChooser(option);
  if (event.target.closest?.("#canned-chooser [data-shuts]") || event.target.id === "canned-chooser") chooser().close();
  if (!event.target.closest?.(".canned-pick > summary") || !chooser()?.showModal) return;
  event.preventDefault();
  const field = byId("canned-q");
  field.value = "";
  takes = false;
  delete byId("canned-offers").dataset.word;
  chooser().showModal();
  field.focus();
  inChooser(field);
}

function pointed(event) {
  const option = optionAt(event);
  if (!option || option.getAttribute("aria-selected") === "true") return;
  const slash = option.closest("#canned-found");
  choose(byId(slash ? "text" : "canned-q"), slash ?? byId("canned-offers"), option, { scroll: false });
}

export function startPhrases() {
  document.addEventListener("input", typed, true);
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("pointerdown", pressed);
  document.addEventListener("pointermove", pointed);
  document.addEventListener("click", clicked);
  document.addEventListener("focusout", (event) => event.target.dataset?.canned && shut(event.target));
}
