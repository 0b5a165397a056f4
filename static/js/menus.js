// Menus are <details> and popovers: they open without us. Here they close again (on Escape, on a press elsewhere, when
// chosen from), the arrow keys, Home and End go through what they offer, and letters lead to an entry. They lie where they
// are whole on the page.
import { forget, typeTo } from "./typeahead.js";

const INLINE = "details.acts-more[open], details.acts-whys[open], details.later[open], details.why[open]";
const MENU = "details.menu, details.acts-more, [popover].pop";
const OFFERED = ".pop-item, .pop .btn, .acts .btn, .acts summary";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

const openMenus = () => document.querySelectorAll("details.menu[open]");

function closeOthers(inside) {
  for (const menu of openMenus()) if (!menu.contains(inside)) shut(menu);
}

// At once: the browser tells of it only later, and until then what lay above the page would take the keys.
function shut(menu) {
  menu.open = false;
  lift(menu);
}

function close(menu) {
  const within = menu.contains(document.activeElement) || menu.matches(".menu");
  shut(menu);
  if (within) menu.querySelector("summary").focus({ preventScroll: true });
}

// A menu with a field is opened to type in it.
function focusField(event) {
  if (event.target.matches?.("details.menu") && event.target.open) event.target.querySelector("input.input")?.focus();
}

// A menu lies above the page, or the frame that scrolls around it would cut it off.
function lift(menu) {
  const pop = menu.matches?.("details.menu") ? menu.querySelector(":scope > .pop") : null;
  if (!pop?.showPopover) return;
  pop.popover = "manual";
  pop.togglePopover(menu.open);
  if (menu.open) place(menu, pop);
}

// Below its button, else above, that of the composer the other way round; always whole.
function place(menu, pop) {
  const { top, bottom, right } = menu.querySelector("summary").getBoundingClientRect();
  const { width, height } = pop.getBoundingClientRect();
  const [over, under] = [top - 8, window.innerHeight - bottom - 8];
  const up = menu.matches(".then") ? height <= over || over > under : height > under && over > under;
  const wanted = up ? top - height - 4 : bottom + 4;
  pop.style.top = `${Math.max(4, Math.min(wanted, window.innerHeight - height - 4))}px`;
  pop.style.left = `${Math.max(4, Math.min(right - width, document.documentElement.clientWidth - width - 4))}px`;
}

function placeAgain() {
  for (const menu of openMenus()) {
    const pop = menu.querySelector(":scope > .pop:popover-open");
    if (pop) place(menu, pop);
  }
}

// Escape closes every open menu, else the innermost of what is unfolded around the focus. Popovers close by themselves.
function closeByKey(event) {
  const menus = [...openMenus()];
  const inner = document.activeElement?.closest(INLINE);
  const found = menus.length || !inner ? menus : [inner];
  if (!found.length) return;
  event.preventDefault();
  found.forEach(close);
}

/** The menu that a key is meant for: the one around the focus, or the one whose button has it. */
function menuAt(node) {
  const opens = node.popoverTargetElement;
  return opens?.matches(MENU) ? opens : node.closest?.(MENU);
}

function stepByKey(event) {
  const menu = menuAt(event.target);
  if (!menu || event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const shut = menu.matches("details") ? !menu.open : !menu.matches(":popover-open");
  if (shut && event.key !== "ArrowDown") return;
  event.preventDefault();
  if (shut) open(menu);
  const offered = entriesOf(menu);
  offered.at(placeOf(event.key, offered.indexOf(event.target), offered.length))?.focus();
}

function open(menu) {
  if (!menu.matches("details")) return menu.showPopover();
  menu.open = true;
  lift(menu); // before the focus goes into it, which would scroll to where it is not
}

/** Open, with the focus on what it offers first. */
export function openByKey(menu) {
  forget();
  open(menu);
  menu.querySelector(".pop-item")?.focus();
}

/** Whether something is open that takes the keys: a menu, what lies above the page, or what is unfolded around the focus. */
export function takesKeys() {
  const around = document.activeElement?.closest("details.acts-more[open], details.later[open], #mention-list");
  return Boolean(openMenus().length || document.querySelector(":popover-open") || around);
}

const isOpen = (menu) => menu?.matches("details[open], :popover-open");
const entriesOf = (menu) => [...menu.querySelectorAll(OFFERED)].filter((node) => node.checkVisibility() && !node.disabled);

function typeByKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key === "?") return;
  if (event.target.matches(TYPING) || document.querySelector("dialog[open]")) return;
  const menu = [menuAt(event.target), ...openMenus(), document.querySelector(".pop:popover-open")].find(isOpen);
  if (menu && typeTo(event, entriesOf(menu).map((node) => node.control ?? node))) event.preventDefault();
}

// Past the last comes the first; from the button, down leads to the first and up to the last.
function placeOf(key, now, many) {
  if (key === "Home") return 0;
  if (key === "End") return -1;
  if (now < 0) return STEPS[key] > 0 ? 0 : -1;
  return (now + STEPS[key] + many) % many;
}

function keyed(event) {
  if (event.key.length === 1) return typeByKey(event);
  forget();
  if (event.key === "Escape") closeByKey(event);
  else if (event.key in STEPS || event.key === "Home" || event.key === "End") stepByKey(event);
}

export function startMenus() {
  document.addEventListener("toggle", focusField, true);
  document.addEventListener("toggle", ({ target }) => lift(target), true);
  document.addEventListener("scroll", placeAgain, { capture: true, passive: true });
  window.addEventListener("resize", placeAgain);
  // What was chosen in a menu is on its way: the menu has done its work.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu) close(menu);
  });
  document.addEventListener("pointerdown", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => closeOthers(event.target));
  document.addEventListener("keydown", keyed);
}
