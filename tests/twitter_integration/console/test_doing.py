"""Doing something with an account: who may, what the tier allows, a click, what X says, and the record of it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests.factories import make_agent, make_customer, make_supervisor
from tickets.models import OutboxEntry
from tickets.posting import enclose
from twitter_integration.choices import ActOutcome
from twitter_integration.console import doing
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import Failed, NotConfirmed, NotOffered, NotPermitted, Refused, Unsettled
from twitter_integration.console.sheets import name_content
from twitter_integration.models import AccountAct, PartnerAccount
from twitter_integration.offers import Dialect
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


def test_the_way_by_hand_never_takes_a_handle_for_an_id(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    with pytest.raises(NotOffered) as follow:
        perform(acme, "follow", person="@ana_demo")
    with pytest.raises(NotOffered) as mark:
        perform(acme, "mark-read", person="@ana_demo", message="19")
    assert follow.value.by_hand == f"{sandbox.base_url}/intent/follow?screen_name=ana_demo"
    assert mark.value.by_hand == f"{sandbox.base_url}/ana_demo"  # messages are begun there


@pytest.mark.parametrize("action", ["mark-read", "typing"])
def test_whom_the_desk_knows_by_that_handle_is_met_in_their_conversation(
    acme: PartnerAccount, sandbox: ThreadedSandbox, action: str
) -> None:
    make_customer(ANA, handle="ana_demo")
    for person in ("@ana_demo", ANA):
        with pytest.raises(NotOffered, match="v2 has no call") as refused:
            perform(acme, action, person=person, **({"message": "19"} if action == "mark-read" else {}))
        assert refused.value.by_hand == f"{sandbox.base_url}/messages/compose?recipient_id={ANA}"


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


def pass_on_anas_name(sandbox: ThreadedSandbox) -> None:
    """Ana calls herself otherwise, and Chloe takes the name."""
    sandbox.act("profile", user="ana_demo", field="handle", value="ana_anew")
    sandbox.act("profile", user=CHLOE, field="handle", value="ana_demo")


def test_a_reason_that_shows_nothing_is_none(acme: PartnerAccount) -> None:
    order = doing.Order(action="mute", values={"person": ANA}, reason=" \u200b\u3164", confirmed=True)
    with pytest.raises(BadInput, match="wants a reason"):
        doing.perform(acme, order, actor=OPERATOR, now=timezone.now())
    assert not AccountAct.objects.exists()


def test_a_list_of_a_name_that_is_there_is_made_only_when_somebody_says_so(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    perform(acme, "create-list", name="Partners")
    with pytest.raises(BadInput, match="There is a list “partners” already"):
        perform(acme, "create-list", name="partners")
    perform(acme, "create-list", name="Partners", repeat="yes")
    perform(acme, "create-list", name="Partners abroad")
    assert len(perform(acme, "lists").outcome.rows) == 3


def test_who_has_a_handle_now_is_xs_to_tell(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    make_customer()
    pass_on_anas_name(sandbox)
    perform(acme, "mute", person="@ana_demo")
    act = AccountAct.objects.get()
    assert act.target != ANA and act.target_name == "ana_demo"
    assert [person.id for person in perform(acme, "muted").outcome.rows] == [act.target]


def test_private_words_go_to_whoever_has_the_handle_now(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    make_customer(seen_at=timezone.now())
    pass_on_anas_name(sandbox)
    perform(acme, "message", by=make_supervisor(), person="@ana_demo", text="Your code is 5521.")
    message = OutboxEntry.objects.get().message
    assert message.identity is not None and message.identity.external_id not in ("", ANA)


def test_who_was_seen_minutes_ago_is_not_asked_for(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    make_customer(seen_at=timezone.now())
    sandbox.world.faults.plan("status", status=500, path="/2/users/by")
    assert perform(acme, "mute", person="@ana_demo").sentence == "Muted."
    assert AccountAct.objects.get().target == ANA


def test_where_x_does_not_tell_the_one_the_desk_knows_is_taken_and_named(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    make_customer()
    sandbox.world.faults.plan("status", status=503, path="/2/users/by", count=3)
    told = perform(acme, "mute", person="@ana_demo").sentence
    assert told.startswith("Muted. X did not tell who @ana_demo is now") and f"Ana (X's id {ANA})" in told
    with pytest.raises(Refused, match="give X's id of the person"):
        perform(acme, "message", by=make_supervisor(), person="@ana_demo", text="Your code is 5521.")
    make_customer("900000000000000777", handle="Ana_demo")
    with pytest.raises(Refused, match="did not tell who @ana_demo is now"):
        perform(acme, "mute", person="@ana_demo")
    assert not OutboxEntry.objects.exists() and AccountAct.objects.latest("id").outcome == ActOutcome.REFUSED


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


def test_a_list_that_is_gone_is_called_a_list(acme: PartnerAccount) -> None:
    with pytest.raises(Failed, match="The list is no longer on X"):
        perform(acme, "update-list", list="1999000000000000001", name="Fans")


@pytest.mark.parametrize("dialect", [Dialect.V2, Dialect.LEGACY])
def test_a_conversation_names_both_sides_also_where_x_tells_only_ids(
    acme: PartnerAccount, sandbox: ThreadedSandbox, dialect: Dialect
) -> None:
    allow_everything(acme, sandbox)
    make_customer(ANA, handle="ana_demo", name="Ana")
    for user, other in (("ana_demo", "acmehelp_demo"), ("acmehelp_demo", "ana_demo")):
        sandbox.act("dm", user=user, to=other, text="Hello")
    order = doing.Order(action="conversations", dialect=dialect)
    (row,) = doing.perform(acme, order, actor=OPERATOR, now=timezone.now()).outcome.rows
    assert (row.person.handle, row.last.sender.handle) == ("ana_demo", "acmehelp_demo")


def test_an_account_that_is_off_does_nothing(acme: PartnerAccount) -> None:
    acme.enabled = False
    with pytest.raises(Refused, match="switched off"):
        perform(acme, "repost", post="19")
    assert AccountAct.objects.get().code == "account"


def test_the_record_can_be_emptied_but_not_rewritten_or_removed(acme: PartnerAccount) -> None:
    alice = make_agent()
    perform(acme, "mute", by=alice, person=ANA)
    act = AccountAct.objects.get()
    for change in ({"changes": [{"field": "name"}]}, {"by_name": "bob"}, {"outcome": "failed"}, {"reason": "Another."}):
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


def test_other_words_on_a_sheet_that_was_used_are_another_order(acme: PartnerAccount) -> None:
    sam, sheet = as_actor(make_supervisor(), via="page"), uuid4()
    for text in ("First words", "Other words", "Other words"):
        order = doing.Order(action="post", values={"text": text}, confirmed=True, gesture=sheet)
        done = doing.perform(acme, order, actor=sam, now=timezone.now())
    assert done.already
    said = OutboxEntry.objects.order_by("id").values_list("message__text", flat=True)
    assert list(said) == ["First words", "Other words"]


def test_other_files_on_a_sheet_that_was_used_are_another_order() -> None:
    sheet, until = uuid4(), timezone.now()

    def name(content: bytes, alt: str = "", reason: str = "") -> UUID:
        given = {"text": "See", "files": [enclose(name="van.png", content=content, alt_text=alt)]}
        return name_content(sheet, given, reason, until)

    assert name(b"a") == name(b"a")
    assert len({name(b"a"), name(b"b"), name(b"a", "The van"), name(b"a", reason="Because")}) == 4


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
