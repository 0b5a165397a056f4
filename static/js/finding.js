// "/" goes to the search, as long as nobody types. Escape leaves it.

const TYPING = "input, textarea, select, [contenteditable]";

function keyed(event) {
  const box = document.getElementById("q");
  if (!box || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && event.target === box) box.blur();
  if (event.key !== "/" || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (!box.checkVisibility()) document.getElementById("side")?.showPopover?.();
  event.preventDefault();
  box.focus();
  box.select();
}

export function startFinding() {
  document.addEventListener("keydown", keyed);
}
