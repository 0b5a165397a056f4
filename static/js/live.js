// Keeps an open page up to date. The stream says which tickets changed; the page asks for its own parts and swaps
// only what differs, so that what is being read does not move and what is being written is not touched.
import { letGo } from "./by_hand.js";
import { morph, remember } from "./morph.js";
import { arrived } from "./sending.js";
import { toast } from "./toasts.js";

// After its parts a page rests for as long as they took to come, within these bounds: the first change is shown at
// once, and a desk that has much to do is asked less often. A page nobody looks at rests longest.
const LEAST_MS = 300;
const MOST_MS = 3000;
const UNSEEN_MS = 15_000;
// "12 min left" grows old by itself.
const AGE_MS = 60_000;

let page;
let busy = false;
let again = false;
let resting = 0;
let failures = 0;
let wrote = false;

export function startLive() {
  page = document.querySelector("[data-parts]");
  if (!page) return;
  document.querySelectorAll("[data-part]").forEach(remember);
  document.addEventListener("htmx:afterSettle", (event) => {
    wrote ||= event.detail.elt?.id === "writer" && event.detail.xhr?.status === 200;
  });
  document.body.addEventListener("desk:changed", refreshAtOnce);
  document.addEventListener("visibilitychange", seenAgain);
  const every = Number(page.dataset.every) || AGE_MS;
  setInterval(() => document.visibilityState === "visible" && refresh(), every);
  document.getElementById("below")?.addEventListener("click", showNewest);
  if (document.getElementById("timeline") && !window.location.hash) showNewest();
  if (page.dataset.live && "EventSource" in window) listen();
}

function listen() {
  const source = new EventSource(page.dataset.live);
  source.addEventListener("changed", (told) => concerns(told) && refresh());
  source.addEventListener("catch-up", refresh);
  source.addEventListener("stream", refresh);
  source.addEventListener("here", () => pass("here"));
  for (const told of ["notices", "catch-up"]) source.addEventListener(told, () => pass("notices"));
  source.addEventListener("typing", showTyping);
  // The browser connects again by itself, unless the server refused: then sign-in may have ended.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 10_000);
  });
}

// A page about a few tickets says which they are; any other takes whatever it hears of for its own. (The cells of a
// table say of what they are.)
function concerns(told) {
  const few = page.querySelector("[data-of]:not(td)")?.dataset.of.split(" ");
  return !few || JSON.parse(told.data).tickets.some((ticket) => few.includes(String(ticket)));
}

// For other modules: it does not concern the parts of this page.
function pass(told) {
  document.body.dispatchEvent(new CustomEvent(`desk:${told}`));
}

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  const began = performance.now();
  try {
    await fetchParts();
  } finally {
    resting = setTimeout(rested, wrote ? 0 : restAfter(performance.now() - began));
  }
}

function restAfter(took) {
  return document.hidden ? UNSEEN_MS : Math.min(MOST_MS, Math.max(LEAST_MS, took));
}

// What was put off while nobody looked is fetched as soon as somebody does.
function seenAgain() {
  if (document.hidden || !again || !resting) return;
  clearTimeout(resting);
  rested();
}

function rested() {
  resting = 0;
  busy = false;
  if (!again) return;
  again = false;
  refresh();
}

// Whoever has just pressed something does not wait for the pause.
function refreshAtOnce() {
  again = true;
  if (!resting) return busy || rested();
  clearTimeout(resting);
  rested();
}

// The composer goes on answering the message it names; the page must know which, to tell of a newer one.
function partsAddress() {
  const address = new URL(page.dataset.parts, window.location.href);
  for (const field of document.querySelectorAll("#writer [name^=to_]")) address.searchParams.set(field.name, field.value);
  return address;
}

