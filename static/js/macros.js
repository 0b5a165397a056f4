// Macros beside the ticket: a field that narrows the list, and what the chosen one would do, asked of the server as it is
// chosen. Enter goes to the button that runs it, Enter again presses that. Without this its button leads to a page.
import { choose, chosenOf, fetchPart, options, stepBy } from "./choosing.js";

const WAIT_MS = 150;
let typing = 0;
let showing = 0;
let asked = 0;
let listing = false; // what is listed is not yet what was typed
let runs = false; // Enter was pressed before it was shown

const byId = (id) => document.getElementById(id);
const field = () => byId("macro-q");
const button = () => byId("macro-shown")?.querySelector("[type=submit]");

async function ask(words) {
  const number = (asked += 1);
  const html = await fetchPart(`${field().dataset.macros}${new URLSearchParams(words)}`);
  return { html, late: number !== asked };
}

async function list() {
  listing = true;
  const { html, late } = await ask({ part: "list", q: field().value });
  if (late) return;
  listing = false;
  if (html === null) return;
  byId("macro-offers").innerHTML = html;
  take(options(byId("macro-offers"))[0], { wait: 0 });
}

function take(option, { wait = WAIT_MS } = {}) {
  choose(field(), byId("macro-offers"), option);
  clearTimeout(showing);
  delete byId("macro-shown").dataset.of;
  if (option) showing = setTimeout(show, wait, option);
  else byId("macro-shown").replaceChildren();
}

async function show(option) {
  const { html, late } = await ask({ part: "shown", macro: option.dataset.macro });
  if (html === null || late) return;
  byId("macro-shown").innerHTML = html;
  byId("macro-shown").dataset.of = option.dataset.macro;
  if (runs) button()?.focus();
  runs = false;
}

function goToButton() {
  if (listing) {
    runs = true;
    return;
  }
  const chosen = chosenOf(byId("macro-offers"));
  if (chosen && byId("macro-shown").dataset.of === chosen.dataset.macro) return button()?.focus();
  runs = true;
  const first = chosen ? null : options(byId("macro-offers"))[0];
  if (first) take(first, { wait: 0 });
}

function keyed(event) {
  if (event.target.id !== "macro-q" || event.isComposing) return;
  if (stepBy(event, field(), byId("macro-offers"))) {
    runs = false;
    take(chosenOf(byId("macro-offers")));
  } else if (event.key === "Enter") goToButton();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function typed(event) {
  if (event.target.id !== "macro-q") return;
  clearTimeout(typing);
  clearTimeout(showing);
  asked += 1; // what is under way is not asked for any more
  listing = true;
  runs = false;
  typing = setTimeout(list, WAIT_MS);
}

function plain(event) {
  return !(event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button);
}

function clicked(event) {
  const chooser = byId("macro-chooser");
  const option = event.target.closest?.("#macro-offers [data-macro]");
  if (option && plain(event)) {
    event.preventDefault();
    runs = true;
    take(option, { wait: 0 });
  }
  if (chooser && (event.target === chooser || event.target.closest?.("#macro-chooser [data-shuts]"))) chooser.close();
  if (!chooser?.showModal || !event.target.closest?.("a.macro") || !plain(event)) return;
  event.preventDefault();
  field().value = "";
  runs = false;
  byId("macro-shown").replaceChildren();
  chooser.showModal();
  field().focus();
  list();
}

export function startMacros() {
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("input", typed);
  document.addEventListener("click", clicked);
}
