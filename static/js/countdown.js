// Seconds until a held answer goes out. The server says when; here they only run down.

function tick() {
  for (const part of document.querySelectorAll("[data-until]")) {
    const left = Math.ceil((Date.parse(part.dataset.until) - Date.now()) / 1000);
    const number = part.querySelector("[data-left]");
    if (left > 0 && number) number.textContent = left;
    else if (left <= 0 && (number || part.matches("form"))) leave(part);
  }
}

// It leaves now, and nothing may be taken back any more; what becomes of it the page is told.
function leave(part) {
  if (part.matches("form")) return part.remove(); // what is said stays without it
  const form = part.closest(".bub-foot")?.querySelector("form");
  part.textContent = part.dataset.done;
  form?.remove();
}

export function startCountdowns() {
  setInterval(tick, 500);
}