async function fetchParts() {
  // Only what is asked for after something was written is certain to hold it.
  const mine = wrote;
  wrote = false;
  let answer;
  try {
    answer = await fetch(partsAddress(), { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  } catch {
    wrote ||= mine;
    if (++failures === 3) toast(document.getElementById("toasts").dataset.gone);
    return;
  }
  failures = 0;
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) {
    if (!document.getElementById("text")?.value.trim()) window.location.reload();
    return;
  }
  if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"), mine);
  else wrote ||= mine;
  pass("shown");
}

function show(fresh, mine) {
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    if (!old) continue;
    if (part.id === "by-hand") letGo(old, part);
    if (part.id === "timeline") arrived(part, mine);
    const keepPlace = hold(old);
    const failures = refusals();
    const atEnd = part.id === "timeline" && isAtEnd(old);
    const added = morph(old, part);
    keepPlace();
    // The server knows no text that is not sent yet: the label of its button is counted anew.
    if (part.id === "send-buttons" && added.length) document.getElementById("text")?.dispatchEvent(new Event("recount"));
    if (part.id !== "timeline") continue;
    if (added.length) document.getElementById("typing").hidden = true;
    // After writing, one's own words are what is looked for; anything else must not move the page.
    if (mine) showNewest();
    else if (atEnd && refusals() > failures) showNewest();
    else tellOfNew(added);
  }
}

/** Note where what is being read stands; the returned function puts it back there. */
function hold(part) {
  const scroller = part.closest(".t-read") ?? document.scrollingElement;
  const box = scrollBox(part);
  const top = Math.max(0, box === document.scrollingElement ? 0 : scroller.getBoundingClientRect().top);
  const keyed = [...part.querySelectorAll("[data-key]:not([data-keys])")];
  const pointed = keyed.find((node) => node.matches(":hover") || node.contains(document.activeElement));
  const reading = box.scrollTop > 0 ? keyed.find((node) => node.getBoundingClientRect().bottom > top + 40) : null;
  const held = pointed ?? reading;
  if (!held) return () => {};
  const key = held.dataset.key;
  const before = held.getBoundingClientRect().top;
  return () => {
    const now = held.isConnected ? held : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (now) moveBy(box, part, now.getBoundingClientRect().top - before);
  };
}

function moveBy(box, part, distance) {
  const wanted = box.scrollTop + distance;
  box.scrollTop = wanted;
  // A short list has no room to scroll: give it some, rather than let a row slip away under the pointer.
  for (let tries = 0; tries < 2 && box.scrollTop < Math.floor(wanted); tries++) {
    const missing = Math.max(wanted - box.scrollTop, box.getBoundingClientRect().bottom - part.getBoundingClientRect().bottom);
    part.style.paddingBottom = `${parseFloat(getComputedStyle(part).paddingBottom) + missing}px`;
    box.scrollTop = wanted;
  }
}

// The channel tells of it again while it lasts, so a while of silence means that they stopped.
let typing;
function showTyping() {
  const line = document.getElementById("typing");
  line.hidden = false;
  clearTimeout(typing);
  typing = setTimeout(() => (line.hidden = true), 8000);
}

const refusals = () => document.querySelectorAll("#timeline .fail").length;

function isAtEnd(part) {
  const box = scrollBox(part);
  if (box !== document.scrollingElement) return box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  return Math.abs(part.getBoundingClientRect().bottom - window.innerHeight) < 200;
}

// Wide pages scroll the timeline's column, narrow ones the page.
function scrollBox(part) {
  const column = part.closest(".t-read");
  return column && getComputedStyle(column).overflowY !== "visible" ? column : document.scrollingElement;
}

function tellOfNew(added) {
  const said = added.filter((node) => node.matches?.("[data-said]") || node.querySelector?.("[data-said]"));
  if (!said.length) return;
  const below = document.getElementById("below");
  document.getElementById("heard").textContent = below.dataset.one;
  const last = said.at(-1).getBoundingClientRect();
  const box = scrollBox(below);
  const bottom = box === document.scrollingElement ? window.innerHeight : box.getBoundingClientRect().bottom;
  below.hidden = last.top < bottom - 24;
}

function showNewest() {
  const timeline = document.getElementById("timeline");
  const box = scrollBox(timeline);
  document.getElementById("below").hidden = true;
  if (box !== document.scrollingElement) box.scrollTop = box.scrollHeight;
  else timeline.scrollIntoView({ block: "end" });
}
