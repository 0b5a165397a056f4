"""A long answer as a numbered thread: nothing is lost, nothing is cut in two, every part fits."""

from unittest.mock import patch

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twitter_text import extract_urls_with_indices

from twitter_integration.outgoing import splitting
from twitter_integration.outgoing.splitting import MOST_PARTS, split
from twitter_integration.text import fingerprint, length_of, weigh

LETTER = (
    "Dear Ana, thank you for your patience. We have looked into order 5521 and found that the parcel was held at the"
    " depot because the label could not be read. A new label was printed this morning and the van left at nine.\n\n"
    "You should receive it tomorrow between 9 and 12. If it does not arrive, write to us and we refund you at once."
)
WORDS = st.sampled_from(
    [
        *("a", "I", "be", "the", "order", "refunded", "naïve", "3.50", "acme.example", "@ben_demo", "#thanks"),
        *("https://acme.example/a?b=1&c=" + "d" * 60, "👨‍👩‍👧", "🇵🇹", "👍🏽", "e\u0301te\u0301"),
        *("日本語で書く", "สวัสดีครับ", "#日本語"),
    ]
)
GAPS = st.sampled_from([" ", " ", " ", "\n", "\n\n", ". ", "? "])
TEXTS = st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=160).map(lambda pairs: "".join(w + g for w, g in pairs))
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def texts(text: str, lead: str = "") -> list[str]:
    return [part.text for part in split(text, lead=lead)]


def test_what_fits_is_one_part_and_has_no_number() -> None:
    assert texts("On its way.") == ["On its way."]
    assert texts("x" * 280) == ["x" * 280]


def test_a_long_letter_is_cut_where_sentences_and_paragraphs_end() -> None:
    first, second = texts(LETTER)
    assert first.endswith("the van left at nine. 1/2") and second.startswith("You should receive")


def test_every_part_has_room_for_the_name_of_the_person_answered() -> None:
    lead = "@ana_demo "
    assert all(weigh(lead + part).remaining >= 0 for part in texts("word " * 300, lead))


def test_a_word_longer_than_a_post_is_not_cut() -> None:
    assert texts("x" * 281) == []
    assert texts("Look: " + "x" * 281) == []


def test_scripts_without_spaces_are_cut_between_characters_and_not_before_a_closing_mark() -> None:
    parts = texts("ご注文を確認いたしました。" * 30)
    assert len(parts) > 1 and not any(part.startswith("。") for part in parts)
    assert len(texts("👍🏽" * 200)) > 1


def test_more_parts_than_a_thread_takes_are_refused() -> None:
    assert len(texts("word " * (55 * MOST_PARTS - 20))) == MOST_PARTS
    assert texts("word " * (55 * MOST_PARTS + 100)) == []


def test_hostile_text_is_cut_or_refused_in_no_time() -> None:
    assert texts("a." * 4000) == []
    assert texts("@" * 5000) == []


@QUICK
@given(TEXTS)
def test_together_the_parts_are_the_whole_and_each_fits_and_cuts_nothing(text: str) -> None:
    parts = split(text)
    assert "".join(part.source for part in parts) == text
    assert all(weigh(part.text).remaining >= 0 for part in parts)
    places, place = set(), 0
    for part in parts[:-1]:
        place += len(part.source)
        places.add(place)
    whole = [tuple(link["indices"]) for link in extract_urls_with_indices(text)]
    whole += [found.span() for found in regex.finditer(r"\X|[@#]\w+", text)]
    assert [span for span in whole if any(span[0] < place < span[1] for place in places)] == []


DOTS = ["a.de", "x.y", "acme.com/a.b", "...", ".", "3.50", "z.B.", "日本.com", "ok.日本", "_.de", "@a.de", "#b.com"]
JOINTS = ["http://a.de", "co.uk", "-a.com", " ", " ", "  ", "\n", "\u3000", "👍.de", "🇵🇹", "é.fr", "a\u0309."]
DOTTED = st.lists(
    st.sampled_from(DOTS + JOINTS),
    min_size=100,
    max_size=700,
).map("".join)


@QUICK
@given(TEXTS | DOTTED)
def test_one_walk_over_the_text_cuts_it_as_weighing_every_stretch_does(text: str) -> None:
    def weigh_each(whole: splitting.Whole, start: int, end: int) -> int:
        return whole.weigh_exactly(start, end)

    parts = split(text)
    with patch.object(splitting.Whole, "weigh", weigh_each):
        assert split(text) == parts


@pytest.mark.parametrize("piece", ["Visit a.de or b.com. ", "e.g. z.B. i.e. ", "a.b.c ", "Go. ", "日本.com。"])
def test_texts_full_of_dots_are_weighed_a_few_times_a_part(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not as often as there are places to cut: twice for a part, of nine parts first and then of the most."""
    weighed: list[int] = []

    def weigh_and_count(text: str) -> int:
        weighed.append(len(text))
        return length_of(text)

    monkeypatch.setattr(splitting, "length_of", weigh_and_count)
    text = (piece * 1000)[:5000]
    split(text)
    assert sum(weighed) <= 4 * len(text) and len(weighed) <= 2 * (9 + MOST_PARTS) + 4


def test_each_part_is_known_again_in_its_echo() -> None:
    parts = texts(LETTER)
    assert len({fingerprint(part) for part in parts}) == len(parts)
    assert fingerprint(f"@ana_demo {parts[0]}") == fingerprint(parts[0])


@pytest.mark.parametrize("letter", ["x", "x ", "日", "👍 ", "🇩🇪", "a.de ", "."])
def test_what_cannot_become_a_thread_is_seen_by_its_length(letter: str) -> None:
    assert texts((letter * 30_000)[:30_000]) == []


def test_what_is_heavier_composed_is_weighed_composed() -> None:
    assert texts("a\u0309" * 140) == ["a\u0309" * 140]
    assert len(texts("a\u0309 " * 100)) == 2
