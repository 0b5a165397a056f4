// "@" in a note lists colleagues: what is typed after it narrows the list, Enter or Tab puts the first in, the arrow
// keys go through it. Without this a list beside the files shows how each is called.

const TYPED = /(?:^|[^\w.+@/-])@([\w.+-]*)$/;

const list = () => document.getElementById("mention-list");
const isNote = (text) => text.form.elements.mode?.value === "note";
const offered = (menu) => [...menu.querySelectorAll("[data-mention]")].filter((one) => !one.hidden);

function typedBefore(text) {
  if (text.selectionStart !== text.selectionEnd) return null;
  return TYPED.exec(text.value.slice(0, text.selectionStart));
}

function typed(event) {
  const text = event.target;
  const menu = list();
  if (text.id !== "text" || !menu) return;
  const found = isNote(text) ? typedBefore(text) : null;
  const word = found ? found[1].toLowerCase() : "";
  for (const one of menu.querySelectorAll("[data-mention]")) one.hidden = !one.textContent.toLowerCase().includes(word);
  menu.hidden = !(found && offered(menu).length);
}

function putIn(text, name) {
  const found = typedBefore(text);
  const end = text.selectionStart;
  const begin = found ? end - found[1].length - 1 : end;
  const gap = !found && begin > 0 && !/\s$/.test(text.value.slice(0, begin)) ? " " : "";
  text.setRangeText(`${gap}@${name} `, begin, end, "end");
  list().hidden = true;
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function keyed(event) {
  const text = event.target;
  const menu = list();
  if (!menu?.checkVisibility()) return;
  if (menu.contains(text)) return stepped(event, menu, text);
  if (text.id !== "text") return;
  const first = offered(menu)[0];
  if (event.key === "ArrowDown") first?.focus();
  else if ((event.key === "Enter" || event.key === "Tab") && first) putIn(text, first.dataset.mention);
  else if (event.key === "Escape") menu.hidden = true;
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function stepped(event, menu, button) {
  if (event.key === "Escape") {
    menu.hidden = true;
    document.getElementById("text").focus();
  } else if (event.key in STEPS) {
    const row = offered(menu);
    row.at((row.indexOf(button) + STEPS[event.key]) % row.length).focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

// The button begins what is typed else.
function begin(text) {
  const at = text.selectionStart;
  const gap = at > 0 && !/\s$/.test(text.value.slice(0, at)) ? " " : "";
  text.setRangeText(`${gap}@`, at, text.selectionEnd, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function pressed(event) {
  const one = event.target.closest?.("[data-mention]");
  if (one) putIn(document.getElementById("text"), one.dataset.mention);
  if (event.target.closest?.("#mention-button")) begin(document.getElementById("text"));
}

export function startMentions() {
  document.addEventListener("input", typed);
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("click", pressed);
}
