"""How a text is cut into the words it is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.finding.words import fold, phrase, tidy, tokens, vector


@pytest.mark.parametrize(
    ("typed", "found_as"),
    [
        ("Réservé", "reserve"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("smørrebrød", "smorrebrod"),
        ("İstanbul", "istanbul"),
        ("أُرِيدُ", "اريد"),
        ("حقيبة", "حقيبه"),
        ("١٢٣", "123"),
        ("Москва\u0301", "москва"),
        ("ὈΔΥΣΣΕΎΣ", "οδυσσευσ"),
    ],
)
def test_case_accents_and_ways_of_writing_make_no_difference(typed: str, found_as: str) -> None:
    assert [token.word for token in tokens(tidy(typed))] == [found_as]


def test_full_width_and_invisible_signs_make_no_difference() -> None:
    assert vector("ＡＢ－１２") == vector("AB-12")
    assert vector("re\u00adfund\u200b") == vector("refund")


def test_scripts_without_spaces_are_cut_into_pairs() -> None:
    assert [token.word for token in tokens("荷物が届く")] == ["荷物", "物が", "が届", "届く", "く"]
    assert phrase("荷物") == "('荷物')" and phrase("荷") == "('荷':*)"


def test_a_handle_is_one_word_and_a_number_in_groups_is_found_as_one_too() -> None:
    assert phrase("@ana_b") == "('ana_b')"
    assert vector("AB-1234-56") == "'ab':1 'ab123456':1 '1234':2 '56':3"
    assert phrase("AB-1234-56") == "('ab' <-> '1234' <-> '56' | 'ab123456')"


def test_a_picture_is_a_word() -> None:
    assert vector("So late 😡") == "'so':1 'late':2 '😡':3"


@pytest.mark.parametrize("nothing", ["", "...", "-", "\u200b", "«»"])
def test_signs_alone_are_nothing_to_look_for(nothing: str) -> None:
    assert phrase(nothing) == ""


@given(st.text(max_size=200))
def test_whatever_is_typed_the_words_are_plain_and_in_their_places(text: str) -> None:
    tidied = tidy(text)
    found = list(tokens(tidied))
    assert [token.place for token in found] == list(range(1, len(found) + 1))
    assert all(token.word and "'" not in token.word and "\\" not in token.word for token in found)
    assert all(tidied[token.start : token.stop] for token in found)


@given(st.text(max_size=50))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
