"""Several words in one box."""

import pytest

from tickets.rules.typed import is_one_phrase, phrases_in, typed_of, words_typed


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("order, pedido", ["order", "pedido"]),
        ("order\r\n pedido ;  money   back,\n", ["order", "pedido", "money back"]),
        ('"sorry, but", no', ["sorry, but", "no"]),
        ("“sorry, but”\nno", ["sorry, but", "no"]),
        ('a "b, c" d', ['a "b', 'c" d']),
        ('"open, never', ['"open', "never"]),
        ('"say ""so, so""", yes', ['say "so, so"', "yes"]),
        (' , "" ;\n\n', []),
    ],
)
def test_commas_part_words_and_quotes_hold_them_together(typed: str, words: list[str]) -> None:
    assert words_typed(typed) == words


@pytest.mark.parametrize("word", ["order", "sorry, but", 'say "so, so"', '"quoted"', "“quoted”", 'a "b', "a; b", '"'])
def test_what_is_shown_reads_as_the_same_again(word: str) -> None:
    assert words_typed(typed_of([word, "other"])) == [word, "other"]


def test_which_read_as_one_phrase() -> None:
    assert phrases_in('"sorry, but", order') == ["sorry, but"]
    assert is_one_phrase("a;b") and not is_one_phrase("money back")
