// Going to answer on the channel itself. Without JavaScript the button marks the ticket and the page then shows the link
// and the text to copy. Here: the text is copied and the page there opened in the same click; the mark is set beside it.

const PLACE = "TEXT-OF-THE-ANSWER";
const LONGEST = 2000;

function copy(text) {
  if (text) navigator.clipboard?.writeText(text).catch(() => {});
}

function opened(button) {
  const text = document.getElementById(button.dataset.text)?.value ?? button.dataset.words ?? "";
  copy(text);
  const whole = button.dataset.byHand.replace(PLACE, encodeURIComponent(text));
  const address = whole.length > LONGEST ? button.dataset.byHand.replace(PLACE, "") : whole;
  window.open(address, "_blank", "noopener,noreferrer");
}

/** What was answered there is nothing to be sent any more: unchanged, the words leave the composer. */
export function letGo(old, fresh) {
  const text = document.getElementById("text");
  for (const key of (fresh.dataset.answered ?? "").split(" ").filter(Boolean)) {
    const copied = old.querySelector(`#hand-text-${key}`)?.value.trim();
    if (!copied || text?.value.trim() !== copied) continue;
    text.value = "";
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export function startByHand() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-by-hand]");
    if (button) opened(button);
    const link = event.target.closest?.("[data-copy]");
    if (link) copy(document.getElementById(link.dataset.copy)?.value);
  });
}
