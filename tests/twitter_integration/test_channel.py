"""X as the helpdesk's channel: sending, reading back, measuring, and what may be sent at all."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import make_answer, make_message, make_ticket
from tickets.channels import channel_named
from tickets.outbound import OutboundMessage, Receipt, SendError
from twitter_integration import polling
from twitter_integration.channel import TwitterChannel
from twitter_integration.choices import TokenState
from twitter_integration.models import Cursor, PartnerAccount, SearchQuery, XApp
from twitter_integration.outgoing.sending import address_text
from twitter_integration.reading import rechecking, reconciling, searching
from twitter_integration.sandbox.people import CLOSED_INBOX
from twitter_integration.sandbox.server import ThreadedSandbox

ACME, ANA = "900000000000000001", "900000000000000002"
channel = TwitterChannel()


def answer(text: str = "We are on it.", **changes: Any) -> OutboundMessage:
    facts = {"key": "k1", "address_key": ACME, "private": False, "text": text, "recipient": ANA}
    return OutboundMessage(**(facts | {"recipient_handle": "ana_demo"} | changes))  # type: ignore[arg-type]


def complain(sandbox: ThreadedSandbox, text: str = "@acmehelp_demo where is my order?") -> str:
    return str(sandbox.act("post", user="ana_demo", text=text)["id"])


def refusal(call: Any, message: OutboundMessage) -> SendError:
    with pytest.raises(SendError) as caught:
        call(message)
    return caught.value


def found(message: OutboundMessage) -> Receipt:
    return channel.find_sent([message]).receipts[message.key]


def is_absent(message: OutboundMessage) -> bool:
    return message.key in channel.find_sent([message]).absent


def a_while_ago() -> datetime:
    return timezone.now() - timedelta(seconds=30)


def test_it_is_found_under_its_name() -> None:
    assert isinstance(channel_named("twitter"), TwitterChannel)


def test_rules_choose_from_its_searches_and_streams(acme: PartnerAccount) -> None:
    SearchQuery.objects.create(account=acme, label="Lost bags", query="bags")
    assert list(channel.searches()) == ["Lost bags"]
    own = {polling.SOURCE, searching.SOURCE, reconciling.SOURCE, rechecking.SOURCE}
    assert own | {"account_activity", "x_activity"} <= set(channel.streams())


def test_a_reply_stands_on_x_under_the_post_it_answers(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked = complain(sandbox)
    receipt = channel.send(answer(in_reply_to=asked))
    assert receipt.permalink == f"{sandbox.base_url}/acmehelp_demo/status/{receipt.external_id}"
    acme.refresh_from_db()
    assert acme.token_state == TokenState.ALIVE


def test_a_direct_message_gives_the_id_that_its_echo_will_have(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    receipt = channel.send(answer(private=True))
    assert receipt.external_id.isdigit()
    assert receipt.conversation == f"{ACME}-{ANA}"


def test_a_reply_names_the_person_answered_once() -> None:
    assert address_text(answer("Hello.", in_reply_to="1")) == "@ana_demo Hello."
    assert address_text(answer("Hello @Ana_Demo.", in_reply_to="1")) == "Hello @Ana_Demo."
    assert address_text(answer("Hello @ana_demolition.", in_reply_to="1")).startswith("@ana_demo Hello")


def test_a_reply_without_room_for_the_name_goes_out_as_it_is() -> None:
    assert address_text(answer("x" * 275, in_reply_to="1")) == "x" * 275


def test_a_post_of_unknown_fate_is_found_by_its_text_and_parent(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    message = answer(in_reply_to=complain(sandbox), perhaps_out_at=timezone.now())
    sandbox.world.faults.plan("cut", path="/2/tweets", method="POST")
    assert refusal(channel.send, message).unsettled
    assert found(message).external_id.isdigit()


def test_a_message_of_unknown_fate_is_found_in_its_conversation(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    message = answer("Refund < 5 days & free", private=True, perhaps_out_at=timezone.now())
    sandbox.world.faults.plan("cut", path="/2/dm_conversations/*", method="POST")
    assert refusal(channel.send, message).unsettled
    assert found(message).conversation == f"{ACME}-{ANA}"


def test_what_was_never_sent_is_not_found_but_not_before_x_would_show_it(acme: PartnerAccount) -> None:
    just_now = channel.find_sent([answer(in_reply_to="1", perhaps_out_at=timezone.now())])
    assert (just_now.absent, just_now.receipts) == (frozenset(), {}) and 5 < just_now.retry_after < 11
    assert is_absent(answer(in_reply_to="1", perhaps_out_at=timezone.now() - timedelta(seconds=30)))


def test_many_of_unknown_fate_are_looked_for_together(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    people = [person["user_id"] for person in sandbox.credentials["customers"][:4]]
    out = [answer(f"No. {n}", key=f"k{n}", private=True, recipient=person) for n, person in enumerate(people)]
    for message in out[:3]:
        channel.send(message)
    found = channel.find_sent([replace(message, perhaps_out_at=a_while_ago()) for message in out])
    assert (sorted(found.receipts), found.absent) == (["k0", "k1", "k2"], frozenset({"k3"}))
    assert Cursor.objects.get(stream="messages").window_left == 14


def test_a_look_waits_for_the_limit_on_looking(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    message = answer(private=True, perhaps_out_at=a_while_ago())
    for _ in range(15):
        channel.find_sent([message])
    error = refusal(lambda one: channel.find_sent([one]), message)
    assert error.limited and error.retry_after is not None and 800 < error.retry_after < 905


def test_the_same_text_under_another_post_is_not_taken_for_ours(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    channel.send(answer(in_reply_to=complain(sandbox)))
    other = complain(sandbox, "@acmehelp_demo and my refund?")
    message = answer(in_reply_to=other, perhaps_out_at=timezone.now() - timedelta(seconds=30))
    assert is_absent(message)


@pytest.mark.parametrize("private", [True, False])
def test_the_same_words_with_another_link_are_not_taken_for_ours(
    acme: PartnerAccount, sandbox: ThreadedSandbox, private: bool
) -> None:
    parent = "" if private else complain(sandbox)
    out = answer("Fill in https://acme.example/a", private=private, in_reply_to=parent)
    channel.send(out)
    looked_for = replace(out, perhaps_out_at=timezone.now() - timedelta(seconds=30))
    assert found(looked_for).external_id
    assert is_absent(replace(looked_for, text="Fill in https://acme.example/b"))


def test_the_same_words_said_before_are_not_taken_for_the_second_time(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    first = channel.send(answer("Thank you!", private=True))
    make_answer(make_ticket(address=acme.address, private=True), "Thank you!", external_id=first.external_id)
    again = answer("Thank you!", private=True, perhaps_out_at=timezone.now() - timedelta(seconds=30))
    assert is_absent(again)


def test_a_duplicate_at_a_second_try_is_our_first_one(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    message = answer(in_reply_to=complain(sandbox))
    first = channel.send(message)
    again = answer(in_reply_to=message.in_reply_to, perhaps_out_at=timezone.now() - timedelta(seconds=30))
    assert channel.send(again).external_id == first.external_id


def test_a_duplicate_at_the_first_try_is_told_to_the_agent(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    message = answer(in_reply_to=complain(sandbox))
    channel.send(message)
    error = refusal(channel.send, message)
    assert error.permanent and "duplicate" in error.sentence


def test_a_dead_token_stops_the_address_and_is_remembered(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.act("revoke", user="acmehelp_demo")
    error = refusal(channel.send, answer(private=True))
    assert error.stop_address and error.permanent
    acme.refresh_from_db()
    assert acme.token_state == TokenState.DEAD
    assert not channel.may_send(ACME, private=True, in_reply_to="").allowed


def test_a_person_with_closed_messages_is_named_as_the_reason(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    closed = next(p for p in sandbox.credentials["customers"] if p["handle"] in CLOSED_INBOX)
    error = refusal(channel.send, answer(private=True, recipient=closed["user_id"]))
    assert error.permanent and not error.stop_address
    assert "does not accept direct messages" in error.sentence


def test_a_paused_account_sends_nothing(acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(paused=True)
    assert refusal(channel.send, answer(private=True)).code == "paused"
    assert not channel.may_send(ACME, private=True, in_reply_to="").allowed


def test_length_is_counted_as_x_counts() -> None:
    assert channel.measure("see https://example.com/a/very/long/path now", private=False).length == 31
    assert channel.measure("日本語", private=False).remaining == 274
    assert channel.measure("日本語", private=True).remaining == 9997


def test_a_text_and_its_echo_have_one_fingerprint() -> None:
    assert channel.fingerprint("Refund & thanks") == channel.fingerprint("@ana_demo Refund &amp; thanks")


def test_self_serve_may_answer_only_who_asked_us(acme: PartnerAccount, django_assert_num_queries: Any) -> None:
    ticket = make_ticket(address=acme.address)
    asked = make_message(ticket, "@acmehelp_demo hello?", external_id="11", kind="mention")
    chatter = make_message(ticket, "I agree with @ben_demo", external_id="12", kind="reply")
    assert channel.may_send(ACME, private=False, in_reply_to=asked.external_id or "").allowed
    with django_assert_num_queries(1):
        refused = channel.may_send(ACME, private=False, in_reply_to=chatter.external_id or "")
    assert not refused.allowed and "mention the account" in refused.reason
    assert refused.by_hand_url.endswith("/intent/tweet?in_reply_to=12")


def test_what_we_do_not_know_is_left_to_x(acme: PartnerAccount) -> None:
    unseen = channel.may_send(ACME, private=False, in_reply_to="999")
    assert (unseen.allowed, unseen.code) == (True, "unknown") and "has not seen this post" in unseen.reason
    assert channel.may_send(ACME, private=True, in_reply_to="").allowed


def test_an_account_that_is_gone_may_send_nothing(db: None) -> None:
    assert not channel.may_send("1", private=False, in_reply_to="").allowed


def test_kinds_have_the_words_of_x() -> None:
    assert str(channel.label("direct")) == "Direct message"
    assert channel.label("something new") == "something new"


def _post_on_x(sandbox: ThreadedSandbox, post_id: str) -> str:
    """All the sandbox keeps of a post."""
    row = sandbox.world.store.row("SELECT * FROM post WHERE id = ?", (int(post_id),))
    assert row is not None
    return str(dict(row))


def test_an_invitation_is_xs_own_button_below_the_post(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    receipt = channel.send(answer(in_reply_to=complain(sandbox), invite=True))
    assert f"recipient_id={ACME}" in _post_on_x(sandbox, receipt.external_id)


def test_beside_a_quote_the_invitation_is_a_link_at_the_end(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    XApp.objects.update(tier="enterprise")
    sandbox.world.switches.set("tier", "enterprise")
    quoted = answer("Write to us.", recipient="", recipient_handle="", quote_of=complain(sandbox), invite=True)
    receipt = channel.send(quoted)
    sent = f"Write to us. https://x.com/messages/compose?recipient_id={ACME}"
    assert sent in _post_on_x(sandbox, receipt.external_id)
    assert channel.fingerprint(sent) == channel.fingerprint("Write to us.")
    error = refusal(channel.send, answer("x" * 270, quote_of="1", invite=True))
    assert error.permanent and "no room" in error.sentence


@pytest.mark.parametrize("private", [True, False])
def test_what_went_out_is_found_also_by_a_clock_far_ahead_of_x(
    acme: PartnerAccount, sandbox: ThreadedSandbox, private: bool
) -> None:
    message = answer(private=private, in_reply_to="" if private else complain(sandbox))
    out = channel.send(message)
    tried_at = timezone.now() + timedelta(seconds=295)  # as our clock had it
    assert channel.find_sent([replace(message, perhaps_out_at=tried_at)]).receipts["k1"].external_id == out.external_id
