// Toasts leave by themselves, one with something to press later than others; one that is pointed at, or has the focus,
// stays until it is left. What was pressed in one is over with it.

const SHOWN_MS = 7000;
const TO_PRESS_MS = 20000;
const MOST = 3;
const NEWEST = 2;

function leaveLater(toast) {
  if (toast.dataset.leaving) return;
  toast.dataset.leaving = "yes";
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, toast.querySelector("form") ? TO_PRESS_MS : SHOWN_MS);
}

// In the timeline's column it has a place below the newest line: whoever looks at that, or would but for the toasts,
// goes on seeing it. The newest is an answer and what the history says of it.
function keepEnd(region) {
  const column = region.closest(".t-read");
  if (!column || !region.childElementCount) return;
  const below = column.scrollHeight - column.scrollTop - column.clientHeight;
  const over = region.getBoundingClientRect();
  const newest = [...column.querySelectorAll("#timeline > *")].slice(-NEWEST).map((line) => line.getBoundingClientRect());
  const covered = newest.some((line) => line.bottom > over.top && line.top < over.bottom);
  if (below > 0 && (covered || below <= region.offsetHeight + 60)) column.scrollTop = column.scrollHeight;
}

// What was written comes into the timeline before or after the words about it, and what is to go out later above the
// composer, for which the column makes room.
function keepEndAsItGrows(region) {
  const timeline = document.getElementById("timeline");
  if (!timeline) return;
  new MutationObserver(() => keepEnd(region)).observe(timeline, { childList: true, subtree: true });
  new ResizeObserver(() => keepEnd(region)).observe(region.parentElement);
}

function pressed({ detail, target }) {
  if (!detail.successful) return;
  target.closest?.(".toast")?.remove();
  // What takes an answer back stands in the timeline too, until that is drawn anew.
  const answer = target.dataset?.takes;
  if (!answer) return;
  document.querySelectorAll(`form[data-takes="${answer}"]`).forEach((form) => (form.closest(".toast") ?? form).remove());
}

// What comes at once is all said; of what came before no more stays than leaves room for what is to be pressed next.
function show(region) {
  const toasts = [...region.querySelectorAll(".toast")];
  const old = toasts.filter((toast) => toast.dataset.leaving);
  const room = Math.max(0, MOST - (toasts.length - old.length));
  old.slice(0, Math.max(0, old.length - room)).forEach((toast) => toast.remove());
  toasts.forEach(leaveLater);
  keepEnd(region);
}

// What somebody pressed, and what came of it is not known, or is nothing. What a page asks by itself it asks again.
const PRESSED = ["submit", "click"];
function unanswered({ type, detail }) {
  const { verb, triggeringEvent } = detail.requestConfig;
  if (verb === "get" || !PRESSED.includes(triggeringEvent?.type)) return;
  const { silent, refused } = document.getElementById("toasts").dataset;
  toast(type === "htmx:responseError" ? refused : silent, "is-danger");
}

export function startToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  region.querySelectorAll(".toast").forEach(leaveLater);
  new MutationObserver(() => show(region)).observe(region, { childList: true });
  document.addEventListener("htmx:afterRequest", pressed);
  for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(kind, unanswered);
  keepEndAsItGrows(region);
}

/** Words, or a toast the server has made. */
export function toast(words, tone = "") {
  const region = document.getElementById("toasts");
  if (words instanceof Node) return region.append(words);
  const box = document.createElement("div");
  const text = document.createElement("p");
  box.className = `toast ${tone}`.trim();
  text.textContent = words;
  box.append(text);
  region.append(box);
}
