// How long a text counts, by rules the server draws from what it counts by itself (outgoing/browser_rules.py), so that both
// give the same number. Knows no page.
// Whether a domain with other letters than a to z is one depends on tables that are not here. Where it is not plain, the
// answer is null: ask the server.

const LONGEST_LABEL = 63;
const PUNYCODE = 4; // xn--
const MOST_A_LETTER = 6; // digits that a letter beyond ASCII takes in punycode, at most; at least one
const DOTS = /[.\u3002\uff0e\uff61]/;
// Letters that stay what they are, and few, when a domain is written as ASCII.
const PLAIN = /^[-\w\p{scx=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3001\u30fb\u30fc]*$/u;
const UNEVEN = /[\u0130\u0131]/g; // to the server an i, as in I; to a browser letters of their own
const SHRINKING = /[\u0300-\u036f\u3099-\u309c\uff65-\uff9f]/;

const made = new WeakMap();

function patternsOf(rules) {
  if (!made.has(rules)) {
    const flags = { url: "giu", domain: "giu", short: "iu", glued: "u", emoji: "gu", long: "gu" };
    made.set(rules, Object.fromEntries(Object.entries(flags).map(([name, given]) => [name, new RegExp(rules[name], given)])));
  }
  return made.get(rules);
}

// true, false, or null: not known here.
function isLabel(label, last) {
  if (/^[\0-\x7f]*$/.test(label)) return label.length <= LONGEST_LABEL && (last || label.length > 0);
  if (!PLAIN.test(label) || SHRINKING.test(label) || /^xn--/i.test(label)) return null;
  const others = [...label].filter((letter) => letter > "\x7f").length;
  const ascii = [...label].length - others;
  const room = LONGEST_LABEL - PUNYCODE - ascii - (ascii ? 1 : 0);
  return others * MOST_A_LETTER <= room ? true : others > room ? false : null;
}

function isDomain(domain) {
  const labels = domain.split(DOTS).map((label, place, all) => isLabel(label, place === all.length - 1));
  return labels.includes(false) ? false : labels.includes(null) ? null : true;
}

// Without a protocol only what is ASCII in it is a link, each by itself, and what follows goes to the last.
function bare(pattern, { start, end, url, domain, path, before }, glued) {
  if (glued.test(before)) return [];
  const found = [...domain.matchAll(pattern)].map((one) => ({ start: start + one.index, length: one[0].length }));
  const last = found.at(-1);
  if (last && path) {
    const name = domain.slice(last.start - start, last.start - start + last.length);
    last.length = url.replaceAll(domain, name).length;
  }
  return found;
}

// Where links begin, and how much of the text each is; null when that is not known.
function findLinks(rules, text) {
  const links = new Map();
  if (!text.includes(".")) return links;
  const patterns = patternsOf(rules);
  for (const match of text.replace(UNEVEN, "i").matchAll(patterns.url)) {
    const [whole, , before, url, protocol, domain, , path] = match;
    const end = match.index + whole.length;
    const start = end - url.length;
    const is = isDomain(text.slice(start + (protocol?.length ?? 0)).slice(0, domain.length));
    if (is === null) return null;
    if (!is) continue;
    if (!protocol) {
      for (const one of bare(patterns.domain, { start, url, domain, path, before }, patterns.glued)) links.set(one.start, one.length);
      continue;
    }
    const short = url.match(patterns.short);
    if (short && short[1].length > rules.slug) continue;
    links.set(start, (short ? short[0] : url).length);
  }
  return links;
}

function weigh(rules, letter) {
  const point = letter.codePointAt(0);
  return rules.weights.find(([first, last]) => first <= point && point <= last)?.[2] ?? rules.other;
}

function tidy(rules, text) {
  const dotted = text.split(".").length - 1 > rules.labels;
  const calm = dotted ? text.replace(patternsOf(rules).long, (found) => found.replaceAll(".", ",")) : text;
  return calm.normalize("NFC").replace(/\r\n|\r/g, "\n");
}

/** Whom a text names, each once, in small letters. */
export function named(rules, text) {
  const found = rules.named ? [...text.matchAll(new RegExp(rules.named, "gu"))] : [];
  return [...new Set(found.map((one) => one[1].toLowerCase()))];
}

/** {length, links}, or null where only the server knows. `rules` without patterns count letters. */
export function count(rules, text) {
  if (!rules.url) return { length: [...text.normalize("NFC")].length, links: 0 };
  if (text.length > rules.hopeless) {
    const { length } = [...text];
    if (length > rules.hopeless) return { length, links: 0 };
  }
  const plain = tidy(rules, text);
  const links = findLinks(rules, plain);
  if (!links) return null;
  const signs = new Map([...plain.matchAll(patternsOf(rules).emoji)].map((one) => [one.index, one[0].length]));
  let length = 0;
  for (let at = 0; at < plain.length; ) {
    const letter = String.fromCodePoint(plain.codePointAt(at));
    const link = links.get(at);
    const sign = signs.get(at);
    length += link ? rules.link : sign ? rules.other : weigh(rules, letter);
    at += link || sign || letter.length;
  }
  return { length, links: links.size };
}
