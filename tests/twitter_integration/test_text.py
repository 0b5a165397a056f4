"""Text: how it is shown, what it weighs, and that we know our own words again."""

import time
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from twitter_text import extract_urls_with_indices

from twitter_integration.facts.traits import traits
from twitter_integration.text import fingerprint, fits, present, unescape, weigh, weigh_message

LINK = {
    "url": "https://t.co/aCmEsTat01",
    "expanded_url": "https://acme.example/a?b=1&c=2",
    "display_url": "acme.example/a?b=1&c…",
}
WORDS = st.sampled_from(
    [
        *("Hello", "there", "&", "<b>", "&amp;", "&amp;lt;", "R&D", "3.50", "e.g.", "Ok.Then", "…", "😡", "👨‍👩‍👧"),
        *("e\u0301te\u0301", "日本語", "مرحبا", "สวัสดี", "@ben_demo", "＠ben_demo", "#tag", "$ACME", "a@b.example"),
        *("example.com", "https://example.com/a?b=1&c=2", "(http://example.com)", "HTTPS://EXAMPLE.COM/X"),
        *(
            "詳しくはexample.comをご覧ください",
            "http://例え.jp/パス",
            "https://example.comをご覧",
            "пример.рф",
            "https://пример.рф/путь",
        ),
        *("x.com/acme/status/1934266310972145665", "new.topleveldomain", "1.2.3.4", "\u200b", "\u202e", "\x07"),
    ]
)
GAPS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "  ", "", ", ", ". "])
SENT = st.lists(st.tuples(WORDS | st.text(max_size=6), GAPS), max_size=8).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
QUICK = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def wire_form(sent: str, *, current: bool, greeting: str = "", media: bool = False) -> dict[str, Any]:
    """What X makes of a text: composed, links shortened, escaped, with entities counted in the escaped text."""
    text = unicodedata.normalize("NFC", sent).strip()
    wire, urls, position = escape(greeting), [], 0
    for number, found in enumerate(extract_urls_with_indices(text)):
        start, end = found["indices"]
        wire += escape(text[position:start])
        short, shown = f"https://t.co/aBcDeFgH{number:02}", found["url"].split("://")[-1]
        at = [len(wire), len(wire) + len(short)]
        place = {"start": at[0], "end": at[1]} if current else {"indices": at}
        display = shown if len(shown) < 27 else shown[:26] + "…"
        urls.append({"url": short, "expanded_url": f"http://{shown}", "display_url": display} | place)
        wire, position = wire + short, end
    wire += escape(text[position:])
    shown_to = len(wire)
    if media:
        wire += " https://t.co/mEdIaPh001"
    return {"text": wire, "entities": {"urls": urls}, "display_range": [len(escape(greeting)), shown_to]}


def test_entities_are_placed_in_the_escaped_text_before_it_is_unescaped() -> None:
    text = "Tom &amp; I 😡 &lt;see&gt; https://t.co/aCmEsTat01 &amp;amp; #tag"
    entities = {"urls": [LINK | {"indices": [28, 51]}], "hashtags": [{"text": "tag", "indices": [62, 66]}]}
    shown = present(text, entities=entities)
    assert shown.text == "Tom & I 😡 <see> acme.example/a?b=1&c… &amp; #tag"
    assert [shown.text[span.start : span.end] for span in shown.spans] == [LINK["display_url"], "#tag"]
    assert shown.original_text == "Tom & I 😡 <see> https://t.co/aCmEsTat01 &amp; #tag"


def test_both_shapes_of_entities_give_the_same() -> None:
    text = "@ana_demo see https://t.co/aCmEsTat01 $ACME"
    legacy = {
        "user_mentions": [{"screen_name": "ana_demo", "indices": [0, 9]}],
        "urls": [LINK | {"indices": [14, 37]}],
        "symbols": [{"text": "ACME", "indices": [38, 43]}],
    }
    current = {
        "mentions": [{"username": "ana_demo", "start": 0, "end": 9}],
        "urls": [LINK | {"start": 14, "end": 37}],
        "cashtags": [{"tag": "ACME", "start": 38, "end": 43}],
    }
    assert present(text, entities=legacy) == present(text, entities=current)
    assert [span.kind for span in present(text, entities=legacy).spans] == ["mention", "url", "cashtag"]


def test_an_entity_whose_offsets_are_wrong_is_looked_for() -> None:
    shown = present("😡😡 see https://t.co/aCmEsTat01", entities={"urls": [LINK | {"indices": [9, 32]}]})
    assert shown.text == f"😡😡 see {LINK['display_url']}"


def test_an_entity_that_is_nowhere_or_no_link_is_left_out() -> None:
    entities = {"urls": [LINK, {"url": "javascript:alert(1)", "indices": [0, 4]}, None, 7], "hashtags": "no"}
    assert present("just text", entities=entities).spans == ()


def test_leading_mentions_stay_and_trailing_attachments_go() -> None:
    text = "@acmehelp_demo look https://t.co/mEdIaPh001"
    assert present(text, display_range=[15, 19]).text == "@acmehelp_demo look"
    assert present(text, hidden=["https://t.co/mEdIaPh001"]).text == "@acmehelp_demo look"
    assert present("https://t.co/mEdIaPh001", display_range=[0, 0]).text == ""


@pytest.mark.parametrize("display_range", [[0, 4], [0], [0, -1], [0, 10**9], ["0", "4"], None, {}])
def test_a_display_range_that_would_cut_words_is_not_followed(display_range: object) -> None:
    assert present("look at this", display_range=display_range).text == "look at this"


