// A field that is typed in, and what the server offers for it below: the arrow keys choose, what is chosen is shown whole.
// Which key or press takes it, and what becomes of it, is the business of whoever uses this.

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export const options = (list) => [...list.querySelectorAll("[role=option]")];
export const chosenOf = (list) => list.querySelector("[role=option][aria-selected=true]");

export function choose(field, list, option, { scroll = true } = {}) {
  for (const one of options(list)) one.setAttribute("aria-selected", String(one === option));
  const shown = list.querySelector("[data-shown]");
  if (shown) shown.textContent = option?.querySelector("[data-words]")?.textContent ?? "";
  if (!option) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", option.id);
  if (scroll) option.scrollIntoView({ block: "nearest" });
}

/** Whether the key was one that chooses; past the last comes the first. */
export function stepBy(event, field, list) {
  const offered = options(list);
  if (!(event.key in STEPS) || !offered.length) return false;
  const place = offered.indexOf(chosenOf(list)) + STEPS[event.key];
  choose(field, list, offered.at(place % offered.length));
  return true;
}

/** A part of a page; nothing where the server gives none. */
export async function fetchPart(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  return answer?.ok && !answer.headers.get("HX-Redirect") ? answer.text() : null;
}
