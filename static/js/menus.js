// Menus are <details>: they open without us. Here they close again: on Escape, on a press elsewhere, when chosen from.

const openMenus = () => document.querySelectorAll("details.menu[open]");

function closeOthers(inside) {
  for (const menu of openMenus()) if (!menu.contains(inside)) menu.open = false;
}

function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus({ preventScroll: true });
}

// A menu with a field is opened to type in it.
function focusField(event) {
  if (event.target.matches?.("details.menu") && event.target.open) event.target.querySelector("input.input")?.focus();
}

export function startMenus() {
  document.addEventListener("toggle", focusField, true);
  // What was chosen in a menu is on its way: the menu has done its work.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu) close(menu);
  });
  document.addEventListener("pointerdown", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => closeOthers(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach(close);
  });
}
