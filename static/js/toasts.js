// Toasts leave by themselves; one that is pointed at stays until it is left.

const SHOWN_MS = 7000;

function leaveLater(toast) {
  if (toast.dataset.leaving) return;
  toast.dataset.leaving = "yes";
  const leave = () => (toast.matches(":hover") ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, SHOWN_MS);
}

export function startToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  region.querySelectorAll(".toast").forEach(leaveLater);
  new MutationObserver(() => region.querySelectorAll(".toast").forEach(leaveLater)).observe(region, { childList: true });
}

export function toast(words) {
  const region = document.getElementById("toasts");
  const box = document.createElement("div");
  const text = document.createElement("p");
  box.className = "toast";
  text.textContent = words;
  box.append(text);
  region.append(box);
}
