// Single keys that open a menu of the page, named there by data-opens, or press a button (data-presses). Never while somebody types.

const TYPING = "input, textarea, select, [contenteditable]";

function opened(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING) || !/^[a-z]$/.test(event.key)) return;
  const button = document.querySelector(`button[data-presses="${event.key}"]`);
  if (button?.checkVisibility()) return button.click();
  const menu = document.querySelector(`details[data-opens="${event.key}"]`);
  if (!menu?.checkVisibility()) return;
  event.preventDefault();
  menu.open = true;
  menu.querySelector(".pop-item")?.focus();
}

export function startKeys() {
  document.addEventListener("keydown", opened);
}
