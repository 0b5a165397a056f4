// The composer. Frame, gates and buttons follow the chosen mode by CSS alone; the counter asks the server (htmx).
// Here: what was begun in private is remembered as such, and the counter follows the mode.

function chose(radio) {
  const form = radio.form;
  const text = form.elements.text;
  // An empty text was begun in whatever mode is chosen now; anything else keeps the mode it was begun in.
  if (!text.value.trim()) form.elements.began.setAttribute("value", radio.value);
  window.htmx?.trigger(text, "recount");
  text.focus();
}

function restored(event) {
  const text = event.detail.elt?.id === "writer" ? document.getElementById("text") : null;
  if (!text) return;
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

export function startComposer() {
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("#writer [name=mode]")) chose(event.target);
  });
  document.addEventListener("htmx:afterSettle", restored);
}
