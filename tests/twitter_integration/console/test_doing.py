"""Doing something with an account: who may, what the tier allows, a click, what X says, and the record of it."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests.factories import make_agent, make_customer, make_supervisor
from tickets.models import OutboxEntry
from twitter_integration.choices import ActOutcome
from twitter_integration.console import doing
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import Failed, NotConfirmed, NotOffered, NotPermitted, Refused, Unsettled
from twitter_integration.models import AccountAct, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox

ANA, CHLOE = "900000000000000002", "chloe_demo"
OPERATOR = Actor(name="root", via="command")


def perform(account: PartnerAccount, action: str, *, by: Any = None, **values: Any) -> doing.Done:
    """What a person at a page does: with a reason, confirmed."""
    actor = as_actor(by, via="page") if by else OPERATOR
    order = doing.Order(action=action, values=values, reason="Because.", confirmed=True)
    return doing.perform(account, order, actor=actor, now=timezone.now())


def allow_everything(account: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    account.app.tier = sandbox.world.switches.tier = "enterprise"
    account.app.save()


def ask(sandbox: ThreadedSandbox) -> str:
    return str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo where is my order?")["id"])


def test_an_agent_reposts_and_the_record_says_who_what_and_when(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked = ask(sandbox)
    done = perform(acme, "repost", by=make_agent(), post=asked)
    act = AccountAct.objects.get()
    assert (act.by_name, act.action, act.target, act.outcome, act.via) == ("alice", "repost", asked, "done", "page")
    assert done.act == act and act.dialect == "v2" and act.result and act.ended_at is not None
    own = perform(acme, "own-posts").outcome.rows
    assert own[0].reposted_id == asked


def test_what_the_tier_forbids_is_refused_recorded_and_offered_by_hand(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    with pytest.raises(NotOffered, match="only apps with Enterprise access") as refused:
        perform(acme, "like", by=make_agent(), post="19")
    assert refused.value.by_hand == f"{sandbox.base_url}/intent/like?tweet_id=19"
    act = AccountAct.objects.get()
    assert (act.outcome, act.code) == (ActOutcome.REFUSED, "tier") and "Enterprise" in act.sentence


def test_what_the_role_forbids_is_refused_and_recorded(acme: PartnerAccount) -> None:
    with pytest.raises(NotPermitted, match="Your role"):
        perform(acme, "delete-post", by=make_agent(), post="19")
    assert AccountAct.objects.get().code == "role"


def test_a_supervisor_deletes_what_the_account_wrote_and_twice_is_no_error(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    post = str(sandbox.act("post", user="acmehelp_demo", text="Wrong words.")["id"])
    sam = make_supervisor()
    for _ in range(2):
        perform(acme, "delete-post", by=sam, post=post)
    assert [act.outcome for act in AccountAct.objects.order_by("id")] == ["done", "done"]


def test_without_a_click_nothing_happens_and_nothing_is_recorded(acme: PartnerAccount) -> None:
    order = doing.Order(action="repost", values={"post": "19"})
    with pytest.raises(NotConfirmed):
        doing.perform(acme, order, actor=OPERATOR, now=timezone.now())
    assert not AccountAct.objects.exists()


def test_muting_wants_a_reason_and_finds_by_handle_whom_the_desk_does_not_know(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    order = doing.Order(action="mute", values={"person": f"@{CHLOE}"})
    with pytest.raises(BadInput, match="wants a reason"):
        doing.perform(acme, order, actor=OPERATOR, now=timezone.now())
    perform(acme, "mute", person=f"@{CHLOE}")
    assert [person.handle for person in perform(acme, "muted").outcome.rows] == [CHLOE]
    act = AccountAct.objects.get()
    assert act.target_name == CHLOE and act.target.isdigit() and act.reason == "Because."


def test_whom_the_desk_knows_is_not_asked_for_again(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    make_customer()
    sandbox.world.faults.plan("status", status=500, path="/2/users/by")
    perform(acme, "mute", person="@ana_demo")
    assert [person.id for person in perform(acme, "muted").outcome.rows] == [ANA]


def test_a_handle_nobody_has_is_said_so(acme: PartnerAccount) -> None:
    with pytest.raises(BadInput, match="nobody on X called @nobody_at_all"):
        perform(acme, "mute", person="@nobody_at_all")


def test_enterprise_likes_follows_and_blocks_and_takes_it_back(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    allow_everything(acme, sandbox)
    agent, asked = make_agent(), ask(sandbox)
    perform(acme, "like", by=agent, post=asked)
    for action, undone, listed in (("follow", "unfollow", "following"), ("block", "unblock", "blocked")):
        perform(acme, action, by=agent, person=ANA)
        assert [person.id for person in perform(acme, listed).outcome.rows] == [ANA]
        perform(acme, undone, by=agent, person=ANA)
        assert perform(acme, listed).outcome.rows == []


def test_one_app_that_x_treats_otherwise_is_told_in_its_offers(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.tier = "enterprise"
    acme.app.offers = {"likes.create": ["v2"]}
    assert perform(acme, "like", post=ask(sandbox)).dialect == "v2"


def test_no_answer_is_recorded_as_open(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("cut", path="/2/users/*")
    with pytest.raises(Unsettled):
        perform(acme, "repost", post=ask(sandbox))
    assert AccountAct.objects.get().outcome == ActOutcome.UNSETTLED


def test_an_account_that_is_off_does_nothing(acme: PartnerAccount) -> None:
    acme.enabled = False
    with pytest.raises(Refused, match="switched off"):
        perform(acme, "repost", post="19")
    assert AccountAct.objects.get().code == "account"


def test_the_record_can_be_emptied_but_not_rewritten_or_removed(acme: PartnerAccount) -> None:
    alice = make_agent()
    perform(acme, "mute", by=alice, person=ANA)
    act = AccountAct.objects.get()
    for change in ({"by_name": "bob"}, {"outcome": "failed"}, {"reason": "Another."}):
        with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic():
            AccountAct.objects.filter(pk=act.pk).update(**change)
    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        act.delete()
    alice.delete()
    AccountAct.objects.filter(pk=act.pk).update(target="", target_name="", reason="")
    act.refresh_from_db()
    assert act.by is None and act.by_name == "alice"


def test_the_same_sheet_handed_in_twice_is_done_once(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    order = doing.Order(action="create-list", values={"name": "Partners"})
    first, second = (doing.perform(acme, order, actor=OPERATOR, now=timezone.now()) for _ in range(2))
    assert second.already and second.outcome.result == first.outcome.result != ""
    assert len(perform(acme, "lists").outcome.rows) == 1


def test_a_sheet_of_unknown_fate_is_not_tried_again(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("cut", path="/2/lists")
    order = doing.Order(action="create-list", values={"name": "Partners"})
    with pytest.raises(Failed):
        doing.perform(acme, order, actor=OPERATOR, now=timezone.now())
    with pytest.raises(Refused, match="look before you repeat it"):
        doing.perform(acme, order, actor=OPERATOR, now=timezone.now())


def test_what_an_account_says_waits_in_the_outbox_under_a_name(acme: PartnerAccount) -> None:
    with pytest.raises(BadInput, match="whose words"):
        perform(acme, "post", text="Good news")
    done = perform(acme, "post", by=make_supervisor(), text="Good news")
    assert done.act is not None and done.act.outcome == ActOutcome.QUEUED
    entry = OutboxEntry.objects.get()
    assert entry.message.text == "Good news" and done.outcome.result == f"message {entry.message.pk}"
