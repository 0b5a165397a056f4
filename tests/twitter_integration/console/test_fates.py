"""The record of acts says what became of each: in the outbox too, and who refused it where somebody did."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.factories import make_supervisor
from tickets.models import Message, OutboxEntry
from tickets.sending.leaving import leave
from twitter_integration.choices import Fate
from twitter_integration.console import doing
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.recalling import choose, recall
from twitter_integration.models import PartnerAccount

ANA = "900000000000000002"
LINK = "https://x.com/acmehelp_demo/status/19"


def do(account: PartnerAccount, action: str, *, by: Any = None, **values: Any) -> doing.Done:
    actor = as_actor(by, via="page") if by else Actor(name="root", via="command")
    order = doing.Order(action=action, values=values, reason="Because.", confirmed=True)
    return doing.perform(account, order, actor=actor, now=timezone.now())


def told(account: PartnerAccount, **asked: Any) -> list[tuple[str, str, str]]:
    return [(one.act.action, one.fate, one.sentence) for one in recall(choose(account, private=True, **asked))]


@pytest.mark.parametrize(
    ("entry", "fate", "sentence"),
    [
        ({"state": "sent"}, Fate.SENT, "It is out."),
        ({"state": "unknown", "reason": "X did not answer in time."}, Fate.CHECKING, "X did not answer in time."),
        ({"state": "failed", "code": "187", "reason": "X refused this."}, Fate.FAILED, "X refused this."),
        ({"state": "failed", "code": "unreachable", "reason": "Not reached."}, Fate.UNREACHED, "Not reached."),
        ({"state": "failed", "code": "moved", "reason": "Ana wrote."}, Fate.UNSENT, "Ana wrote."),
        ({"state": "held"}, Fate.QUEUED, ""),
    ],
)
def test_a_post_is_followed_into_the_outbox(
    acme: PartnerAccount, entry: dict[str, str], fate: Fate, sentence: str
) -> None:
    do(acme, "post", by=make_supervisor(), text="Good news")
    OutboxEntry.objects.update(**entry)
    Message.objects.update(permalink=LINK)
    (one,) = recall(choose(acme, private=True, fate=fate))
    assert (one.fate, one.sentence) == (str(fate.label), sentence)
    assert one.link == (LINK if fate == Fate.SENT else "")


def test_what_was_taken_back_is_no_longer_said_to_wait(acme: PartnerAccount) -> None:
    do(acme, "post", by=make_supervisor(), text="Good news")
    Message.objects.all().delete()
    assert told(acme) == [("post", "Taken back", "It was taken back before it was sent.")]


@pytest.mark.parametrize("after", [{"state": "failed", "code": "187", "reason": "X refused this."}, {"state": "sent"}])
def test_leaving_a_post_unsent_was_done_whatever_becomes_of_the_post(
    acme: PartnerAccount, after: dict[str, str]
) -> None:
    sam = make_supervisor()
    do(acme, "post", by=sam, text="Good news")
    OutboxEntry.objects.update(state="failed", tries=1, first_tried_at=timezone.now())
    leave(OutboxEntry.objects.get(), by=sam, now=timezone.now())
    OutboxEntry.objects.update(**after)
    Message.objects.update(permalink=LINK)
    (one,) = recall(choose(acme, private=True, kind="leave"))
    assert (one.words, one.fate, one.sentence, one.link) == ("Leave a post unsent", "Done", "", "")


def test_of_a_thread_that_broke_off_a_part_is_out(acme: PartnerAccount) -> None:
    do(acme, "post", by=make_supervisor(), text="Good news. " * 60, parts=3)
    first, *_rest, last = OutboxEntry.objects.order_by("pk")
    OutboxEntry.objects.filter(pk=first.pk).update(state="sent")
    OutboxEntry.objects.filter(pk=last.pk).update(state="failed", code="403", reason="X refused this.")
    assert told(acme) == [("post", "Sent in part", "X refused this.")]


def test_a_record_is_read_with_as_many_statements_whatever_its_length(
    acme: PartnerAccount, django_assert_num_queries: Any
) -> None:
    sam = make_supervisor()
    for text in ("One", "Two", "Three"):
        do(acme, "post", by=sam, text=text)
    with django_assert_num_queries(1):
        assert len(told(acme)) == 3


def test_what_kapture_refused_is_not_said_to_be_of_x(acme: PartnerAccount) -> None:
    with pytest.raises(BadInput):
        do(acme, "post", text="Whose words?")
    assert told(acme) == [("post", "Refused by Kapture", "Say whose words these are: a login of the desk.")]


def test_the_page_says_it_in_the_same_words_and_names_whom(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    do(acme, "mute", person="@ana_demo")
    page = client.get(f"/accounts/{acme.page_id}/log/").content.decode()
    assert "<b>Mute</b> <bdi>@ana_demo</bdi>" in page and "Done</span>" in page
    assert "Nothing fits." in client.get(f"/accounts/{acme.page_id}/log/", {"outcome": "sent"}).content.decode()


def acts(*arguments: str) -> list[dict[str, Any]]:
    output = StringIO()
    call_command("x_account", "acts", "acmehelp_demo", *arguments, "--json", stdout=output)
    rows: list[dict[str, Any]] = json.loads(output.getvalue())["acts"]
    return rows


def test_a_command_lists_the_record_by_who_when_and_what(acme: PartnerAccount) -> None:
    do(acme, "mute", by=make_supervisor(), person=ANA)
    do(acme, "create-collection", name="Praise")
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    assert [one["action"] for one in acts()] == ["create-collection", "mute"]
    assert [one["action"] for one in acts("--by", "sam")] == ["mute"]
    assert [one["action"] for one in acts("--kind", "mute", "--limit", "1")] == ["mute"]
    assert acts("--since", tomorrow) == []
    with pytest.raises(CommandError):
        acts("--kind", "dance")
    for limit in ("0", "-3", "99999999999999999999"):
        with pytest.raises(CommandError, match="--limit takes 1 to 1000"):
            acts("--limit", limit)


def test_somebody_may_read_under_their_own_login(acme: PartnerAccount) -> None:
    make_supervisor()
    call_command("x_account", "collections", "acmehelp_demo", "--by", "sam", stdout=StringIO())
    with pytest.raises(CommandError, match="nobody with the login"):
        call_command("x_account", "collections", "acmehelp_demo", "--by", "zoe", stdout=StringIO())
