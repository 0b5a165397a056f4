// The rows of a list: which of them are meant, and going from one to the next. The row gone to is the one whose name has
// the focus, so Enter opens it.

const STEPS = { j: 1, k: -1 };
const PARTS = { o: ".row-name", x: ".row-pick input" };
let last = ""; // the key of the row that had the focus
let place = 0; // and where it stood, for when it is gone

const all = () => [...document.querySelectorAll("#list .row")];
export const numberOf = (row) => row.dataset.key.slice(1);
export const chosen = () => [...document.querySelectorAll(".row-pick > :checked")].map((box) => box.value);

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
