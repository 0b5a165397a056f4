// Canned replies by the slash: "/late" in the composer lists what is called so, the arrow keys choose, Enter puts it in.
// Without this the composer's select and its button do the same.

const TYPED = /(?:^|\s)\/([\w-]{0,40})$/;
const WAIT_MS = 120;
let timer = 0;
let asked = 0;

const listOf = (text) => text.form.querySelector("#canned-found");
const options = (list) => [...list.querySelectorAll("[data-put]")];
const chosenOf = (list) => list.querySelector("[aria-selected=true]");

function typedBefore(text) {
  if (text.selectionStart !== text.selectionEnd) return null;
  return TYPED.exec(text.value.slice(0, text.selectionStart));
}

function shut(text) {
  const list = listOf(text);
  if (!list) return;
  asked += 1;
  list.hidden = true;
  text.removeAttribute("aria-activedescendant");
  text.removeAttribute("aria-controls");
}

function choose(text, option) {
  const list = listOf(text);
  for (const one of options(list)) one.setAttribute("aria-selected", String(one === option));
  if (!option) return;
  text.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function show(text, word) {
  const number = (asked += 1);
  const mode = text.form.elements.mode.value;
  const answer = await fetch(`${text.dataset.canned}?${new URLSearchParams({ q: word, mode })}`, {
    headers: { "HX-Request": "true" },
  });
  if (!answer.ok || number !== asked || !text.isConnected) return;
  const list = listOf(text);
  const html = await answer.text();
  if (number !== asked || !typedBefore(text)) return;
  list.innerHTML = html;
  list.hidden = false;
  text.setAttribute("aria-controls", list.id);
  choose(text, options(list)[0]);
}

function typed(event) {
  const text = event.target;
  if (!text.dataset?.canned) return;
  clearTimeout(timer);
  const found = typedBefore(text);
  if (found) timer = setTimeout(() => show(text, found[1]), WAIT_MS);
  else shut(text);
}

// The words take the place of the slash; what nobody knows of the customer is marked, to be written over.
async function putIn(text, option) {
  const found = typedBefore(text);
  shut(text);
  if (!found) return;
  const end = text.selectionStart;
  const begin = end - found[1].length - 1;
  const answer = await fetch(option.dataset.put, { method: "POST", body: wordsFor(text.form), headers: { "HX-Request": "true" } });
  if (!answer.ok || !text.isConnected || text.value.slice(begin, end) !== `/${found[1]}`) return;
  const made = await answer.json();
  text.setRangeText(made.text, begin, end, "end");
  const gap = made.gaps.length ? text.value.indexOf(`{${made.gaps[0]}`, begin) : -1;
  if (gap >= 0) text.setSelectionRange(gap, text.value.indexOf("}", gap) + 1);
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function wordsFor(form) {
  const words = new FormData();
  for (const name of ["csrfmiddlewaretoken", "mode", "to_public", "to_private"]) {
    if (form.elements[name]) words.set(name, form.elements[name].value);
  }
  return words;
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

// Before the composer and the menus hear of it: these keys belong to the list while it is open.
function keyed(event) {
  const text = event.target;
  if (!text.dataset?.canned || listOf(text)?.hidden !== false || event.isComposing) return;
  const offered = options(listOf(text));
  const now = chosenOf(listOf(text));
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if (event.key === "Escape") shut(text);
  else if (event.key in STEPS && offered.length) {
    choose(text, offered.at((offered.indexOf(now) + STEPS[event.key]) % offered.length));
  } else if ((event.key === "Enter" || event.key === "Tab") && plain && now) putIn(text, now);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function pressed(event) {
  const option = event.target.closest?.("#canned-found [data-put]");
  if (!option) return;
  event.preventDefault();
  putIn(option.closest("form").elements.text, option);
}

export function startPhrases() {
  document.addEventListener("input", typed);
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("pointerdown", pressed);
  document.addEventListener("focusout", (event) => event.target.dataset?.canned && shut(event.target));
}
