// The counter beside a text, told at every key. The server is asked, a moment later, only for what a browser cannot know: the
// posts of what is too long for one, a price, whom it notifies, who must approve it, what is still to be filled in, an
// unusual domain.
import { count, named } from "./counting.js";

const NEARLY = 20;
const learned = new Map(); // rules by their address; null: on their way
const foretold = new WeakMap(); // whether there was a link, and who was named, when the server was asked last

const ringOf = (text) => document.querySelector(text.getAttribute("hx-target"));
const kindOf = (text) => text.dataset.as ?? text.form.elements.mode?.value ?? "public";
const number = (value) => value.toLocaleString(document.documentElement.lang || undefined);

async function learn(address) {
  learned.set(address, null);
  const told = await fetch(address).then((answer) => answer.json(), () => ({})).catch(() => ({}));
  learned.set(address, told);
  const waiting = document.querySelectorAll(`[data-counts="${CSS.escape(address)}"]`);
  waiting.forEach((text) => text.value !== text.defaultValue && tell(text));
}

function wordsOf(ring, left) {
  const words = document.createElement("span");
  if (left < 0) {
    words.textContent = ring.dataset.saysOver.replace("#", number(-left));
    return words;
  }
  words.innerHTML = '<span class="vh"></span><span class="num"></span>';
  const [name, value] = words.children;
  name.textContent = `${ring.dataset.saysLeft} `;
  value.dataset.remaining = left;
  value.textContent = number(left);
  return words;
}

function draw(ring, length, most) {
  const left = most - length;
  if (!ring?.firstElementChild || (left < 0 && "thread" in ring.dataset)) return;
  ring.classList.toggle("is-danger", left < 0);
  ring.classList.toggle("is-warn", left >= 0 && left <= NEARLY);
  ring.setAttribute("aria-live", left <= NEARLY ? "polite" : "off");
  const share = Math.min(100, Math.round((100 * length) / most));
  ring.querySelector("circle + circle").setAttribute("stroke-dasharray", `${share} 100`);
  ring.lastElementChild.replaceWith(wordsOf(ring, left));
}

// A link changes the price where there is one, a name whom it notifies.
function changesWhatIsForetold(text, links, rules) {
  const { form } = text;
  const names = (words) => (form.querySelector(".notifies") ? named(rules, words) : []);
  const priced = form.querySelector("#price, [data-price]") !== null;
  const now = [priced && links > 0, ...names(text.value)].join(" ");
  const before = foretold.get(text) ?? [false, ...names(text.defaultValue)].join(" ");
  foretold.set(text, now);
  return now !== before;
}

function onlyTheServerKnows(text, counted, rules, kind) {
  if (!counted || "heeds" in text.dataset) return true;
  const unfilled = text.form.querySelector(".unfilled");
  if (unfilled && (!unfilled.hidden || text.value.includes("{"))) return true;
  if (kind !== "public") return false;
  const changes = changesWhatIsForetold(text, counted.links, rules);
  return changes || counted.length > rules.most || "thread" in (ringOf(text)?.dataset ?? {});
}

function tell(text, { mayAsk = true } = {}) {
  const address = text.dataset.counts;
  if (!learned.has(address)) learn(address);
  const kind = kindOf(text);
  if (!learned.get(address) || kind === "note") return;
  const rules = learned.get(address)[kind];
  const counted = rules && count(rules, text.value);
  if (counted) draw(ringOf(text), counted.length, rules.most);
  if (mayAsk && onlyTheServerKnows(text, counted, rules, kind)) window.htmx?.trigger(text, "ask");
}

export function startRing() {
  document.addEventListener("focusin", ({ target }) => {
    const address = target.dataset?.counts;
    if (address && !learned.has(address)) learn(address);
  });
  document.addEventListener("input", ({ target }) => target.dataset?.counts && tell(target));
  // What the server said may be of words that have changed since.
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (!target.matches?.(".ring[id]")) return;
    document.querySelectorAll(`[data-counts][hx-target="#${CSS.escape(target.id)}"]`).forEach((text) => tell(text, { mayAsk: false }));
  });
}
