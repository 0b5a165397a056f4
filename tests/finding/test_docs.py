"""Every word of the language is told by its name, at the desk and in the docs."""

import pytest
from django.template.loader import render_to_string

from tests.house.tree import ROOT
from tickets.finding.query import FIELDS, IS


@pytest.mark.parametrize("word", [*(f"{name}:" for name in FIELDS), *(f"is:{value}" for value in IS)])
def test_the_docs_tell_it(word: str) -> None:
    assert f"`{word}" in (ROOT / "docs" / "finding.md").read_text()


def test_the_page_tells_every_field() -> None:
    page = render_to_string("tickets/query_words.html")
    assert [name for name in FIELDS if f"{name}:" not in page] == []
