// The rows of a list: which of them are meant, and going from one to the next. The row gone to is the one whose name has
// the focus, so Enter opens it.

const STEPS = { j: 1, k: -1 };
const PARTS = { o: ".row-name", x: ".row-pick" };
let last = ""; // the key of the row that had the focus
let place = 0; // and where it stood, for when it is gone

const all = () => [...document.querySelectorAll("#list .row")];
export const numberOf = (row) => row.dataset.key.slice(1);
export const chosen = () => [...document.querySelectorAll(".row-pick:checked")].map((box) => box.value);

export function rowNow(rows = all()) {
  return document.activeElement?.closest?.("#list .row") ?? rows.find((row) => row.dataset.key === last) ?? null;
}

export function goTo(row) {
  if (!row) return;
  row.querySelector(".row-name").focus();
  last = row.dataset.key;
  place = all().indexOf(row);
  row.scrollIntoView({ block: "nearest" });
}

// Where the row is gone, as after it was resolved, the one that stands there now is next.
function next(rows, key) {
  const row = rowNow(rows);
  if (row) return rows[rows.indexOf(row) + STEPS[key]] ?? row;
  if (last) return rows[Math.max(0, Math.min(place - (key === "k"), rows.length - 1))];
  return rows.at(key === "j" ? 0 : -1);
}

/** Whether the key was one of a list's. */
export function onRows(key) {
  const rows = all();
  if (!rows.length) return false;
  if (key in STEPS) {
    goTo(next(rows, key));
    return true;
  }
  const pressed = key in PARTS ? rowNow(rows)?.querySelector(PARTS[key]) : null;
  pressed?.click();
  return Boolean(pressed);
}

/** Sends what a row's own buttons send, by the form of the list. */
export function send(row, deed, name, value) {
  const form = document.getElementById("act");
  if (!form) return false;
  last = row.dataset.key;
  place = all().indexOf(row);
  const button = document.createElement("button");
  Object.assign(button, { hidden: true, formAction: row.querySelector(".row-name").pathname + deed, name, value });
  form.append(button);
  button.click();
  button.remove();
  return true;
}

// The buttons of a row: the list has them once, and the row that is pointed at or has the focus is given its own.
const POINTED = "#list .row:is(:hover, :focus-within)";
let onto = ""; // the row and the deed of the button that had the focus

function offer(row) {
  const kept = document.getElementById("row-acts");
  if (!row || !kept || "still" in row.dataset || row.querySelector(".row-acts")) return;
  const acts = kept.content.firstElementChild.cloneNode(true);
  if (!row.querySelector(".a5.i-nobody")) acts.querySelector(".i-user").remove();
  row.querySelector(".row-who").append(acts);
}

function pressed(event) {
  const button = event.target.closest?.(".row-acts > button");
  if (button) send(button.closest(".row"), button.dataset.deed, button.name, button.value);
}

// A row that was drawn anew has them again, and the one that was stood on has the focus.
function offerAgain() {
  document.querySelectorAll(POINTED).forEach(offer);
  const [key, deed] = onto.split(" ");
  const row = deed && document.activeElement === document.body ? all().find((one) => one.dataset.key === key) : null;
  if (!row) return;
  goTo(row); // its buttons are drawn where the focus is
  row.querySelector(`[data-deed="${deed}"]`)?.focus({ preventScroll: true });
}

function pointed({ target, type }) {
  const row = target.closest?.("#list .row");
  offer(row);
  if (type === "focusin") onto = row && target.dataset.deed ? `${row.dataset.key} ${target.dataset.deed}` : "";
}

export function startRows() {
  document.addEventListener("pointerover", pointed);
  document.addEventListener("focusin", pointed);
  document.addEventListener("click", pressed);
  document.body.addEventListener("desk:shown", offerAgain);
}
