// Between the server's answer to what was sent and the timeline that holds it, its words stand there as being sent.
let words = "";

const sends = (button) => !button || button.name === "" || button.name === "then";

function asked({ detail }) {
  if (detail.elt?.id !== "writer") return;
  words = sends(detail.requestConfig?.triggeringEvent?.submitter) ? detail.elt.elements.text.value.trim() : "";
}

function answered({ detail }) {
  if (detail.elt?.id !== "writer" || !words) return;
  const kept = detail.elt.elements.text?.value.trim() || detail.xhr?.status !== 200;
  if (!kept) show(detail.elt.dataset.mode);
  words = "";
}

function show(mode) {
  const drawn = document.getElementById("sending")?.content.firstElementChild.cloneNode(true);
  if (!drawn) return;
  drawn.querySelector("[data-words]").textContent = words;
  for (const said of drawn.querySelectorAll("[data-for]")) if (said.dataset.for.split(" ").includes(mode)) said.hidden = false;
  document.getElementById("timeline").append(drawn);
  drawn.scrollIntoView({ block: "nearest" });
}

/** The timeline that comes now holds what was sent. */
export function arrived() {
  document.querySelector("#timeline > [data-key=sending]")?.remove();
}

export function startSending() {
  document.addEventListener("htmx:beforeRequest", asked);
  document.addEventListener("htmx:afterSettle", answered);
}