@given(st.text())
def test_unescaping_undoes_escaping_exactly_once(text: str) -> None:
    assert unescape(escape(text)) == text


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hello, world! 👋", 16),
        ("https://example.com/a/very/long/path/that/goes/on", 23),
        ("see example.com now", 31),
        ("日本語", 6),
        ("👨‍👩‍👧‍👦", 2),
        ("“quote”—dash…", 14),
        ("€5", 3),
    ],
)
def test_a_post_weighs_what_x_says(text: str, length: int) -> None:
    weight = weigh(text)
    assert (weight.length, weight.remaining, weight.valid) == (length, 280 - length, True)


@QUICK
@given(SENT, st.integers(1, 12))
@example("a.co " * 12, 1)
@example("日" * 140, 1)
@example("日" * 141, 1)
@example("®" * 141, 1)
def test_whether_a_post_takes_it_is_the_same_without_taking_it_apart(text: str, times: int) -> None:
    assert fits(text * times) == (weigh(text * times).remaining >= 0)


def test_the_limit_is_280_unless_the_account_may_write_more() -> None:
    assert (weigh("x" * 280).valid, weigh("x" * 281).valid) == (True, False)
    assert weigh("x" * 281).remaining == -1
    assert weigh("x" * 281, limit=25_000).valid
    assert not weigh(" \n").valid


def test_a_message_is_counted_in_plain_characters() -> None:
    assert (weigh_message("日本語 👋").length, weigh_message("https://acme.example").length) == (5, 20)
    assert (weigh_message("x" * 10_000).valid, weigh_message("x" * 10_001).valid) == (True, False)
    assert not weigh_message("").valid


@pytest.mark.parametrize("text", ["a." * 5000, "日." * 5000, "https://日" + "a." * 5000, "@a " * 3000, "&amp;" * 2000])
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    started = time.process_time()
    weigh(text, limit=25_000)
    fingerprint(text)
    assert time.process_time() - started < 2  # twitter-text alone would need minutes


@QUICK
@given(sent=SENT, current=st.booleans(), greeting=st.sampled_from(["", "@ana_demo ", "@ana_demo @ben_demo "]))
def test_an_echo_has_the_fingerprint_of_what_we_sent(sent: str, current: bool, greeting: str) -> None:
    for media in (False, True):
        echo = present(**wire_form(sent, current=current, greeting=greeting, media=media))
        assert fingerprint(echo.text, spans=echo.spans) == fingerprint(sent)


@QUICK
@given(sent=SENT)
def test_the_raw_echo_with_its_short_links_has_it_too(sent: str) -> None:
    wire = wire_form(sent, current=True)
    assert fingerprint(wire["text"]) == fingerprint(unescape(wire["text"])) == fingerprint(sent)


@pytest.mark.parametrize(
    ("sent", "echo"),
    [
        ("see example.com now", "see https://t.co/aBcDeFgH01 now"),
        ("see new.topleveldomain now", "see https://t.co/aBcDeFgH01 now"),
        ("Thanks!", "@ana_demo Thanks!"),
        ("R&D <3", "R&amp;D &lt;3"),
        ("one\n\ntwo ", "one two"),
        ("e\u0301te\u0301", "été"),
        ("With a photo", "With a photo https://t.co/mEdIaPh001"),
        ("We wrote x.com/acme/status/1", "We wrote"),
    ],
)
def test_one_text_written_two_ways_has_one_fingerprint(sent: str, echo: str) -> None:
    assert fingerprint(sent) == fingerprint(echo)


@QUICK
@example(sent="https://example.com/a?b=1&c=2https://example.com/a?b=1&c=2 ", current=False, greeting="")
@example(sent="x.com/acme/status/1934266310972145665(http://example.com)  Hello", current=False, greeting="")
@example(sent="(http://example.com) and x.com/acme/status/1(http://example.com)", current=True, greeting="")
@given(sent=SENT, current=st.booleans(), greeting=st.sampled_from(["", "@ana_demo "]))
def test_nothing_that_can_be_compared_tells_an_echo_from_what_we_sent(sent: str, current: bool, greeting: str) -> None:
    for private in (False, True):
        wire = wire_form(sent, current=current, greeting="" if private else greeting)
        echo = present(**wire)
        told = traits(echo.text, private=private, spans=echo.spans)
        assert "" in (told, traits(sent, private=private)) or told == traits(sent, private=private)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("see https://acme.example/a", "see https://acme.example/b"),
        ("https://acme.example/a", "https://acme.example/b"),
        ("@ana_demo", "@ben_demo"),
        ("see", "see https://acme.example/a"),
    ],
)
def test_links_and_names_tell_messages_with_one_fingerprint_apart(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)
    assert traits(one, private=True) != traits(other, private=True)


def test_files_without_words_are_counted_and_x_own_links_and_short_ones_are_not_compared() -> None:
    assert traits("", private=True, files=1) != traits("@ana_demo", private=True) != traits("", private=True, files=2)
    assert traits("@ana_demo", private=False, files=2) == traits("", private=False, files=2)
    assert traits("Hello x.com/acme/status/1", private=False) == traits("Hello", private=False)
    assert traits("see https://t.co/aBcDeFgH01", private=True) == ""


def test_different_answers_have_different_fingerprints() -> None:
    answers = [
        "Yes",
        "No",
        "yes",
        "We refund 3.50",
        "We refund 3.60",
        "日本語です",
        "日本語 example.com です",
        "👍",
        "👎",
        "",
    ]
    assert len({fingerprint(answer) for answer in answers}) == len(answers)
    assert len(fingerprint("Yes")) == 32
