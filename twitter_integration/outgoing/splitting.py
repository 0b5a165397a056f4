"""A long text as a numbered thread: where it may be cut, and where it reads best. Pure.

Never inside a link, mention, hashtag, word or character as people see it. Scripts that write without spaces (Chinese,
Japanese, Thai …) and emoji may be cut between two such characters.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

import regex

from tickets.outbound import Part
from twitter_integration.outgoing.counting_rules import links
from twitter_integration.outgoing.weighing import Scale, Spans
from twitter_integration.text import POST_LIMIT, calm, length_of, weigh

Weigh = Callable[[int, int], int]
MOST_PARTS = 25  # as many as X's own composer puts into one thread
# A nicer place to cut is taken when it leaves a part at least this full.
_FULL_ENOUGH = 0.6

# Flags by themselves: in a run of them the library looks back to its start for each.
_CHARACTER = regex.compile(r"[\U0001F1E6-\U0001F1FF]{2}(?![\p{M}\u200d\ufe0f])|\X")
# What counts one or more whatever follows it: not what joins or alters the character before it.
_AT_LEAST = regex.compile(
    r"(?:[\U0001F1E6-\U0001F1FF]{2}|[^\s\p{M}\p{Cf}\u1160-\u11ff\U0001F3FB-\U0001F3FF])(?:\p{M}|\u200d\S)*"
)
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}、。！？）」』】\p{Emoji_Presentation}]"
)
# What may not begin a line in these scripts: closing marks and small or lengthening kana.
_CLOSES = regex.compile(r"[、。，．！？：；）」』】〉》〕…‥ーぁぃぅぇぉっゃゅょァィゥェォッャュョ\p{M}]")
_TOGETHER = regex.compile(r"[@＠#＃$][\w/]+")
_SENTENCE_END = regex.compile(r"[.!?…。！？][\"'”’»)）」』]*\s*$")


def split(text: str, *, lead: str = "", limit: int = POST_LIMIT) -> Sequence[Part]:
    """The text as one part when it fits, else as numbered ones; empty when it cannot be cut into MOST_PARTS.

    `lead` is what will stand before every part when it goes out (the mention of the person answered).
    """
    if _is_hopeless(text, limit=limit):
        return []
    if _fits(text, limit=limit):
        return [Part(text, text)]
    whole = Whole(text)
    for digits in (1, 2):
        number = f" {'9' * digits}/{'9' * digits}"
        room = limit - weigh(lead + "x" + number).length + 1
        sources = _cut(whole, room=room, most=min(10**digits - 1, MOST_PARTS))
        if sources:
            return [Part(f"{s.strip()} {i}/{len(sources)}", s) for i, s in enumerate(sources, start=1)]
    return []


def _is_hopeless(text: str, *, limit: int) -> bool:
    """Whether it surely makes more than MOST_PARTS, seen without weighing it: that would take seconds, and hold up
    everybody else. Only what has a dot can be a link, which counts 23 however long; of all else a character, as people
    see it, counts one at least."""
    most = MOST_PARTS * limit
    if len(text) > most * 2:  # what weighs half its letters is all links
        return True
    if len(text) <= most:
        return False
    plain = " ".join(word for word in text.split() if "." not in word)
    return len(_AT_LEAST.findall(plain)) > most


def _fits(text: str, *, limit: int) -> bool:
    """Links end at white space, so words up to one weigh what they weigh in the whole, and may be enough."""
    begin = text[: limit * 10].rpartition(" ")[0] if len(text) > limit * 10 else ""
    return length_of(begin) <= limit and length_of(text) <= limit


class Whole:
    """A text taken apart once: where it may be cut, and what its stretches weigh."""

    def __init__(self, text: str) -> None:
        self.text = text
        characters = [found.span() for found in _CHARACTER.finditer(text)]
        found_links = _link_spans(text)
        self.places = list(_places(text, characters, _join(found_links, text)))
        self._scale = Scale(text, characters, found_links)

    def weigh(self, start: int, end: int) -> int:
        return self._scale.weigh(start, end)

    def weigh_exactly(self, start: int, end: int) -> int:
        return length_of(self.text[start:end].strip())


def _cut(whole: Whole, *, room: int, most: int) -> list[str]:
    """Stretches that weigh at most `room` each without the white space around them; empty when impossible."""
    sources: list[str] = []
    start = 0
    while start < len(whole.text):
        if len(sources) == most:
            return []
        end = _best(whole, start, room=room)
        if end is None:
            return []
        sources.append(whole.text[start:end])
        start = end
    return sources


def _places(text: str, characters: Spans, inseparable: Spans) -> Iterator[int]:
    """Where the text may be cut: after white space, and between the characters of unspaced scripts."""
    ends = [end for _, end in inseparable]
    before = ""
    for place, after in characters:
        character = text[place:after]
        at = bisect_right(ends, place)
        inside = at < len(inseparable) and inseparable[at][0] < place
        if place and not inside and _may_part(before, character):
            yield place
        before = character
    yield len(text)


def _may_part(before: str, after: str) -> bool:
    if before.isspace() or after.isspace():
        return before.isspace() and not after.isspace()
    return bool(_UNSPACED.search(before) or _UNSPACED.match(after)) and not _CLOSES.match(after)


def _link_spans(text: str) -> list[tuple[int, int]]:
    return sorted((start, end) for link in links(calm(text)) for start, end in [link["indices"]])


def _join(found_links: Spans, text: str) -> list[tuple[int, int]]:
    """Links, mentions, hashtags and cashtags, in order; none overlaps another."""
    words = [found.span() for found in _TOGETHER.finditer(text)]
    spans: list[tuple[int, int]] = []
    for start, end in sorted([*found_links, *words]):
        if spans and start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _best(whole: Whole, start: int, *, room: int) -> int | None:
    """The end of the fullest stretch that fits; a little before it if a paragraph or sentence ends there."""
    weigh = whole.weigh
    first = bisect_right(whole.places, start)
    last = _last_fitting(whole, start, first, room=room, weigh=weigh)
    if last is None or weigh(start, end := whole.places[last]) != whole.weigh_exactly(start, end):
        # Cut off from its neighbours something is a link, or is none: here it is weighed as it stands, step by step.
        weigh = whole.weigh_exactly
        last = _last_fitting(whole, start, first, room=room, weigh=weigh)
    if last is None:
        return None
    if whole.places[last] == len(whole.text):
        return len(whole.text)
    places = whole.places
    enough = bisect_left(places, room * _FULL_ENOUGH, first, last, key=lambda place: weigh(start, place))
    for fits in (_ends_paragraph, _ends_sentence):
        for place in reversed(places[enough : last + 1]):
            if fits(whole.text[start:place]):
                return place
    return places[last]


def _last_fitting(whole: Whole, start: int, first: int, *, room: int, weigh: Weigh) -> int | None:
    """The index of the farthest place that fits; steps are doubled first, so that no long rest is weighed."""
    places = whole.places
    step, low, high = 8, first - 1, first - 1
    while high < len(places) - 1:
        high = min(high + step, len(places) - 1)
        if weigh(start, places[high]) > room:
            break
        low, step = high, step * 2
    while low < high:
        middle = (low + high + 1) // 2
        if weigh(start, places[middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return low if low >= first else None


def _ends_paragraph(stretch: str) -> bool:
    return stretch.rstrip(" \t").endswith("\n\n")


def _ends_sentence(stretch: str) -> bool:
    return bool(_SENTENCE_END.search(stretch)) or stretch.rstrip(" \t").endswith("\n")
