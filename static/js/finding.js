// "/" goes to the search, as long as nobody types. Escape leaves it. While somebody types, the words of the language and
// the names that may stand there are listed below the box: the arrow keys go to them, Enter or Tab puts one in. Nothing is
// chosen by itself, so Enter searches as it does without this.

const TYPING = "input, textarea, select, [contenteditable]";
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const WAIT_MS = 120;
let timer = 0;
let asked = 0;

const listOf = (box) => box.form.querySelector("[role=listbox]");
const options = (list) => [...list.querySelectorAll("[data-text]")];
const chosenOf = (list) => list.querySelector("[aria-selected=true]");

function shut(box) {
  asked += 1;
  clearTimeout(timer);
  listOf(box).hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function choose(box, option) {
  for (const one of options(listOf(box))) one.setAttribute("aria-selected", String(one === option));
  box.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function offer(box) {
  const number = (asked += 1);
  const typed = box.value.slice(0, box.selectionStart);
  const answer = await fetch(`${box.dataset.offers}?${new URLSearchParams({ q: typed })}`, { headers: { "HX-Request": "true" } });
  const html = answer.ok && !answer.redirected ? await answer.text() : "";
  if (number !== asked || document.activeElement !== box) return;
  const list = listOf(box);
  list.innerHTML = html;
  list.hidden = !options(list).length;
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", String(!list.hidden));
}

function typed(event) {
  const box = event.target;
  if (!box.dataset?.offers) return;
  shut(box);
  if (box.selectionStart === box.selectionEnd && box.value.trim()) timer = setTimeout(() => offer(box), WAIT_MS);
}

// A word of the language waits for its value; behind a value comes the next term.
function putIn(box, option) {
  const end = box.selectionStart;
  const { text, length } = option.dataset;
  const gap = text.endsWith(":") || /^\s/.test(box.value.slice(end)) ? "" : " ";
  box.setRangeText(text + gap, end - Number(length), end, "end");
  shut(box);
  box.focus();
  if (text.endsWith(":")) offer(box);
}

// Whether the key belongs to the list.
function listed(event, box) {
  const list = listOf(box);
  if (list.hidden || event.isComposing) return false;
  const now = chosenOf(list);
  if (event.key === "Escape") shut(box);
  else if (event.key in STEPS) {
    const all = options(list);
    const from = now ? all.indexOf(now) : event.key === "ArrowDown" ? -1 : 0;
    choose(box, all.at((from + STEPS[event.key]) % all.length));
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && now) putIn(box, now);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function keyed(event) {
  const box = document.getElementById("q");
  if (!box || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target === box && box.dataset.offers && listed(event, box)) return;
  if (event.key === "Escape" && event.target === box) box.blur();
  if (event.key !== "/" || document.body.dataset.singleKeys || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (!box.checkVisibility()) document.getElementById("side")?.showPopover?.();
  event.preventDefault();
  box.focus();
  box.select();
}

function pressed(event) {
  const option = event.target.closest?.(".query-offers [data-text]");
  if (!option) return;
  event.preventDefault();
  putIn(option.closest("form").elements.q, option);
}

export function startFinding() {
  document.addEventListener("input", typed);
  document.addEventListener("keydown", keyed);
  document.addEventListener("pointerdown", pressed);
  document.addEventListener("focusout", (event) => event.target.dataset?.offers && shut(event.target));
}
