// A row of tabs that is wider than its window begins at the one that is open.
export function startTabs() {
  const open = document.querySelector(".console-tabs [aria-current]");
  const row = open?.parentElement;
  if (!row || row.scrollWidth <= row.clientWidth) return;
  const [inner, outer] = [open.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += (inner.left + inner.right) / 2 - (outer.left + outer.right) / 2;
}
