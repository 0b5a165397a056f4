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

// Ctrl+Enter (Cmd+Enter) presses the button of the chosen mode, when it can be pressed.
function sendByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.target.id !== "text") return;
  const buttons = [...event.target.form.querySelectorAll(".cmp-foot button:enabled")];
  const shown = buttons.find((button) => button.checkVisibility());
  if (!shown) return;
  event.preventDefault();
  event.target.form.requestSubmit(shown);
}

export function startComposer() {
  document.addEventListener("keydown", sendByKey);
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("#writer [name=mode]")) chose(event.target);
  });
  document.addEventListener("htmx:afterSettle", restored);
}
