"""Liking, following, blocking on a ticket's page: real calls to the sandbox, asked for where that is wanted, with their
state, and only by whom the role and the account allow."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from tests.factories import ACME, ANA, make_answer, make_message, make_outsider
from tests.pages.acting import acme, alice, desk, do, page, said, sandbox, ticket
from tickets.deeds import doable
from tickets.models import Message, Ticket
from twitter_integration.events import Dialect, Event, Kind, LikeEvent, Person, Post, PostDeleted, PostEvent
from twitter_integration.facts.reactions import keep_reactions
from twitter_integration.models import AccountAct, PartnerAccount, Reaction, XApp

__all__ = ["acme", "alice", "desk", "said", "sandbox", "ticket"]
SOME_DAY = f"{timezone.now().year + 2}-01-01"


def tell(event: Event) -> None:
    keep_reactions([(event, timezone.now())])


def _facts(kind: Kind, **more: Any) -> Any:
    return {
        "kind": kind,
        "account_id": ACME,
        "occurred_at": timezone.now(),
        "dialect": Dialect.X_ACTIVITY,
        "key": "x",
    } | more


def liked_by_us(said: Message) -> Event:
    return LikeEvent(**_facts(Kind.LIKE_BY_US, person=Person(id=ACME), post_id=said.external_id, post_author_id=ANA))


def reposted_by_us(said: Message, *, repost: str) -> Event:
    told = {"id": repost, "author": Person(id=ACME), "created_at": timezone.now(), "text": said.text}
    post = Post(reposted_id=said.external_id or "", **told)  # type: ignore[arg-type]  # as told
    return PostEvent(**_facts(Kind.REPOST_BY_US, post=post))


def gone(number: str) -> Event:
    return PostDeleted(**_facts(Kind.POST_DELETED, post_id=number, person_id=ACME))


def test_a_like_is_one_press_and_shown_as_such(desk: Client, ticket: Ticket, said: Message) -> None:
    assert "Like" in page(desk, ticket)
    told = do(desk, ticket, "like", message=said.pk)
    assert "Liked." in told and "Take a like back" in told and "Alice</b> on X: Like." in told
    act = AccountAct.objects.get()
    assert (act.target, act.by_name, act.via, act.outcome) == (said.external_id, "alice", "ticket", "done")
    assert "/do/unlike/" not in do(desk, ticket, "unlike", message=said.pk)


def test_what_was_liked_elsewhere_offers_no_second_like(desk: Client, ticket: Ticket, said: Message) -> None:
    tell(liked_by_us(said))
    assert "Take a like back" in page(desk, ticket) and "/do/like/" not in page(desk, ticket)
    assert "/do/like/" in do(desk, ticket, "unlike", message=said.pk)


def test_a_repost_made_and_taken_back_elsewhere_is_followed(desk: Client, ticket: Ticket, said: Message) -> None:
    tell(reposted_by_us(said, repost="1999000000000000001"))
    assert "/do/undo-repost/" in page(desk, ticket)
    tell(gone("1999000000000000001"))
    assert "/do/repost/" in page(desk, ticket) and "/do/undo-repost/" not in page(desk, ticket)


def test_of_a_post_that_is_gone_no_reaction_is_kept(ticket: Ticket, said: Message) -> None:
    tell(liked_by_us(said))
    tell(gone(said.external_id or ""))
    assert not Reaction.objects.exists()


def test_a_repost_and_a_block_ask_first(desk: Client, ticket: Ticket, said: Message) -> None:
    for name, words in (("repost", {"message": said.pk}), ("block", {})):
        assert "This is done on X as @acmehelp_demo." in do(desk, ticket, name, **words)
    assert not AccountAct.objects.exists()
    assert "Blocked." in do(desk, ticket, "block", sure="yes", reason="Floods", sheet="x")
    assert "Unblock" in page(desk, ticket) and AccountAct.objects.get().reason == "Floods"


def test_a_reason_is_wanted_and_nothing_written_is_lost(desk: Client, ticket: Ticket) -> None:
    answer = desk.post(f"/tickets/{ticket.pk}/do/mute/", {"sure": "yes", "sheet": "x", "until": SOME_DAY})
    assert answer.status_code == 422
    assert "wants a reason" in answer.content.decode() and f'value="{SOME_DAY}"' in answer.content.decode()
    do(desk, ticket, "mute", sure="yes", sheet="x", reason="Floods", until=SOME_DAY)
    assert AccountAct.objects.get().reminder.due_at.date().isoformat() == SOME_DAY


def test_what_the_tier_forbids_says_so_and_leads_to_x(desk: Client, ticket: Ticket, said: Message) -> None:
    XApp.objects.update(tier="self-serve")
    told = page(desk, ticket)
    assert "only apps with Enterprise access" in told and f"/intent/like?tweet_id={said.external_id}" in told
    do(desk, ticket, "like", message=said.pk)
    assert [act.outcome for act in AccountAct.objects.all()] == ["refused"]


def test_whom_we_follow_can_be_unfollowed(desk: Client, ticket: Ticket, acme: PartnerAccount) -> None:
    assert "The account follows them" in do(desk, ticket, "follow")
    told = page(desk, ticket)
    assert "Followed" in told and "Unfollow" in told


def test_hiding_is_offered_for_replies_in_conversations_that_we_began(ticket: Ticket, alice: User) -> None:
    make_answer(ticket, "News", external_id="1900")
    below = make_message(ticket, kind="mention", in_reply_to="1950", conversation="1900")  # answers somebody there
    direct = make_message(ticket, kind="reply", in_reply_to="1901", conversation="1901")  # answers a post not held here
    told = doable(ticket, [below, direct], by=alice, now=timezone.now()).on_messages
    assert all("hide-reply" in [deed.name for deed in told[message.pk]] for message in (below, direct))


def test_no_hiding_is_offered_in_conversations_of_others(desk: Client, ticket: Ticket, said: Message) -> None:
    make_answer(ticket, external_id="1960", in_reply_to=said.external_id, conversation=said.external_id)
    make_message(ticket, kind="reply", in_reply_to="1960", conversation=said.external_id)
    assert "/do/like/" in page(desk, ticket) and "/do/hide-reply/" not in page(desk, ticket)


def test_only_supervisors_are_offered_to_delete_an_own_post(desk: Client, ticket: Ticket, said: Message) -> None:
    said.direction = "out"
    said.save()
    assert "may not change the account itself" in page(desk, ticket)


def test_outsiders_and_those_the_account_is_not_left_to_are_offered_nothing(
    desk: Client, ticket: Ticket, said: Message, acme: PartnerAccount
) -> None:
    acme.address.speakers.add(Group.objects.create(name="Press"))
    assert "/do/like/" not in page(desk, ticket)
    assert desk.post(f"/tickets/{ticket.pk}/do/like/", {"message": said.pk}).status_code == 404
    desk.force_login(make_outsider())
    assert desk.post(f"/tickets/{ticket.pk}/do/like/", {"message": said.pk}).status_code == 404
    assert not AccountAct.objects.exists()


@pytest.mark.parametrize("told", ["99999", "x", "9" * 30])
def test_a_message_that_is_not_there_is_not_found(desk: Client, ticket: Ticket, told: str) -> None:
    assert desk.post(f"/tickets/{ticket.pk}/do/like/", {"message": told}).status_code == 404
    assert desk.get(f"/tickets/{ticket.pk}/do/dance/").status_code == 404


def test_after_a_sheet_about_the_customer_one_stands_at_what_can_be_done_next(desk: Client, ticket: Ticket) -> None:
    words = {"reason": "Floods", "sure": "yes"}
    answer = desk.post(f"/tickets/{ticket.pk}/do/mute/", words)
    assert answer["Location"] == f"/tickets/{ticket.pk}/#acts"
    assert page(desk, ticket).count('id="acts"') == 1
