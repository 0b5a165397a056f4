// A face whose picture does not load shows the initials beneath it, without the browser's mark of a broken picture.
const FACE = ".av > img";

// Where a page shows very many messages, the customer's picture is on their card alone: each face gets a copy.
function fillOwn(root) {
  const picture = document.querySelector("#card-customer .av > img");
  if (!picture) return;
  for (const face of root.querySelectorAll(".av.is-own:not(:has(> img))")) face.append(picture.cloneNode());
}

function watchOwn() {
  const timeline = document.getElementById("timeline");
  if (!timeline) return;
  fillOwn(timeline);
  new MutationObserver(() => fillOwn(timeline)).observe(timeline, { childList: true, subtree: true });
}

export function startFaces() {
  watchOwn();
  document.addEventListener("error", ({ target }) => target.matches?.(FACE) && target.remove(), true);
  for (const picture of document.querySelectorAll(FACE)) {
    if (picture.complete && picture.currentSrc && !picture.naturalWidth) picture.remove();
  }
}
