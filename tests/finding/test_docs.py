"""Every word of the language is told by its name, at the desk and in the docs."""

import re

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client

from tests.api.caller import Caller
from tests.factories import NOW, make_address, make_policy, make_queue, make_ticket
from tests.house.tree import ROOT
from tickets.finding.vocabulary import FIELDS, HAS, IS
from tickets.models import Folder, SearchLabel, Skill, Tag

DOCS = (ROOT / "docs" / "finding.md").read_text()
# What stands in the tables' first column, and the examples above them.
_CELLS = [cell for row in re.findall(r"^\| (`.+?) \|", DOCS, re.MULTILINE) for cell in re.findall(r"`([^`]+)`", row)]
_BLOCK = re.findall(r"^    (\S.*)$", DOCS, re.MULTILINE)
LINES = [line for line in (*_CELLS, *_BLOCK) if not line.endswith("…")]


@pytest.mark.parametrize("word", [*(f"{name}:" for name in FIELDS), *(f"is:{value}" for value in IS), "has:"])
def test_the_docs_tell_it(word: str) -> None:
    assert f"`{word}" in DOCS


@pytest.mark.parametrize("word", HAS)
def test_they_tell_whatever_a_ticket_may_have(word: str) -> None:
    assert f"`{word}`" in DOCS or f"`has:{word}`" in DOCS


@pytest.mark.django_db
def test_every_line_they_show_is_understood_and_answered(alice: User, acme: object) -> None:
    """As they stand there, each without and with a minus, by the page and by the API."""
    desk, api = Client(), Caller(alice)
    desk.force_login(alice)
    _set_up()
    assert len(LINES) > 60 and "is:snoozed" in LINES and "refund OR koffer" in LINES
    for line in LINES:
        for asked in (line, f"-({line})"):
            page = desk.get("/tickets/", {"q": asked})
            assert page.status_code == 200 and not page.context.get("mistake"), asked
            assert api.get("tickets/", {"q": asked}).status_code == 200, asked


def _set_up() -> None:
    make_queue("Billing")
    make_policy("Gold")
    Folder.objects.create(name="Lost bags", parent=Folder.objects.create(name="Travel"))
    make_address("900000000000000077", handle="acme")
    Tag.objects.create(name="refund")
    Skill.objects.create(name="German")
    SearchLabel.objects.create(name="Lost bags")
    make_ticket(private=True, snoozed_at=NOW)


def test_the_page_tells_every_field() -> None:
    page = render_to_string("tickets/query_words_table.html")
    assert [name for name in FIELDS if f"{name}:" not in page] == []
