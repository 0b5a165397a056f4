// A face whose picture does not load shows the initials beneath it, without the browser's mark of a broken picture.
const FACE = ".av > img";

export function startFaces() {
  document.addEventListener("error", ({ target }) => target.matches?.(FACE) && target.remove(), true);
  for (const picture of document.querySelectorAll(FACE)) {
    if (picture.complete && picture.currentSrc && !picture.naturalWidth) picture.remove();
  }
}
