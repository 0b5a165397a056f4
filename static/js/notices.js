// The bell: what is new is counted without a reload, the panel opens beside the page, and what is urgent pops up.
// Without JavaScript the bell leads to the page of notices.
import { morph, remember } from "./morph.js";
import { toast } from "./toasts.js";

let newest = null;
let asked = false;
let again = false;

async function fetchText(address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    return answer.ok && !answer.headers.get("HX-Redirect") ? await answer.text() : "";
  } catch {
    return "";
  }
}

// What is told while an answer is under way may not be in it.
async function count() {
  again = true;
  if (asked) return;
  asked = true;
  try {
    while (again) {
      again = false;
      await countOnce();
    }
  } finally {
    asked = false;
  }
}

async function countOnce() {
  const panel = document.getElementById("told-panel");
  const since = newest === null ? "" : `?since=${newest}`;
  const text = await fetchText(panel.dataset.bell + since);
  if (!text) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  newest = fresh.getElementById("bells").dataset.newest;
  for (const bell of fresh.querySelectorAll("[data-part]")) {
    const old = document.getElementById(bell.id);
    if (old) morph(old, bell);
  }
  for (const urgent of fresh.querySelectorAll("[data-toast]")) toast(urgent);
}

async function openPanel(event) {
  const bell = event.target.closest?.(".bell");
  const panel = document.getElementById("told-panel");
  if (!bell || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button || !panel.showPopover) return;
  event.preventDefault();
  if (panel.matches(":popover-open")) return panel.hidePopover();
  const text = await fetchText(panel.dataset.panel);
  if (!text) return window.location.assign(bell.href);
  panel.innerHTML = text;
  window.htmx?.process(panel);
  panel.showPopover();
  panel.querySelector("button, a")?.focus();
}

export function startNotices() {
  const panel = document.getElementById("told-panel");
  if (!panel) return;
  document.querySelectorAll(".bell").forEach(remember);
  document.addEventListener("click", openPanel);
  document.body.addEventListener("desk:notices", count);
  // Escape closes it; the bell has the focus again.
  panel.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && panel.contains(document.activeElement)) document.querySelector(".bell")?.focus();
  });
}
