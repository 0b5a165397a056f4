// How many rows of the list are chosen. That the bar with what is done with them shows itself is CSS alone.

const chosen = () => document.querySelectorAll(".row-pick:checked").length;

function count() {
  const place = document.getElementById("chosen-count");
  if (place) place.textContent = chosen();
}

export function startPicking() {
  count();
  document.addEventListener("change", count);
  document.addEventListener("reset", () => setTimeout(count));
  document.body.addEventListener("desk:shown", count);
  window.addEventListener("pageshow", count);
}
