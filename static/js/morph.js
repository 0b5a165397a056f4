// Brings a part of the page up to date without touching what has not changed: children are matched by data-key.

const FROM_SERVER = new WeakMap();

// Two renderings of the same thing differ in their form tokens only.
const markup = (node) => node.outerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");

/** Remember what the server sent, before scripts (countdowns, open menus) change it. */
export function remember(root) {
  for (const node of [root, ...root.querySelectorAll("[data-key], [data-part]")]) FROM_SERVER.set(node, markup(node));
}

let skipped = false;

const CONTROLS = "a[href], button, summary, input, select, textarea";
// A part may be one itself, as the bell is.
const controlsOf = (part) => [part, ...part.querySelectorAll(CONTROLS)];
// A form or button whose answer is still under way: htmx takes an answer only while what asked stands on the page.
const ASKING = ":is(form, button).htmx-request";
// Words of somebody's own, which stay while they look elsewhere.
const WRITTEN_IN = "textarea:not([readonly]), .approval-why";
const TYPED_IN = "input:not([type=radio], [type=checkbox], [readonly]), select, textarea:not([readonly])";

function isInUse(node) {
  const active = document.activeElement;
  const changed = [...node.querySelectorAll(WRITTEN_IN)].some((field) => field.value !== field.defaultValue);
  return changed || node.matches(ASKING) || node.querySelector(`details.menu[open], ${ASKING}`) || (node.contains(active) && active.matches(TYPED_IN));
}

// What somebody has ticked stays so when its row is drawn anew, or comes to another group.
const TICKED = new Set();
const BOX = "input[type=checkbox][form]";
const nameOf = (box) => `${box.name}=${box.value}`;
const note = (box) => TICKED[box.checked ? "add" : "delete"](nameOf(box));
document.addEventListener("change", ({ target }) => target.matches(BOX) && note(target));
document.addEventListener("reset", () => setTimeout(() => document.querySelectorAll(BOX).forEach(note)));
window.addEventListener("pageshow", () => document.querySelectorAll(BOX).forEach(note));

/** Update `old` to look like `fresh`; returns the nodes that are new. What somebody is using is left alone until the
    next time, and so is the memory of everything around it. */
export function morph(old, fresh) {
  if (FROM_SERVER.get(old) === markup(fresh)) return [];
  if (old.hasAttribute("data-keys") && fresh.hasAttribute("data-keys")) return morphChildren(old, fresh);
  if (isInUse(old)) {
    skipped = true;
    return [];
  }
  return [replace(old, fresh)];
}

function dropGone(known, fresh) {
  const wanted = new Set([...fresh.children].map((child) => child.dataset.key));
  for (const [key, child] of known) {
    if (wanted.has(key) || key === "sending") continue;
    if (child.matches(ASKING) || child.querySelector(ASKING)) skipped = true;
    else child.remove();
  }
}

// What is moved loses the focus.
function moveBefore(old, child, place) {
  const active = child.contains(document.activeElement) ? document.activeElement : null;
  old.insertBefore(child, place);
  active?.focus({ preventScroll: true });
}

function morphChildren(old, fresh) {
  const known = new Map([...old.children].map((child) => [child.dataset.key, child]));
  const added = [];
  const wanted = markup(fresh);
  const skippedBefore = skipped;
  skipped = false;
  dropGone(known, fresh); // first, so that what comes after it need not move
  let place = old.firstElementChild;
  for (const child of [...fresh.children]) {
    const same = known.get(child.dataset.key);
    known.delete(child.dataset.key);
    if (!same) {
      old.insertBefore(adopt(child), place);
      added.push(child);
      continue;
    }
    if (same === place) place = place.nextElementSibling;
    else moveBefore(old, same, place);
    added.push(...morph(same, child).filter((node) => node !== child));
  }
  if (skipped) FROM_SERVER.delete(old);
  else FROM_SERVER.set(old, wanted);
  skipped ||= skippedBefore;
  return added;
}

function replace(old, fresh) {
  const focused = controlsOf(old).indexOf(document.activeElement);
  const open = [...old.querySelectorAll("details")].map((part) => part.open);
  old.replaceWith(adopt(fresh));
  if (old.querySelector("details.acts-more[open]")) fresh.querySelector("a[data-unfolds]")?.click();
  fresh.querySelectorAll("details:not(.menu)").forEach((part, place) => (part.open = open[place] ?? part.open));
  if (focused >= 0) controlsOf(fresh)[focused]?.focus({ preventScroll: true });
  return fresh;
}

function adopt(node) {
  document.adoptNode(node);
  remember(node);
  node.querySelectorAll(BOX).forEach((box) => (box.checked = TICKED.has(nameOf(box))));
  window.htmx?.process(node);
  return node;
}
