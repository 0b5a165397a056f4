"""The supervisor's board, by program: the figures of the page, each with a search that finds as many."""

from datetime import UTC, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import ACME, make_answer, make_customer, make_queue, make_supervisor, make_ticket
from tests.pages.test_shift import a_shift
from tests.tickets.floor import at_work
from tickets.models import Address
from tickets.notices.presence import say_here
from twitter_integration.models import PartnerAccount, Usage, XApp

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(acme: Address) -> User:
    return make_supervisor()


def test_each_figure_is_told_with_the_search_that_finds_as_many(sam: User, alice: User) -> None:
    at_work("alice")
    queue = make_queue("Lost bags")
    made = a_shift(queue, alice)
    say_here(made["waits"], by=alice, now=timezone.now(), typing=True)
    caller = Caller(sam)
    told = caller.get("shift/").json()
    (here,) = [one for one in told["queues"] if one["queue"]["id"] == str(queue.pk)]
    assert here["waiting"]["count"] == 2 and here["waiting"]["oldest"] == str(made["oldest"].pk)
    assert [here[name] for name in ("late", "soon", "answered")] == [1, 1, 1]
    (person,) = [one for one in told["people"] if one["person"]["username"] == "alice"]
    assert person["doing"] == {"ticket": str(made["waits"].pk), "typing": True}
    assert (person["answered"], person["done"]) == (1, 1)
    assert here["unassigned"] == 2
    for one in (told["all"], here, person):
        figures = {name: one["waiting"]["count"] if name == "waiting" else one[name] for name in one["searches"]}
        for name, search in one["searches"].items():
            found = caller.get("tickets/", {"q": search}).json()["results"]
            assert len(found) == figures[name], search


def test_private_tickets_count_only_with_private_read(sam: User) -> None:
    make_ticket(make_customer("900000000000005000"), private=True, last_message_at=timezone.now() - timedelta(hours=1))
    assert Caller(sam).get("shift/").json()["all"]["waiting"]["count"] == 1
    assert Caller(sam, "reports:read").get("shift/").json()["all"]["waiting"]["count"] == 0


def test_accounts_and_what_they_spent_are_told_to_who_may_know(sam: User, acme: Address) -> None:
    app = XApp.objects.create(name="Acme", consumer_key="key", consumer_secret="secret", tier="enterprise")
    PartnerAccount.objects.create(address=acme, app=app, page_id=ACME, page_name="acmehelp_demo", paused=True)
    Usage.objects.create(
        account_key=ACME, day=timezone.now().astimezone(UTC).date(), operation="posts.read", cost="1.2"
    )
    told = Caller(sam).get("shift/").json()
    (account,) = told["accounts"]
    assert (account["account"]["name"], account["state"], account["word"]) == (acme.name, "warning", "Paused")
    assert (account["spent_usd"], told["spent_usd"]) == ("1.2000", "1.2000")
    told = Caller(sam, "reports:read").get("shift/").json()
    assert (told["accounts"][0]["spent_usd"], told["spent_usd"], told["people"]) == (None, None, [])


def test_who_oversees_nothing_is_told_that_there_is_nothing(acme: Address, alice: User) -> None:
    make_answer(make_ticket(), agent=alice)
    assert code_of(Caller(alice).get("shift/")) == (404, "not_found")
    assert code_of(Caller(make_supervisor("eve"), "tickets:read").get("shift/"))[0] == 403
