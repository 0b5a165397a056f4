"""Which way the words of a post run, and what shows them."""

import pytest
from django.template import Context, Template

from tickets.wording.directions import direction_of


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("@acmehelp_demo أين طلبي؟", "rtl"),
        ("@acmehelp_demo @other_1, שלום לכולם", "rtl"),
        (".@acmehelp_demo 24 ساعة", "rtl"),
        ("RT @acmehelp_demo: مرحبا", "rtl"),
        ("https://t.co/abc מה זה?", "rtl"),
        ("«شكرا» @acmehelp_demo", "rtl"),
        ("@acmehelp_demo where is my شحنة", "ltr"),
        ("Where is שלום", "ltr"),
        ("@acmehelp_demo ありがとう", "ltr"),
        ("@مرحبا hello", "rtl"),
        ("mail@acme.example مرحبا", "ltr"),
        ("@acmehelp_demo 🙏 123", "auto"),
        ("@acmehelp_demo", "auto"),
        ("", "auto"),
        ("@a " * 8_000 + "مرحبا", "rtl"),
    ],
)
def test_the_words_after_leading_names_and_links_say_the_direction(text: str, way: str) -> None:
    assert direction_of(text) == way


def test_a_page_asks_the_words_it_shows() -> None:
    shown = Template('{% load desk %}<p dir="{{ text|direction }}"></p>')
    assert shown.render(Context({"text": "@acmehelp_demo שלום"})) == '<p dir="rtl"></p>'
    assert shown.render(Context({"text": None})) == '<p dir="auto"></p>'
