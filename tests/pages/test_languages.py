"""docs/rules.md, "Languages": everybody reads the desk in their own, whoever read the page before them."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from kapture.languages import offered
from tests.factories import make_agent, make_ticket
from tickets.errors import NotAllowed
from tickets.models import BusinessHours, NoticeSettings, OutboxEntry
from tickets.permissions import require
from tickets.promises.opening import WrongHours, read_hours
from tickets.sending.following import BEFORE_FAILED

pytestmark = pytest.mark.django_db
SHEET = {"time_zone": "", "theme": "system", "single_keys": "yes"}


@pytest.fixture(autouse=True)
def two_languages(settings: Any) -> None:
    settings.LANGUAGES = offered(["en", "de", "ar"])


def page(desk: Client, address: str = "/tickets/", **asked: str) -> str:
    return desk.get(address, headers=asked).content.decode()


def test_what_somebody_chose_holds_on_every_page_and_stays_where_nobody_is_signed_in(desk: Client, alice: User) -> None:
    assert '<html lang="en"' in page(desk)
    desk.post("/settings/", SHEET | {"language": "de"})
    assert NoticeSettings.objects.get(person=alice).language == "de"
    for address in ("/tickets/", "/settings/"):
        assert '<html lang="de"' in page(desk, address)
    assert re.search(r'value="de" lang="de" selected', page(desk, "/settings/"))
    desk.post("/sign-out/")
    assert '<html lang="de"' in page(desk, "/sign-in/")


def test_what_is_no_language_here_is_not_kept(desk: Client, alice: User) -> None:
    answer = desk.post("/settings/", SHEET | {"language": "tlh"})
    assert answer.status_code == 422 and "tlh" in answer.content.decode()
    assert not NoticeSettings.objects.exclude(language="").exists()


def test_who_chose_none_reads_what_the_browser_asks_for(desk: Client) -> None:
    desk.post("/settings/", SHEET | {"language": "de"})
    desk.post("/settings/", SHEET | {"language": ""})
    assert '<html lang="en"' in page(desk)
    assert '<html lang="de"' in page(desk, accept_language="de-AT, de;q=0.9")
    assert '<html lang="ar" dir="rtl"' in page(desk, accept_language="ar")


def test_two_read_the_same_list_in_turn_each_in_their_own(desk: Client, alice: User) -> None:
    make_ticket()
    bob, other = make_agent("bob"), Client()
    NoticeSettings.objects.create(person=alice, language="de")
    NoticeSettings.objects.create(person=bob, language="en")
    other.force_login(bob)
    first = page(desk), page(other)
    assert "nicht erreichbar" in first[0] and "cannot be reached" in first[1] and "cannot be reached" not in first[0]
    for client, word in ((desk, "nicht erreichbar"), (other, "cannot be reached"), (desk, "nicht erreichbar")):
        assert word in page(client)


@pytest.mark.parametrize(("language", "written"), [("en", "5 Nov 2026, 14:03"), ("de", "5. Nov 2026, 14:03")])
def test_a_day_is_written_as_the_language_writes_it(language: str, written: str) -> None:
    moment = datetime(2026, 11, 5, 14, 3, tzinfo=UTC)
    with translation.override(language):
        assert Template("{{ at|date:'j M Y, H:i' }}").render(Context({"at": moment})) == written


def test_what_a_module_without_django_refuses_is_said_in_the_readers_language() -> None:
    """Programs and logs have it in English."""
    hours = BusinessHours(name="Office", opening_hours="Sunday", time_zone="Europe/Berlin")
    with translation.override("de"), pytest.raises(ValidationError) as refused:
        hours.full_clean()
    assert refused.value.message_dict["opening_hours"][0].startswith("„Sunday“ ist keine Zeile mit Öffnungszeiten.")
    with pytest.raises(WrongHours, match="is no line of opening hours"):
        read_hours("Sunday", ZoneInfo("UTC"))


def test_what_was_written_down_of_an_answer_is_said_in_the_readers_language() -> None:
    entry = OutboxEntry(reason=BEFORE_FAILED)
    assert entry.why == BEFORE_FAILED and OutboxEntry().why == ""
    with translation.override("de"):
        assert entry.why.startswith("Dieser Teil folgt auf den vorigen") and OutboxEntry().why == ""
        assert OutboxEntry(reason="Said by somebody.").why == "Said by somebody."
        quoting = OutboxEntry(reason="X refused this. X says: Yes")
        assert quoting.why == "X hat dies abgelehnt. X sagt: Yes"  # theirs as it is, though “Yes” is a word of ours


def test_who_may_not_is_told_so_in_their_language() -> None:
    outsider = User.objects.create(username="outsider")
    with translation.override("de"), pytest.raises(NotAllowed, match="Sie dürfen keine Tickets sehen"):
        require(outsider, "see")


def test_which_languages_there_are_is_said_by_a_setting() -> None:
    assert offered(["de", " EN "]) == [("de", "Deutsch"), ("en", "English")]
    for wrong in ([], [""], ["de", "tlh"]):
        with pytest.raises(ImproperlyConfigured, match="LANGUAGES"):
            offered(wrong)
