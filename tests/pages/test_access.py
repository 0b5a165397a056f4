"""Who gets which page: the agent the page, the outsider nothing, the unknown the way in."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import make_agent, make_answer, make_outsider, make_ticket
from tickets.models import Ticket

PAGES = [
    "/",
    "/parts/",
    "/tickets/",
    "/tickets/?view=mine",
    "/tickets/rows/",
    "/tickets/{n}/",
    "/tickets/{n}/parts/",
]
POSTS = [
    f"/tickets/{{n}}/{verb}/"
    for verb in ("take", "assign", "status", "priority", "move", "file", "tag", "untag", "measure")
]
# Its answer stays in the bar after a mistake: who reloads it is led back.
LED = "/tickets/{n}/write/"


@pytest.fixture
def ticket(acme: object) -> Ticket:
    return make_ticket()


@pytest.mark.parametrize("page", PAGES)
def test_an_agent_gets_every_page(desk: Client, ticket: Ticket, page: str) -> None:
    answer = desk.get(page.format(n=ticket.pk))
    assert answer.status_code == 200
    assert "no-cache" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("page", PAGES)
def test_an_outsider_is_told_that_there_is_nothing(strangers_desk: Client, ticket: Ticket, page: str) -> None:
    answer = strangers_desk.get(page.format(n=ticket.pk))
    assert answer.status_code == 404
    assert "Where is my order" not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_is_shown_the_way_in(client: Client, ticket: Ticket, page: str) -> None:
    answer = client.get(page.format(n=ticket.pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=/")


@pytest.mark.parametrize("page", [*POSTS, LED])
def test_an_outsider_changes_nothing(strangers_desk: Client, ticket: Ticket, page: str) -> None:
    assert strangers_desk.post(page.format(n=ticket.pk), {"status": "resolved"}).status_code == 404
    ticket.refresh_from_db()
    assert ticket.status == "new"


@pytest.mark.parametrize("page", POSTS)
def test_nothing_changes_by_looking(desk: Client, ticket: Ticket, page: str) -> None:
    assert desk.get(page.format(n=ticket.pk)).status_code == 405


def test_who_reloads_an_answer_of_the_composer_is_led_to_the_ticket(
    desk: Client, strangers_desk: Client, ticket: Ticket
) -> None:
    assert desk.get(LED.format(n=ticket.pk))["Location"] == f"/tickets/{ticket.pk}/"
    assert strangers_desk.get(LED.format(n=ticket.pk)).status_code == 404
    assert ticket.messages.count() == 0


@pytest.mark.parametrize("verb", ["undo", "try-again"])
def test_a_strangers_hands_are_kept_off_messages(strangers_desk: Client, ticket: Ticket, verb: str) -> None:
    message = make_answer(ticket, state="held")
    assert strangers_desk.post(f"/messages/{message.pk}/{verb}/").status_code == 404
    assert strangers_desk.post(f"/messages/{message.pk + 99}/{verb}/").status_code == 404


def test_a_script_without_a_session_is_sent_to_sign_in_as_a_whole(client: Client, ticket: Ticket) -> None:
    answer = client.get(f"/tickets/{ticket.pk}/parts/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/sign-in/")
    assert answer.content == b""


def test_private_tickets_are_nothing_to_who_may_not_read_them(acme: object) -> None:
    bob = make_agent("bob")
    bob.groups.clear()
    bob.user_permissions.add(*_permissions("view_ticket", "work_ticket"))
    secret = make_ticket(private=True, last_text="My number is 555")
    client = Client()
    client.force_login(bob)
    assert client.get(f"/tickets/{secret.pk}/").status_code == 404
    assert "My number" not in client.get("/tickets/").content.decode()


def test_signing_in_and_out_again(client: Client, alice: object) -> None:
    answer = client.post("/sign-in/", {"username": "alice", "password": "correct horse battery"})
    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_a_wrong_password_is_explained(client: Client, alice: object) -> None:
    answer = client.post("/sign-in/", {"username": "alice", "password": "guess"})
    assert "Please enter a correct username and password" in answer.content.decode()


@pytest.mark.django_db
def test_an_outsider_learns_whom_to_ask(client: Client) -> None:
    client.force_login(make_outsider())
    assert "signed in as charlie" in client.get("/").content.decode()


def test_the_theme_is_kept_and_only_known_ones(desk: Client) -> None:
    assert desk.post("/theme/", {"theme": "dark", "next": "/tickets/"})["Location"] == "/tickets/"
    assert 'data-theme="dark"' in desk.get("/").content.decode()
    desk.post("/theme/", {"theme": '"><script>'})
    assert 'data-theme="dark"' in desk.get("/").content.decode()


def test_the_theme_form_sends_nobody_to_another_site(desk: Client) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert desk.post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def _permissions(*names: str) -> list[Permission]:
    return list(Permission.objects.filter(codename__in=names, content_type__app_label="tickets"))
