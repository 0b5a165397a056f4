// Single keys that open a menu of the page, named there by data-opens, or press a button or follow a link
// (data-presses). Never while somebody types, nor behind a dialog. The sheet of all of them opens beside the page.
import { fetchPart } from "./choosing.js";

const TYPING = "input, textarea, select, [contenteditable]";

function opened(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]") || !/^[a-z?]$/.test(event.key)) return;
  const pressed = document.querySelector(`[data-presses="${event.key}"]`);
  // The sheet's link stands in a menu that need not be open.
  if (pressed && (event.key === "?" || pressed.checkVisibility())) {
    event.preventDefault(); // what opens now is not typed into
    return pressed.click();
  }
  const menu = document.querySelector(`details[data-opens="${event.key}"]`);
  if (!menu?.checkVisibility()) return;
  event.preventDefault();
  menu.open = true;
  menu.querySelector(".pop-item")?.focus();
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
  document.addEventListener("keydown", opened);
}
