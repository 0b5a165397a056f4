// The composer. Frame, gates and buttons follow the chosen mode by CSS alone; the counter is ring.js's.
// Files are sent on as soon as they are chosen, dropped or pasted: the composer comes back with them.
// Here: what was begun in private or as a note is remembered as such, what is kept of the mode one goes to comes into the
// composer, and the counter follows the mode.
import { settleMeanwhile, startMeanwhile } from "./meanwhile.js";

function chose(radio) {
  const form = radio.form;
  const text = form.elements.text;
  const { mode: before, others } = form.dataset;
  form.dataset.mode = radio.value;
  if (before !== radio.value && others.split(" ").includes(radio.value)) return turn(form, before);
  begin(form);
  window.htmx?.trigger(text, "recount");
  text.focus();
}

// An empty composer is begun in whatever mode is chosen now; anything else keeps the mode it was begun in.
function begin(form) {
  const { began, blank, mode, shown, text } = form.elements;
  blank?.remove();
  if (began && !shown && !text.value.trim()) began.setAttribute("value", mode.value);
}

// The server keeps what stands here as what it was, and gives what is kept of the other mode. A real click, as below.
function turn(form, before) {
  const button = form.querySelector("#turn-from");
  button.value = before;
  form.elements.text.readOnly = true;
  button.click();
}

function failed(event) {
  const text = event.detail.elt?.id === "writer" && !event.detail.successful && event.detail.elt.elements.text;
  if (text) text.readOnly = false;
}

function restored(event) {
  const text = event.detail.elt?.id === "writer" ? document.getElementById("text") : null;
  if (!text) return;
  const { files, stands } = settleMeanwhile(text.form);
  if (files.length) addFiles(text.form, files);
  if (stands) return;
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

// Ctrl+Enter (Cmd+Enter) presses the button of the chosen mode, when it can be pressed; with Shift the one that resolves.
function sendByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.target.id !== "text") return;
  if (event.shiftKey) return sendAndResolve(event);
  const buttons = [...event.target.form.querySelectorAll(".cmp-foot button:enabled")];
  const shown = buttons.find((button) => button.checkVisibility());
  if (!shown) return;
  event.preventDefault();
  event.target.form.requestSubmit(shown);
}

function sendAndResolve(event) {
  const menus = [...event.target.form.querySelectorAll(".then")];
  const button = menus.find((menu) => menu.checkVisibility())?.querySelector('[value="resolve"]:enabled');
  if (!button) return;
  event.preventDefault();
  button.click();
}

// What was said of the text before it was changed does not hold any more.
function forgetRefusal(text) {
  if (!text.hasAttribute("aria-invalid")) return;
  text.removeAttribute("aria-invalid");
  text.removeAttribute("aria-describedby");
  text.form.querySelector("#text-err")?.remove();
}

function addFiles(form, files) {
  const field = form.elements.enclosed;
  if (!field || !files.length) return;
  if (files !== field.files) {
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(file);
    field.files = chosen.files;
  }
  // A real click: htmx sends the name of a button along only when it was clicked, and without it this would send the answer.
  form.querySelector("#add-files").click();
}

function pasted(event) {
  const files = event.clipboardData?.files;
  if (event.target.id !== "text" || !files?.length) return;
  event.preventDefault();
  addFiles(event.target.form, files);
}

function dragged(event) {
  const frame = event.target.closest?.("#writer .cmp");
  if (!frame || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  frame.classList.toggle("is-over", event.type === "dragover");
  if (event.type === "drop") addFiles(frame.closest("form"), event.dataTransfer.files);
}

// Another message of the timeline is to be answered: what is written stays. The link alone would open the page anew.
function answerAnother(event) {
  const link = event.target.closest?.("a[data-answer]");
  const button = document.getElementById("answer-one");
  if (!link || !button || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  button.value = link.dataset.answer;
  button.click();
}

export function startComposer() {
  startMeanwhile();
  document.addEventListener("click", answerAnother);
  document.addEventListener("paste", pasted);
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, dragged);
  document.addEventListener("keydown", sendByKey);
  document.addEventListener("input", (event) => {
    if (event.target.id !== "text") return;
    forgetRefusal(event.target);
    begin(event.target.form);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("#writer [name=mode]")) chose(event.target);
    if (event.target.matches?.("#writer [name=enclosed]")) addFiles(event.target.form, event.target.files);
  });
  document.addEventListener("htmx:afterRequest", failed);
  document.addEventListener("htmx:afterSettle", restored);
}
