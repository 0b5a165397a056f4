// A face whose picture does not load shows the initials beneath it, without the browser's mark of a broken picture.
const FACE = ".av > img";

// Where a page shows very many messages, the customer's picture is on their card alone: each face gets a copy, once. One
// that does not load is not asked for again.
const FILLED = new WeakSet();
let failed = false;

function fillOwn(timeline) {
  const picture = document.querySelector("#card-customer .av > img");
  if (!picture || failed) return;
  for (const face of timeline.getElementsByClassName("is-own")) {
    if (!FILLED.has(face)) face.append(picture.cloneNode());
    FILLED.add(face);
  }
}

function watchOwn() {
  const timeline = document.getElementById("timeline");
  if (!timeline?.querySelector(".is-own")) return;
  fillOwn(timeline);
  new MutationObserver(() => fillOwn(timeline)).observe(timeline, { childList: true, subtree: true });
}

function drop(picture) {
  failed ||= picture.parentElement.matches(".is-own");
  picture.remove();
}

export function startFaces() {
  watchOwn();
  document.addEventListener("error", ({ target }) => target.matches?.(FACE) && drop(target), true);
  for (const picture of document.querySelectorAll(FACE)) {
    if (picture.complete && picture.currentSrc && !picture.naturalWidth) picture.remove();
  }
}
