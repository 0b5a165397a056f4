"""Purging an account: nothing of X is left, numbers and decisions are, and the proof would tell otherwise."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from tests.factories import make_address, make_agent, make_customer, make_message, make_ticket
from tests.twitter_integration.test_polling import ask, write
from tickets.models import Activity, Customer, Identity, Message, OutboxEntry, SlaClock, Ticket
from tickets.replies import reply
from twitter_integration import polling
from twitter_integration.console import doing
from twitter_integration.console.actor import Actor
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import AccountAct, Collection, Delivery, Event, PartnerAccount
from twitter_integration.proving import find_traces, gather_needles
from twitter_integration.purging import Proof, purge
from twitter_integration.sandbox.server import ThreadedSandbox

NOW = timezone.now


@pytest.fixture
def busy(acme: PartnerAccount, sandbox: ThreadedSandbox) -> PartnerAccount:
    """Acme with two posts of its own, a mention with a picture, a message, a note, an answer on its way, a delivery."""
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo my order 5521 is lost", media=1)
    write(sandbox, "my telephone number is 0700 900 100")
    polling.poll_due()
    ticket = Ticket.objects.filter(private=False).get()
    make_message(ticket, "Ana says her order 5521 is lost", kind="note", direction="internal", external_id=None)
    reply(ticket, text="We are looking for order 5521.", private=False, by=make_agent(), now=NOW())
    body = json.dumps({"for_user_id": acme.page_id, "text": "raw words of Ana"}).encode()
    store([Arrival(app_id=acme.app_id, body=body, received_at=NOW())])
    return acme


def words() -> str:
    """Every text there is, as one."""
    columns = [*Message.objects.values_list("text", "original_text", "permalink", "spans")]
    people = Identity.objects.values_list("name", "handle", "bio")
    return repr([*columns, *people, *Ticket.objects.values_list("last_text")])


def test_texts_people_media_and_raw_bodies_go(busy: PartnerAccount) -> None:
    proof = purge(busy, now=NOW())
    assert proof.clean, proof.as_json()
    assert "5521" not in words() and "ana_demo" not in words()
    assert not Delivery.objects.exists() and not Event.objects.exists()
    assert proof.before["messages with text"] == 4 and proof.before["media"] == 1


def test_acts_stay_without_their_target_and_collections_go(busy: PartnerAccount) -> None:
    operator = Actor(name="operator", via="command")
    for action, values in (
        ("mute", {"person": "@ana_demo"}),
        ("profile", {}),
        ("create-collection", {"name": "Praise of Acme"}),
    ):
        doing.perform(busy, doing.Order(action=action, values=values, reason="Floods"), actor=operator, now=NOW())
    proof = purge(busy, now=NOW())
    assert proof.clean, proof.as_json()
    act = AccountAct.objects.get(action="mute")
    assert (act.target, act.target_name, act.reason, act.outcome) == ("", "", "", "done")
    assert not Collection.objects.exists() and proof.before["profile and settings"] == 1


def test_numbers_and_decisions_stay(busy: PartnerAccount) -> None:
    def tickets() -> list[Any]:
        return list(Ticket.objects.order_by("pk").values("pk", "status", "opened_at", "message_count", "priority"))

    before = tickets()
    counts = SlaClock.objects.count(), Message.objects.count(), Customer.objects.count()
    purge(busy, now=NOW())
    assert tickets() == before
    assert (SlaClock.objects.count(), Message.objects.count(), Customer.objects.count()) == counts
    assert Activity.objects.filter(verb="ticket.opened").count() == 2


def test_the_account_is_off_and_nothing_waits_to_be_sent(busy: PartnerAccount) -> None:
    purge(busy, now=NOW())
    busy.refresh_from_db()
    assert not busy.enabled
    assert set(OutboxEntry.objects.values_list("state", "code")) == {("failed", "purged")}


def test_another_account_and_people_it_shares_are_left_alone(busy: PartnerAccount) -> None:
    other = make_address("900000000000000009")
    ana = make_customer(handle="ana_demo")
    ticket = make_ticket(ana, address=other)
    make_message(ticket, "Ana to the other brand")
    assert purge(busy, now=NOW()).clean
    ana.refresh_from_db()
    assert ana.handle == "ana_demo"
    assert Message.objects.get(address=other).text == "Ana to the other brand"


def test_a_purge_may_be_run_again(busy: PartnerAccount) -> None:
    purge(busy, now=NOW())
    Identity.objects.update(external_id=Concat(Value("purged-1000"), Cast("pk", CharField())))  # as after years
    again = purge(busy, now=NOW())
    assert again.clean and not any(again.before.values())


def test_the_search_finds_what_was_forgotten_wherever_it_hides(busy: PartnerAccount) -> None:
    needles = gather_needles(busy)
    assert "my telephone number is 0700 900 100" in needles
    number = Message.objects.filter(external_id__isnull=False).values_list("external_id", flat=True)[0]
    purge(busy, now=NOW())
    hidden = Activity.objects.latest("pk")
    Activity.objects.filter(pk=hidden.pk).update(data={"deep": {"down": f"see {number}"}})
    Customer.objects.update(name="my telephone number is 0700 900 100")
    found = find_traces(busy, needles).found
    assert set(found) == {"tickets_activity.data", "tickets_customer.name"}


def test_a_proof_with_a_trace_is_not_clean(busy: PartnerAccount) -> None:
    proof = purge(busy, now=NOW())
    stained = {"messages with text": 1}
    facts: dict[str, Any] = {"account": "a", "at": NOW(), "before": stained, "kept": {}, "traces": proof.traces}
    assert not Proof(after=stained, **facts).clean


def test_the_command_refuses_without_yes_and_prints_the_proof(busy: PartnerAccount) -> None:
    with pytest.raises(CommandError, match="Add --yes"):
        call_command("x_purge", "@acmehelp_demo")
    assert Message.objects.exclude(text="").exists()
    out = StringIO()
    call_command("x_purge", "acmehelp_demo", "--yes", stdout=out)
    assert "messages with text: 4 → 0" in out.getvalue()
    assert "nothing found." in out.getvalue()


def test_a_later_poll_brings_nothing_back(busy: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    purge(busy, now=NOW())
    ask(sandbox)
    assert polling.poll_due() == []
