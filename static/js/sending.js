// Between the server's answer to what was sent and the timeline that holds it, its words stand there as being sent.
let words = "";
let mode = "";
let drawnWords = "";
let before = 0;

// How often a timeline says something; what others hear of it may bring it here before our own answer does.
function saying(timeline, told) {
  const said = timeline?.querySelectorAll("[data-key]:not([data-keys], [data-key=sending])") ?? [];
  return [...said].filter((node) => node.textContent.includes(told)).length;
}

const timeline = () => document.getElementById("timeline");

const sends = (button) => !button || button.name === "" || button.name === "then";

function asked({ detail }) {
  if (detail.elt?.id !== "writer") return;
  words = sends(detail.requestConfig?.triggeringEvent?.submitter) ? detail.elt.elements.text.value.trim() : "";
  mode = detail.elt.dataset.mode; // the composer that comes back may be in another
  before = saying(timeline(), words);
}

function answered({ detail }) {
  if (detail.elt?.id !== "writer" || !words) return;
  const kept = detail.elt.elements.text?.value.trim() || detail.xhr?.status !== 200;
  if (!kept && saying(timeline(), words) <= before) show();
  words = "";
}

function show() {
  const drawn = document.getElementById("sending")?.content.firstElementChild.cloneNode(true);
  if (!drawn) return;
  drawn.querySelector("[data-words]").textContent = words;
  for (const said of drawn.querySelectorAll("[data-for]")) if (said.dataset.for.split(" ").includes(mode)) said.hidden = false;
  drawnWords = words;
  timeline().append(drawn);
  drawn.scrollIntoView({ block: "nearest" });
}

/** The timeline that comes now holds what was sent: `mine`, it was asked for after it; else where it says it. */
export function arrived(fresh, mine) {
  const drawn = document.querySelector("#timeline > [data-key=sending]");
  if (drawn && (mine || saying(fresh, drawnWords) > before)) drawn.remove();
}

export function startSending() {
  document.addEventListener("htmx:beforeRequest", asked);
  document.addEventListener("htmx:afterSettle", answered);
}
