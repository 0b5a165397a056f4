// In the admin: a person goes on where they pressed a button. The browser would do so by itself, but nothing can have
// the focus while the skin veils the page.
addEventListener("load", () => {
  const place = document.querySelector("[autofocus]");
  if (place && document.activeElement !== place) {
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
  }
});
