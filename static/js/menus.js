// Menus are <details>: they open without us. Here they close again on Escape and on a press elsewhere.

const openMenus = () => document.querySelectorAll("details.menu[open]");

function closeOthers(inside) {
  for (const menu of openMenus()) if (!menu.contains(inside)) menu.open = false;
}

export function startMenus() {
  document.addEventListener("pointerdown", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => closeOthers(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
