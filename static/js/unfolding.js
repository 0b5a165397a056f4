// What may be done about an older message is fetched when somebody wants to see it. Without us its link opens a page.
import { fetchPart } from "./choosing.js";

async function unfold(event) {
  const link = event.target.closest?.("a[data-unfolds]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const part = await fetchPart(link.href);
  if (part === null) return window.location.assign(link.href);
  if (!link.isConnected) return; // drawn anew meanwhile
  const focused = document.activeElement === link;
  link.insertAdjacentHTML("afterend", part);
  const unfolded = link.nextElementSibling;
  link.remove();
  window.htmx?.process(unfolded);
  if (focused) unfolded.querySelector("summary, a").focus({ preventScroll: true });
}

export function startUnfolding() {
  document.addEventListener("click", unfold);
}
