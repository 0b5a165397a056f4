// "@" in a note lists colleagues: what is typed after it narrows the list, Enter or Tab puts the first in, the arrow
// keys go through it. Without this the list beside the files shows how each is called.

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
  const open = Boolean(found && offered(menu).length);
  if (menu.open === open) return;
  menu.dataset.typed = open ? "yes" : "";
  menu.open = open;
}

function putIn(text, name) {
  const found = typedBefore(text);
  const end = text.selectionStart;
  const begin = found ? end - found[1].length - 1 : end;
  const gap = !found && begin > 0 && !/\s$/.test(text.value.slice(0, begin)) ? " " : "";
  text.setRangeText(`${gap}@${name} `, begin, end, "end");
  list().open = false;
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function keyed(event) {
  const text = event.target;
  const menu = list();
  if (text.id !== "text" || !menu?.open || !menu.dataset.typed) return;
  const first = offered(menu)[0];
  if (event.key === "ArrowDown") first?.focus();
  else if ((event.key === "Enter" || event.key === "Tab") && first) putIn(text, first.dataset.mention);
  else if (event.key === "Escape") menu.open = false;
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function pressed(event) {
  const one = event.target.closest?.("[data-mention]");
  if (one) putIn(document.getElementById("text"), one.dataset.mention);
}

export function startMentions() {
  document.addEventListener("input", typed);
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("click", pressed);
}
