// The palette: every action and place by name, beside any page (Ctrl+K or Cmd+K). The server says what fits to what is
// typed; here it is chosen and pressed. Without this its link leads to a page.
import { choose, chosenOf, fetchPart, options, stepBy } from "./choosing.js";
import { found, press } from "./pressing.js";
import { chosen, numberOf, rowNow } from "./rows.js";

const WAIT_MS = 120;
const DOES = "desk-does"; // what is pressed on the ticket that a choice leads to
let dialog = null;
let ready; // its forms
let about = { numbers: [], kind: "" };
let typing = 0;
let asked = 0;
let coming = false; // what is listed is not yet what was typed
let takes = false; // Enter was pressed before it was

const link = () => document.querySelector("a[data-palette]");
const field = () => dialog.querySelector("input");
const list = () => dialog.querySelector(".pop-list");
const pageOf = (number) => document.getElementById("timeline") && window.location.pathname.endsWith(`/tickets/${number}/`);

// The ticket of the page, else the rows that are chosen, else the one that has the focus.
function here() {
  const own = link().dataset.ticket;
  const row = rowNow();
  if (own) return [own];
  return chosen().length || !row ? chosen() : [numberOf(row)];
}

function address(words) {
  const { pathname, search } = window.location;
  const told = new URLSearchParams({ at: pathname + search, q: field().value, do: about.kind, ...words });
  about.numbers.forEach((number) => told.append("t", number));
  return `${link().dataset.palette}?${told}`;
}

function build() {
  const { label, hint, results } = link().dataset;
  dialog = document.createElement("dialog");
  dialog.className = "dialog palette go";
  dialog.setAttribute("aria-label", label);
  dialog.innerHTML = `<div class="query-box"><input type="text" role="combobox" maxlength="200" autocomplete="off" spellcheck="false"
    aria-autocomplete="list" aria-controls="palette-list" aria-expanded="false"><kbd>Esc</kbd></div>
    <div class="pop-list" id="palette-list" role="status"></div>`;
  dialog.firstElementChild.prepend(link().firstElementChild.cloneNode(true));
  field().setAttribute("aria-label", label);
  field().placeholder = hint;
  list().setAttribute("aria-label", results);
  document.body.append(dialog);
  dialog.addEventListener("input", typed);
  dialog.addEventListener("keydown", keyed);
  dialog.addEventListener("click", clicked);
}

async function fetchForms() {
  const part = await fetchPart(address({}));
  if (part === null) return false;
  dialog.insertAdjacentHTML("beforeend", part);
  window.htmx?.process(dialog);
  return true;
}

async function show() {
  const number = (asked += 1);
  coming = true;
  ready ??= fetchForms();
  const [part, able] = await Promise.all([fetchPart(address({ part: "list" })), ready]);
  if (number !== asked || !dialog.open) return;
  if (part === null || !able) return window.location.assign(link().href);
  coming = false;
  list().innerHTML = part;
  window.htmx?.process(list()); // its buttons stand outside of their form
  const offered = options(list());
  choose(field(), list(), offered[0], { scroll: false });
  list().scrollTop = 0;
  field().setAttribute("aria-expanded", String(Boolean(offered.length)));
  list().role = offered.length ? "listbox" : "status"; // that nothing fits is said
  if (takes) chosenOf(list())?.click();
  takes = false;
}

/** With these tickets, else those the page is about; `kind`: only choices of that kind. */
export function openPalette({ numbers = null, kind = "" } = {}) {
  if (!link() || document.querySelector("dialog[open]")) return;
  if (!dialog) build();
  about = { numbers: numbers ?? here(), kind };
  takes = false;
  field().value = "";
  list().replaceChildren();
  dialog.showModal();
  field().focus();
  show();
}

function enter(kind) {
  about.kind = kind;
  field().value = "";
  show();
}

function typed() {
  clearTimeout(typing);
  asked += 1; // what is under way is not asked for any more
  takes = false;
  coming = true;
  typing = setTimeout(show, WAIT_MS);
}

function keyed(event) {
  if (event.isComposing || event.target !== field()) return;
  if (event.key === "Enter") {
    if (coming) takes = true;
    else chosenOf(list())?.click();
  } else if (event.key === "Backspace" && !field().value && about.kind) enter("");
  else if (!stepBy(event, field(), list())) return;
  event.preventDefault();
}

// What stands for it on the ticket's own page, if that is open; else it is pressed when it has been opened.
function does(key, option) {
  const own = pageOf(about.numbers[0]) ? found("data-presses", key) : null;
  if (!own && option.hash) sessionStorage.setItem(DOES, key);
  return own;
}

function clicked(event) {
  if (event.target === dialog) return dialog.close();
  const option = event.target.closest("[role=option]");
  if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { into, does: key } = option.dataset;
  if (into) {
    event.preventDefault();
    return enter(into);
  }
  const own = key ? does(key, option) : null;
  if (!own) return setTimeout(() => dialog.close()); // the form is sent first
  event.preventDefault();
  dialog.close(); // which gives the focus back
  press(own);
}

function opened(event) {
  if (!event.target.closest?.("a[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openPalette();
}

function byKey(event) {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !link()) return;
  event.preventDefault();
  if (dialog?.open) dialog.close();
  else openPalette();
}

function comeIn() {
  const key = sessionStorage.getItem(DOES);
  sessionStorage.removeItem(DOES);
  const node = key && window.location.hash === "#writer" ? found("data-presses", key) : null;
  if (node) press(node);
}

export function startPalette() {
  document.addEventListener("keydown", byKey);
  document.addEventListener("click", opened);
  comeIn();
}
