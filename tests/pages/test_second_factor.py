"""docs/rules.md, "Two-factor sign-in": a password alone lets nobody in who has a second factor, by no door."""

import re
from collections.abc import Sequence
from datetime import timedelta
from io import StringIO
from threading import Barrier, Thread

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.api.caller import Caller
from tests.factories import make_agent, make_person, make_ticket
from tests.pages.test_statements import statements
from tickets.errors import CannotChange
from tickets.models import SecondFactor
from tickets.signing_in import factor as factors
from tickets.signing_in.codes import code_at

PASSWORD = "correct horse battery"
PAGE, CODE = "/settings/second-factor/", "/sign-in/code/"


def code_of(person: User, *, ahead: int = 0) -> str:
    """What their app shows now, or in so many steps."""
    return code_at(SecondFactor.objects.get(person=person).secret, int(timezone.now().timestamp()) // 30 + ahead)


def turn_on(person: User) -> Sequence[str]:
    now = timezone.now()
    factors.begin(person, now=now)
    return factors.confirm(person, code_of(person, ahead=-1), now=now)


def sign_in(client: Client, name: str = "alice") -> None:
    client.post("/sign-in/", {"username": name, "password": PASSWORD})


def test_it_is_turned_on_by_the_password_and_a_code(desk: Client, alice: User) -> None:
    wrong = desk.post(PAGE, {"what": "begin", "password": "guessed"})
    assert wrong.status_code == 422 and not SecondFactor.objects.exists()
    desk.post(PAGE, {"what": "begin", "password": PASSWORD})
    page = desk.get(PAGE)
    assert "<svg" in page.content.decode() and "no-store" in page["Cache-Control"]
    drawing = page.content.decode().partition('class="qr-in"')[2].partition("<path")[0]
    assert "viewBox" in drawing and "width=" not in drawing  # it fills its place
    assert desk.get("/").status_code == 200  # nothing is asked for before it is confirmed
    assert desk.post(PAGE, {"what": "confirm", "code": "000"}).status_code == 422
    told = desk.post(PAGE, {"what": "confirm", "code": code_of(alice)}).content.decode()
    assert len(re.findall(r"<li><code>", told)) == factors.RECOVERY_CODES
    shown = desk.get(PAGE).content.decode()
    assert desk.get("/").status_code == 200 and SecondFactor.objects.get().secret not in shown


@pytest.mark.parametrize(
    "door", ["/", "/tickets/", "/settings/", "/admin/", "/admin/auth/user/", PAGE, "/live/", "/accounts/", "/palette/"]
)
def test_a_password_alone_opens_no_page(client: Client, alice: User, acme: object, door: str) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    turn_on(alice)
    sign_in(client)
    answer = client.get(door)
    assert answer.status_code in (302, 401, 403, 404), door
    if answer.status_code == 302:
        assert client.get(door, follow=True).redirect_chain[-1][0].startswith(CODE)


def test_nor_the_api_nor_a_change(client: Client, alice: User, acme: object) -> None:
    ticket = make_ticket()
    turn_on(alice)
    sign_in(client)
    assert client.get("/api/v1/tickets/").status_code == 401
    client.post(f"/tickets/{ticket.pk}/take/")
    client.post(PAGE, {"what": "off", "code": ""})
    ticket.refresh_from_db()
    assert ticket.assignee is None and SecondFactor.objects.exists()
    assert Caller(alice).get("tickets/").status_code == 200  # a token is asked for no code


def test_the_administration_s_own_sign_in_asks_too(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    turn_on(alice)
    client.post("/admin/login/?next=/admin/", {"username": "alice", "password": PASSWORD})
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == f"{CODE}?next=%2Fadmin%2F"
    assert client.post(CODE, {"code": code_of(alice), "next": "/admin/"})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_code_lets_in_once(client: Client, alice: User, acme: object) -> None:
    turn_on(alice)
    code = code_of(alice)
    sign_in(client)
    assert client.post(CODE, {"code": code, "next": "//evil.example/"})["Location"] == "/"
    assert client.get("/").status_code == 200 and client.get(CODE)["Location"] == "/"
    other = Client()
    sign_in(other)
    refused = other.post(CODE, {"code": code})
    assert refused.status_code == 422 and "was used already" in refused.content.decode()


def test_a_recovery_code_lets_in_once_however_it_is_typed(client: Client, alice: User) -> None:
    codes = turn_on(alice)
    for attempt, status in ((codes[0].upper(), 302), (codes[0], 422), (codes[1].replace("-", " "), 302)):
        browser = Client()
        sign_in(browser)
        assert browser.post(CODE, {"code": attempt}).status_code == status
    assert len(SecondFactor.objects.get().recovery) == factors.RECOVERY_CODES - 2


def test_guessing_is_closed_after_five_and_opens_again(alice: User) -> None:
    turn_on(alice)
    now = timezone.now()
    for _ in range(factors.MOST_FAILURES):
        with pytest.raises(CannotChange):
            factors.prove(alice, "000000", now=now)
    with pytest.raises(CannotChange, match="Too many"):
        factors.prove(alice, code_of(alice), now=now)
    later = now + factors.CLOSED_FOR + timedelta(seconds=1)
    step = int(later.timestamp()) // 30
    assert factors.prove(alice, code_at(SecondFactor.objects.get().secret, step), now=later)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_show_one_code_at_once_one_gets_in() -> None:
    alice = make_agent("alice")
    turn_on(alice)
    code, ready, let_in = code_of(alice), Barrier(2), list[bool]()

    def show() -> None:
        ready.wait()
        try:
            factors.prove(alice, code, now=timezone.now())
            let_in.append(True)
        except CannotChange:
            let_in.append(False)
        finally:
            connection.close()

    threads = [Thread(target=show) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(let_in) == [False, True]


def test_other_browsers_are_asked_from_then_on(desk: Client, alice: User) -> None:
    other = Client()
    other.force_login(alice)
    turn_on(alice)
    assert other.get("/", follow=True).redirect_chain[-1][0].startswith(CODE)


def test_who_is_half_in_can_sign_out(client: Client, alice: User) -> None:
    turn_on(alice)
    sign_in(client)
    assert "You are alice" in client.get(CODE).content.decode()
    client.post("/sign-out/")
    assert client.get(CODE)["Location"] == "/" and client.get("/sign-in/").status_code == 200


def test_it_is_turned_off_by_a_code_and_its_recovery_codes_are_renewed(desk: Client, alice: User) -> None:
    desk.post(PAGE, {"what": "begin", "password": PASSWORD})
    desk.post(PAGE, {"what": "confirm", "code": code_of(alice, ahead=-1)})
    assert desk.post(PAGE, {"what": "off", "code": "000000"}).status_code == 422
    told = desk.post(PAGE, {"what": "codes", "code": code_of(alice)}).content.decode()
    fresh = re.findall(r"<li><code>(.*?)</code>", told)
    assert len(fresh) == factors.RECOVERY_CODES
    assert desk.post(PAGE, {"what": "off", "code": fresh[0]})["Location"] == PAGE
    assert not SecondFactor.objects.exists() and desk.get("/").status_code == 200


def test_whoever_may_change_users_takes_it_away_and_that_is_audited(client: Client, alice: User) -> None:
    turn_on(alice)
    at = f"/admin/tickets/secondfactor/{alice.pk}/"
    auditor = Client()
    auditor.force_login(make_person("nora", role="Auditors", is_staff=True))
    secret = SecondFactor.objects.get().secret
    assert auditor.get(f"{at}delete/").status_code == 403 and secret not in auditor.get(f"{at}change/").content.decode()
    client.force_login(make_person("ada", role="Administrators", is_staff=True))
    assert client.post(f"{at}delete/", {"post": "yes"}).status_code == 302
    assert not SecondFactor.objects.exists()
    lines = LogEntry.objects.filter(content_type__model="secondfactor")
    assert lines.filter(action=LogEntry.Action.DELETE, actor__username="ada").exists()
    assert not any(secret in str(line.changes) for line in lines)


def test_of_a_superuser_only_another_one_takes_it_away(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=True, is_staff=True)
    turn_on(alice)
    client.force_login(make_person("ada", role="Administrators", is_staff=True))
    assert client.post(f"/admin/tickets/secondfactor/{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert SecondFactor.objects.exists()


def test_a_command_takes_it_away_where_nobody_else_can(alice: User) -> None:
    turn_on(alice)
    call_command("second_factor_off", "alice", stdout=StringIO())
    for name in ("alice", "nobody"):
        with pytest.raises(CommandError):
            call_command("second_factor_off", name)


def test_it_costs_no_statement_and_its_secret_is_not_read(desk: Client, alice: User) -> None:
    before = statements(desk, "/")
    turn_on(alice)
    session = desk.session
    session["second_factor"] = str(SecondFactor.objects.get().key)
    session.save()
    SecondFactor.objects.extra().update(last_step=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_secondfactor SET secret = 'sealed by a key that is gone'")
    assert statements(desk, "/") == before
