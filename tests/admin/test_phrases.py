"""Canned replies, macros and checklists in the admin: what cannot be meant is refused where it stands."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_folder
from tests.tickets.test_phrases import make_canned
from tickets.models import CannedReply, Checklist, Macro

pytestmark = pytest.mark.django_db
NO_ROWS = {"texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0"}
TEXT = {"texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "0", "texts-0-text": "Hello", "texts-0-language": "de"}


def add(boss: Client, model: str, **words: object) -> str:
    answer = boss.post(reverse(f"admin:tickets_{model}_add"), words, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_canned_reply_has_a_text_in_a_language_and_a_shortcut_of_its_own(boss: Client) -> None:
    make_canned("Delay", shortcut="late")
    told = {"title": "Later", "shortcut": "late", "enabled": "on"}
    page = add(boss, "cannedreply", **told, **TEXT)
    assert "The shortcut late is taken by ‘Delay’." in page and "Constraint" not in page
    told["shortcut"] = "later"
    assert "has one text at least" in add(boss, "cannedreply", **told, **NO_ROWS)
    assert "Select a valid choice" in add(boss, "cannedreply", **told, **(TEXT | {"texts-0-language": "klingon"}))
    assert CannedReply.objects.count() == 1
    add(boss, "cannedreply", **told, **TEXT)
    assert CannedReply.objects.get(shortcut="later").texts.get().language == "de"


def test_a_text_of_a_language_that_is_none_is_shown_and_has_to_be_mended(boss: Client) -> None:
    reply = make_canned("Old", {"text": "Qapla", "language": "klingon"})
    address = reverse("admin:tickets_cannedreply_change", args=[reply.pk])
    assert '<option value="klingon" selected' in boss.get(address).content.decode()


def test_a_checklist_has_a_line(boss: Client) -> None:
    rows = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-text": "", "lines-0-position": "100"}
    assert "has one line at least" in add(boss, "checklist", name="Refund", enabled="on", **rows)
    assert not Checklist.objects.exists()
    add(boss, "checklist", name="Refund", enabled="on", **(rows | {"lines-0-text": "Ask the bank"}))
    assert Checklist.objects.get().lines.get().text == "Ask the bank"


def test_a_macro_does_something_and_names_folders_by_their_path(boss: Client) -> None:
    make_folder("Delayed", parent=make_folder("Baggage"))
    assert "Baggage / Delayed" in boss.get(reverse("admin:tickets_macro_add")).content.decode()
    told = {"name": "Empty", "position": "100", "enabled": "on"}
    assert "It does nothing yet" in add(boss, "macro", **told)
    assert "What is done is not put aside" in add(boss, "macro", **told, status="resolved", snooze_hours="5")
    assert not Macro.objects.exists()
    add(boss, "macro", **told, tags="seen")
    assert Macro.objects.get().tag_names == ["seen"]
