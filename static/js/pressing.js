// What a key presses on this page, as its templates name it.

// Where two fit, as on a page with a list beside something else, the one that shows.
export function found(name, key) {
  const fitting = [...document.querySelectorAll(`[${name}~="${key}"]`)];
  // The sheet's link stands in a menu that need not be open.
  const shown = fitting.filter((node) => key === "?" || node.checkVisibility());
  return key === "z" ? latest(shown) : shown[0];
}

// Of several things to undo what was done last.
function latest(shown) {
  const since = (node) => Date.parse(node.dataset.since);
  return shown.reduce((last, node) => (last && since(last) > since(node) ? last : node), undefined);
}

export function press(node) {
  node.click();
  // A way to write that is chosen already changes nothing: the text is gone to all the same.
  const field = node.dataset.goes ? document.getElementById(node.dataset.goes) : null;
  field?.focus();
  field?.setSelectionRange?.(field.value.length, field.value.length);
}
