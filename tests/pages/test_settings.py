"""docs/rules.md, "One's own settings": clock, theme, keys and password of the person, in every browser of theirs."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_agent
from tests.pages.test_statements import statements
from tickets.models import NoticeSettings

SHEET = {"time_zone": "Asia/Tokyo", "theme": "dark", "single_keys": "yes"}
OLD, NEW = "correct horse battery", "staple of another kind"


def page(desk: Client, address: str = "/settings/") -> str:
    return desk.get(address).content.decode()


def passwords(old: str = OLD, new: str = NEW, again: str = NEW) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": again}


def test_what_is_chosen_is_kept_and_shown(desk: Client, alice: User) -> None:
    assert desk.post("/settings/", SHEET)["Location"] == "/settings/"
    wish = NoticeSettings.objects.get(person=alice)
    assert (wish.time_zone, wish.theme, wish.single_keys) == ("Asia/Tokyo", "dark", True)
    assert re.search(r'value="dark" checked', page(desk)) and "Asia/Tokyo" in page(desk)


def test_what_cannot_be_kept_is_shown_again_with_the_reason(desk: Client) -> None:
    for wrong in ({"time_zone": "Middle/Earth"}, {"theme": "pink"}):
        answer = desk.post("/settings/", SHEET | wrong)
        assert answer.status_code == 422 and "That did not work" in answer.content.decode()
    assert not NoticeSettings.objects.exclude(time_zone="").exists()


def test_the_theme_is_theirs_in_every_browser_and_stays_where_nobody_is_signed_in(desk: Client, alice: User) -> None:
    other = Client()
    other.force_login(alice)
    other.cookies["theme"] = "light"
    desk.post("/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in page(other, "/")
    other.post("/sign-out/")
    assert 'data-theme="dark"' in page(other, "/sign-in/")


def test_the_administration_looks_as_they_chose(desk: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    NoticeSettings.objects.create(person=alice, theme="dark")
    assert re.search(r'<html[^>]* class="[^"]*dark', page(desk, "/admin/"))


def test_of_two_who_share_a_browser_each_has_their_own_theme(desk: Client, alice: User) -> None:
    NoticeSettings.objects.create(person=alice, theme="dark")
    NoticeSettings.objects.create(person=make_agent("bob"), theme="light")
    assert 'data-theme="dark"' in page(desk, "/")
    desk.force_login(User.objects.get(username="bob"))
    assert 'data-theme="light"' in page(desk, "/")


def test_single_keys_are_turned_off(desk: Client) -> None:
    assert "data-single-keys" not in page(desk, "/tickets/")
    desk.post("/settings/", {"theme": "system"})
    assert 'data-single-keys="off"' in page(desk, "/tickets/")
    assert "You have turned single keys off" in page(desk, "/keys/")


@pytest.mark.parametrize("address", ["/", "/tickets/"])
def test_it_costs_no_statement(desk: Client, alice: User, address: str) -> None:
    before = statements(desk, address)
    NoticeSettings.objects.create(person=alice, theme="dark", single_keys=False)
    assert statements(desk, address) == before


def test_a_new_password_signs_other_browsers_out_and_not_this_one(desk: Client, alice: User) -> None:
    other = Client()
    other.force_login(alice)
    assert desk.post("/settings/password/", passwords())["Location"] == "/settings/"
    assert "Your password is changed" in page(desk)
    assert other.get("/").status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_a_password_needs_the_one_of_before_and_is_not_shown_again(desk: Client, alice: User) -> None:
    for wrong in (
        passwords(old="guessed"),
        passwords(again="something else"),
        passwords(new="12345678", again="12345678"),
    ):
        answer = desk.post("/settings/password/", wrong)
        assert answer.status_code == 422 and "Your password is as before" in answer.content.decode()
        assert not any(f'value="{word}"' in answer.content.decode() for word in wrong.values())
    alice.refresh_from_db()
    assert alice.check_password(OLD)
    assert desk.get("/settings/password/")["Location"] == "/settings/"
