// Single keys that open a menu of the page, named there by data-opens, or press a button or follow a link
// (data-presses; several with blanks between them). Never while somebody types, while a menu is open, nor behind a dialog.
// On lists they go from row to row (rows.js), and do something with the one that is stood on; data-reaches leads to what is
// done with the chosen ones. Escape leaves the composer. The sheet of all keys opens beside the page.
import { fetchPart } from "./choosing.js";
import { openByKey, takesKeys } from "./menus.js";
import { openPalette } from "./palette.js";
import { found, press } from "./pressing.js";
import { chosen, goTo, numberOf, onRows, rowNow, send } from "./rows.js";

const TYPING = "input:not([type=checkbox], [type=radio], [type=file], [type=button], [type=submit]), textarea, select, [contenteditable]";
const LEFT = "desk-left"; // the ticket that was open on the page before
const LIST = "desk-list"; // the list that was open last in this tab, as it was looked at
const TICKET = /\/tickets\/(\d+)\/$/;

// On a list, what is done with the row one stands on: at once, or after a choice in the palette.
const AT_ONCE = { g: ["take/", "", ""], e: ["status/", "status", "resolved"] };
const INTO = { a: "assign", s: "snooze", t: "tag", f: "file", p: "priority" };
const WITH_SEVERAL = { g: "assign", e: "status", ...INTO };
const LEADS = { m: "merge", M: "macros" }; // to a page, named there by the list

/** Whether the key was one for a row. With several chosen, the palette offers what of that kind is done with them all. */
function withRow(key) {
  const row = rowNow();
  if (!(key in WITH_SEVERAL || key in LEADS)) return false;
  const numbers = chosen().length || !row ? chosen() : [numberOf(row)];
  if (!numbers.length) return false;
  if (key in LEADS) return lead(LEADS[key], numbers);
  if (numbers.length > 1) openPalette({ numbers, kind: WITH_SEVERAL[key] });
  else if (key in INTO) openPalette({ numbers, kind: INTO[key] });
  else return send(document.querySelector(`#list .row[data-key="t${numbers[0]}"]`), ...AT_ONCE[key]);
  return true;
}

function lead(page, numbers) {
  const at = document.getElementById("list").dataset[page];
  if (at) window.location.assign(`${at}?${new URLSearchParams(numbers.map((one) => ["t", one]))}`);
  return Boolean(at);
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.body.dataset.singleKeys || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  // What locks capitals is no Shift.
  const key = event.shiftKey ? event.key : event.key.toLowerCase();
  if (!/^[a-zMN?]$/.test(key) || (key !== "?" && takesKeys())) return;
  const button = found("data-presses", key);
  const bar = button ? null : found("data-reaches", key);
  const menu = button || bar ? null : found("data-opens", key);
  if (button) press(button);
  else if (bar) bar.querySelector("button")?.focus();
  else if (menu) openByKey(menu);
  else if (!onRows(key) && !withRow(key)) return;
  event.preventDefault(); // what opens now is not typed into
}

// What is open around the focus was closed by its own module before. Without a timeline there is the page itself.
function leaveComposer(event) {
  const writer = event.target.closest?.("#writer");
  if (event.key !== "Escape" || !writer || event.defaultPrevented || event.isComposing) return;
  event.preventDefault();
  const read = document.getElementById("read");
  if (read) read.focus({ preventScroll: true });
  else event.target.blur();
}

function noteLeft() {
  const number = document.getElementById("timeline") && TICKET.exec(window.location.pathname)?.[1];
  if (number) sessionStorage.setItem(LEFT, number);
  const { pathname, search } = window.location;
  if (pathname.endsWith("/tickets/")) sessionStorage.setItem(LIST, pathname + search);
}

// A ticket leads back to the list one came from, not to the plain one. Its head may be drawn anew, so it is told late.
function leadBack(event) {
  const link = event.target.closest?.("a[data-returns]");
  const list = link ? sessionStorage.getItem(LIST) : null;
  if (list) link.href = list;
}

// Back on a list one stands on the row one came from.
function comeBack() {
  const number = sessionStorage.getItem(LEFT);
  sessionStorage.removeItem(LEFT);
  if (!number || document.activeElement !== document.body) return;
  goTo(document.querySelector(`#list .row[data-key="t${number}"]`));
}

async function openSheet(event) {
  const link = event.target.closest?.("a[data-sheet]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const part = await fetchPart(link.href);
  if (part === null) return window.location.assign(link.href);
  const sheet = document.createElement("dialog");
  sheet.className = "dialog keys-sheet";
  sheet.setAttribute("aria-labelledby", "keys-h");
  sheet.innerHTML = part;
  sheet.addEventListener("click", ({ target }) => (target === sheet || target.closest("[data-shuts]")) && sheet.close());
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
}

export function startKeys() {
  document.addEventListener("click", openSheet);
  document.addEventListener("click", leadBack, true);
  document.addEventListener("auxclick", leadBack, true);
  document.addEventListener("keydown", pressed);
  document.addEventListener("keydown", leaveComposer);
  window.addEventListener("pagehide", noteLeft);
  window.addEventListener("pageshow", comeBack);
}
