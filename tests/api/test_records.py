"""Customers, accounts, outbox and set-up, to read."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import (
    ACME,
    ANA,
    BEN,
    make_agent,
    make_answer,
    make_customer,
    make_folder,
    make_message,
    make_policy,
    make_queue,
    make_supervisor,
    make_ticket,
)
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tickets.models import Address, OutboxEntry, SendAttempt, Tag
from tickets.outbound import Permission

pytestmark = pytest.mark.django_db


def names(answer: Any, field: str = "name") -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row[field] for row in answer.json()["results"]]


@pytest.mark.parametrize("query", ["handle=ANA_demo", f"external_id={ANA}&channel=twitter", "limit=1"])
def test_a_customer_is_found_by_handle_or_by_the_channels_id(api: Caller, query: str) -> None:
    make_customer(BEN)
    ana = make_customer(followers=12)
    assert names(api.get(f"customers/?{query}")) == ["Ana"]
    told = api.get(f"customers/{ana.customer_id}/").json()
    assert (told["identities"][0]["external_id"], told["identities"][0]["followers"]) == (ANA, 12)


def test_who_may_not_read_private_messages_knows_only_who_spoke_in_public() -> None:
    make_ticket(private=True)
    make_ticket(make_customer(BEN))
    bob = Caller(without(make_agent("bob"), "see_private"))
    assert names(bob.get("customers/")) == ["Ben"]
    assert code_of(bob.get(f"customers/{make_customer().customer_id}/")) == (404, "not_found")


def test_accounts_tell_their_state_and_limits(api: Caller, acme: Address, wire: Wire) -> None:
    (row,) = api.get("accounts/").json()["results"]
    assert (row["key"], row["state"], row["limits"]) == (ACME, "open", {"public": 280, "private": 10_000})
    Address.objects.update(sending_stopped=True, banner="The token died.")
    told = api.get(f"accounts/{ACME}/").json()
    assert (told["state"], told["banner"]) == ("stopped", "The token died.")


def test_whether_an_account_may_send(api: Caller, acme: Address, wire: Wire) -> None:
    wire.permission = Permission(allowed=False, reason="The tier forbids it.")
    told = api.get(f"accounts/{ACME}/may-send/?private=false&in_reply_to=123").json()
    assert told == {
        "allowed": False,
        "reason": "The tier forbids it.",
        "by_hand_url": "",
        "code": "",
        "as_of": None,
    }
    assert code_of(api.get("accounts/nobody/may-send/?private=false")) == (404, "not_found")


def test_the_outbox_tells_states_and_tries(api: Caller) -> None:
    ticket = make_ticket()
    failed, _sent = make_answer(ticket, state="failed", reason="No."), make_answer(ticket)
    entry, now = OutboxEntry.objects.get(message=failed), timezone.now()
    SendAttempt.objects.create(entry=entry, started_at=now, ended_at=now + timedelta(seconds=1), outcome="error")
    (row,) = api.get(f"outbox/?state=failed&state=unknown&ticket={ticket.pk}&account={ACME}").json()["results"]
    assert (row["state"], row["reason"], row["ticket"]) == ("failed", "No.", str(ticket.pk))
    assert [one["outcome"] for one in api.get(f"outbox/{entry.pk}/").json()["attempts"]] == ["error"]


def test_posts_of_an_account_are_the_publishers_business(api: Caller, acme: Address) -> None:
    post = make_answer(make_ticket(), state="queued")
    post.ticket = None
    post.save()
    assert names(api.get("outbox/"), "message") == []
    sam = Caller(make_supervisor(), "accounts:read", "accounts:act", "tickets:read")
    assert names(sam.get("outbox/"), "message") == [str(post.pk)]


def test_private_answers_stay_out_of_the_outbox_of_who_may_not_read_them() -> None:
    make_answer(make_ticket(private=True), state="queued")
    public = make_answer(make_ticket(), state="queued")
    bob = Caller(without(make_agent("bob"), "see_private"))
    assert names(bob.get("outbox/"), "message") == [str(public.pk)]


def test_how_the_desk_is_set_up(api: Caller) -> None:
    queue, outer, policy = make_queue("Billing"), make_folder("Refunds"), make_policy("Gold")
    inner, tag = make_folder("Late", parent=outer), Tag.objects.create(name="vip")
    assert "Billing" in names(api.get("queues/")) and names(api.get("tags/")) == ["vip"]
    assert api.get(f"queues/{queue.pk}/").json()["slug"] == "billing"
    assert api.get(f"folders/{inner.pk}/").json()["parent"] == str(outer.pk)
    assert api.get(f"tags/{tag.pk}/").json() == {"id": str(tag.pk), "name": "vip"}
    targets = api.get(f"sla-policies/{policy.pk}/").json()["targets"]
    assert {"metric": "first_response", "priority": "normal", "minutes": 60} in targets


def test_messages_are_narrowed(api: Caller, alice: User) -> None:
    ticket = make_ticket()
    said, answer = make_message(ticket), make_answer(ticket, agent=alice)
    make_message(make_ticket(make_customer(BEN)))
    of_ana = f"messages/?ticket={ticket.pk}&account={ACME}&customer={ticket.customer_id}"
    assert names(api.get(f"{of_ana}&direction=in&kind=mention&visibility=public"), "id") == [str(said.pk)]
    assert names(api.get(f"{of_ana}&order=oldest"), "id") == [str(said.pk), str(answer.pk)]
