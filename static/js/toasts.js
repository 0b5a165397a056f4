// Toasts leave by themselves; one that is pointed at stays until it is left.

const SHOWN_MS = 7000;
const MOST = 3;

function leaveLater(toast) {
  if (toast.dataset.leaving) return;
  toast.dataset.leaving = "yes";
  const leave = () => (toast.matches(":hover") ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, SHOWN_MS);
}

// In the timeline's column it has a place below the newest line: whoever looks at that goes on seeing it.
function keepEnd(region) {
  const column = region.closest(".t-read");
  const below = column ? column.scrollHeight - column.scrollTop - column.clientHeight : 0;
  if (below > 0 && below <= region.offsetHeight + 60) column.scrollTop = column.scrollHeight;
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

export function startToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  region.querySelectorAll(".toast").forEach(leaveLater);
  new MutationObserver(() => show(region)).observe(region, { childList: true });
}

/** Words, or a toast the server has made. */
export function toast(words) {
  const region = document.getElementById("toasts");
  if (words instanceof Node) return region.append(words);
  const box = document.createElement("div");
  const text = document.createElement("p");
  box.className = "toast";
  text.textContent = words;
  box.append(text);
  region.append(box);
}
