// Who else has a ticket open, or writes there: this page says every 20 seconds that it is open, and shows who else is.
// What is not said again fades by itself, so nobody seems to be there who is gone.
import { numberOf } from "./rows.js";

const SAY_MS = 20_000;
const ASK_MS = 2000;
const TYPED_MS = 15_000;
const known = new Map();
let typedAt = -TYPED_MS;
let said = "";
let asking = 0;

// A row of a list has its place for them before its words, once somebody is there.
const places = () => [...document.querySelectorAll("[data-here]"), ...document.querySelectorAll("#list .row")];
const numberAt = (place) => place.dataset.here ?? numberOf(place);
const own = () => document.querySelector("[data-here-say]");
const isTyping = () => performance.now() - typedAt < TYPED_MS;

function words(extra) {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const name of extra) form.set(name, "1");
  return form;
}

function read(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const one of fresh.querySelectorAll("[data-of]")) {
    for (const person of one.querySelectorAll("[data-left]")) person.dataset.until = performance.now() + person.dataset.left * 1000;
    known.set(one.dataset.of, [...one.children]);
  }
  fill();
}

function hereOf(row, made) {
  const list = row.querySelector(".here");
  if (list || !made) return list;
  const fresh = Object.assign(document.createElement("span"), { className: "here" });
  row.querySelector(".row-what").prepend(fresh);
  return fresh;
}

function fill() {
  for (const place of places()) {
    const people = (known.get(numberAt(place)) ?? []).filter((one) => Number(one.dataset.until) > performance.now());
    const shown = people.map((one) => one.textContent.trim()).join();
    const list = "here" in place.dataset ? place : hereOf(place, people.length > 0);
    if (!list || (list.dataset.shown === shown && list.childElementCount === people.length)) continue;
    list.dataset.shown = shown;
    list.replaceChildren(...people.map((one) => one.cloneNode(true)));
  }
}

async function say() {
  const place = own();
  if (!place || document.visibilityState !== "visible") return;
  said = isTyping() ? "typing" : "here";
  try {
    const answer = await fetch(place.dataset.hereSay, { method: "POST", body: words(isTyping() ? ["typing"] : []), headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (answer.ok && !answer.headers.get("HX-Redirect")) read(await answer.text());
  } catch {
    // The next time will do.
  }
}

function leave() {
  const place = own();
  if (place && said) navigator.sendBeacon(place.dataset.hereSay, words(["gone"]));
  said = "";
}

function askSoon() {
  asking ||= setTimeout(ask, ASK_MS * Math.random());
}

async function ask() {
  asking = 0;
  const found = places();
  const root = document.querySelector("[data-here-ask]");
  if (!root || !found.length || document.visibilityState !== "visible") return;
  const question = new URLSearchParams(found.slice(0, 200).map((place) => ["t", numberAt(place)]));
  try {
    const answer = await fetch(`${root.dataset.hereAsk}?${question}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (answer.ok && !answer.headers.get("HX-Redirect")) read(await answer.text());
  } catch {
    // As above.
  }
}

function typed(event) {
  if (event.target.id !== "text") return;
  typedAt = performance.now();
  if (said === "here") say();
}

// What was written is sent: nobody is to wait until it is old.
function sent(event) {
  if (event.detail.elt?.id !== "writer" || document.getElementById("text")?.value || said !== "typing") return;
  typedAt = -TYPED_MS;
  say();
}

export function startPresence() {
  if (!document.querySelector("[data-here-ask]")) return;
  document.body.addEventListener("desk:here", askSoon);
  document.body.addEventListener("desk:shown", fill);
  document.addEventListener("input", typed);
  document.addEventListener("htmx:afterSettle", sent);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? say() : leave()));
  window.addEventListener("pagehide", leave);
  setInterval(fill, 5000);
  if (own()) {
    setInterval(say, SAY_MS);
    say();
  } else ask();
}
