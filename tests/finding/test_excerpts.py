"""What a row shows of why it was found."""

import pytest

from tickets.finding.excerpts import LONGEST, excerpt, marked
from tickets.finding.query import parse
from tickets.finding.terms import told_of


def shown_of(text: str, line: str) -> str:
    return "".join(
        f"[{piece.text}]" if piece.hit else piece.text for piece in excerpt(text, list(told_of(parse(line).tree)))
    )


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        ("My bag is lost", "bag", "My [bag] is lost"),
        ("J’ai RÉSERVÉ", "reserve", "J’ai [RÉSERVÉ]"),
        ("A lost bag, lost again", '"lost bag"', "A [lost bag], lost again"),
        ("refund refunds refunded", "refun*", "[refund] [refunds] [refunded]"),
        ("注文した荷物がまだ", "荷物", "注文した[荷物]がまだ"),
        ("Order AB-1234-56 please", "ab-1234-56", "Order [AB-1234-56] please"),
        ("two\nlines\n\nof bag", "bag", "two lines of [bag]"),
        ("My bag is lost", "bag -zebra is:open", "My [bag] is lost"),
        ("My bag is lost", "-lost bag", "My [bag] is lost"),
        ("My bag is lost", "bag OR (lost is:open) OR -my", "My [bag] is [lost]"),
        ("My bag is lost", "-(bag OR -lost)", "My bag is [lost]"),
        ("My bag is lost", "zebra", ""),
        ("<b>bag</b>", "bag", "<b>[bag]</b>"),
    ],
)
def test_the_words_that_were_found_are_marked(text: str, line: str, shown: str) -> None:
    assert shown_of(text, line) == shown


def test_a_long_text_is_cut_around_the_first_of_them() -> None:
    shown = shown_of("so much before " * 40 + "the bag is lost " + "and much behind " * 40, "bag")
    assert shown.startswith("…") and shown.endswith("…") and "[bag]" in shown and len(shown) < LONGEST + 5


@pytest.mark.parametrize(
    ("name", "line", "shown"),
    [
        ("Zoë Müller", "mul", "Zoë [Müller]"),
        ("Zoë Müller", "zoe OR bag", "[Zoë] Müller"),
        ("<b>Zoë</b>", "zoe", "<b>[Zoë]</b>"),
        ("Zoë Müller", "-zoe from:zoe", ""),
        ("Zoë Müller", "ller", ""),
    ],
)
def test_a_name_is_marked_where_its_words_begin_so(name: str, line: str, shown: str) -> None:
    pieces = marked(name, list(told_of(parse(line).tree)))
    assert "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces) == shown
