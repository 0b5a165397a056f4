"""Our clock is ahead of X's by as much as X puts up with: what went out is sent once, and is ours."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from tests.factories import make_agent, make_customer, make_message, make_ticket
from tests.tickets.said import take_in, we_say
from tests.twitter_integration.test_channel import ANA, answer, channel, is_absent
from tickets import replies
from tickets.choices import SendState
from tickets.models import Message, OutboxEntry
from tickets.outbox import pump
from twitter_integration.models import PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db
TRIED = timedelta(seconds=30)  # ago


def cut_after_accepting(sandbox: ThreadedSandbox) -> None:
    told = {"kind": "cut", "path": "/2/dm_conversations/*", "method": "POST"}
    requests.post(f"{sandbox.base_url}/sandbox/api/fault", json=told, timeout=10).raise_for_status()


def send_and_hear_nothing(acme: PartnerAccount, sandbox: ThreadedSandbox, *, ahead: int) -> OutboxEntry:
    cut_after_accepting(sandbox)
    tried_at = timezone.now() - TRIED
    ticket = make_ticket(make_customer(ANA), address=acme.address, private=True)
    replies.reply(ticket, text="We are on it.", private=True, by=make_agent(), now=tried_at - timedelta(minutes=1))
    with sandbox.world.ids.as_if(earlier_ms=int((TRIED.total_seconds() + ahead) * 1000)):
        pump(clock=lambda: tried_at)
    entry = OutboxEntry.objects.get()
    assert (entry.state, copies_on_x(sandbox)) == (SendState.UNKNOWN, 1)
    return entry


def copies_on_x(sandbox: ThreadedSandbox) -> int:
    return sum("We are on it." in str(dict(row)) for row in sandbox.world.store.rows("SELECT * FROM message"))


@pytest.mark.parametrize("ahead", [150, 295])
def test_an_answer_without_receipt_is_found_and_not_sent_again(
    acme: PartnerAccount, sandbox: ThreadedSandbox, ahead: int
) -> None:
    entry = send_and_hear_nothing(acme, sandbox, ahead=ahead)
    for _ in range(3):
        entry.refresh_from_db()
        pump(clock=lambda: entry.not_before)
    entry.refresh_from_db()
    assert (entry.state, entry.tries, copies_on_x(sandbox)) == (SendState.SENT, 1, 1)


def test_its_echo_is_ours(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    entry = send_and_hear_nothing(acme, sandbox, ahead=295)
    assert entry.perhaps_out_at is not None
    said = we_say(entry.message.text, private=True, external_id="1", fingerprint=entry.fingerprint)
    said_at = entry.perhaps_out_at - timedelta(seconds=295)
    take_in(replace(said, sent_at=said_at, heard_at=timezone.now()))
    entry.refresh_from_db()
    assert (entry.state, Message.objects.filter(direction="out").count()) == (SendState.SENT, 1)


@pytest.mark.parametrize(("minutes", "absent"), [(-4, True), (0.2, False)])
def test_the_same_words_that_we_heard_before_the_try_are_not_its_outcome(
    acme: PartnerAccount, sandbox: ThreadedSandbox, minutes: float, absent: bool
) -> None:
    tried_at = timezone.now() - TRIED
    by_hand = channel.send(answer(private=True))
    make_message(
        make_ticket(make_customer(ANA), address=acme.address, private=True),
        "We are on it.",
        external_id=by_hand.external_id,
        direction="out",
        kind="direct",
        visibility="private",
        received_at=tried_at + timedelta(minutes=minutes),
    )
    assert is_absent(answer(private=True, key="k2", perhaps_out_at=tried_at)) == absent
