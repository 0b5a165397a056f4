"""Acts on a ticket that have to be told something, or are done about private words: quotes, lists, collections,
messages."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import ANA, NOW, make_agent, make_answer, make_message, make_supervisor, make_ticket
from tests.pages.acting import acme, alice, desk, do, page, said, sandbox, ticket
from tickets.channels import channel_named
from tickets.composing.quoting import shown_on
from tickets.live import NO_TICKET
from tickets.models import Message, OutboxEntry, Ticket
from tickets.outbound import SendError
from tickets.outbox import outbound
from twitter_integration.models import AccountAct, Collection, PartnerAccount, XApp
from twitter_integration.sandbox.server import ThreadedSandbox

__all__ = ["acme", "alice", "desk", "said", "sandbox", "ticket"]
SURE = {"sure": "yes", "sheet": "x"}


@pytest.fixture
def sam(desk: Client) -> User:
    """A supervisor at the desk."""
    supervisor = make_supervisor()
    desk.force_login(supervisor)
    return supervisor


@pytest.fixture
def talk(ticket: Ticket, acme: PartnerAccount) -> Ticket:
    return make_ticket(ticket.identity, address=acme.address, private=True)


def wrote(sandbox: ThreadedSandbox, talk: Ticket, text: str = "My number is 5521") -> Message:
    sent = sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text=text)
    return make_message(talk, text, external_id=str(sent["id"]))


def test_a_quote_asks_for_its_words_and_goes_to_the_outbox(
    desk: Client, ticket: Ticket, said: Message, sam: User
) -> None:
    assert "/do/quote/" in page(desk, ticket)
    assert "told-text" in do(desk, ticket, "quote", message=said.pk)
    told = do(desk, ticket, "quote", message=said.pk, **SURE, **{"told-text": "Well said!"})
    assert "It goes out in " in told and "Sam</b> on X: Quote. It is not out yet." in told
    message = OutboxEntry.objects.get().message
    assert (message.text, message.quote_of, message.agent) == ("Well said!", said.external_id, sam)


def test_the_words_of_a_quote_are_counted_and_come_back_when_they_are_too_many(
    desk: Client, ticket: Ticket, said: Message, sam: User
) -> None:
    assert 'id="ring-quote"' in do(desk, ticket, "quote", message=said.pk)
    count = f"/tickets/{ticket.pk}/do/quote/measure/"
    assert 'data-remaining="270"' in desk.post(count, {"told-text": "Well said!"}).content.decode()
    long = "Well said! " * 30
    assert 'name="told-parts" value="2"' in desk.post(count, {"told-text": long.strip()}).content.decode()
    told = do(desk, ticket, "quote", message=said.pk, **SURE, **{"told-text": long.strip()})
    assert "too long" in told and f"{long.strip()}</textarea>" in told and "goes out as these 2" in told
    assert not OutboxEntry.objects.exists()


def test_a_long_quote_goes_as_the_thread_that_was_shown(desk: Client, ticket: Ticket, said: Message, sam: User) -> None:
    long = {"told-text": "Well said! " * 30}
    assert 'name="told-parts" value="2"' in do(desk, ticket, "quote", message=said.pk, **SURE, **long)
    do(desk, ticket, "quote", message=said.pk, **SURE, **long, **{"told-parts": "2"})
    first, second = (entry.message for entry in OutboxEntry.objects.order_by("pk"))
    assert (first.kind, first.quote_of, second.kind) == ("quote", said.external_id, "reply")
    assert first.text.endswith("1/2") and second.text.endswith("2/2")


def quote(desk: Client, ticket: Ticket, said: Message) -> OutboxEntry:
    do(desk, ticket, "quote", message=said.pk, **SURE, **{"told-text": "Well said!"})
    return OutboxEntry.objects.get()


@pytest.mark.parametrize(
    ("state", "told"),
    [("sent", "on X: Quote."), ("failed", "on X: Quote. It was not sent. X said no."), ("sending", "not out yet")],
)
def test_the_history_tells_what_came_of_a_quote(
    desk: Client, ticket: Ticket, said: Message, sam: User, state: str, told: str
) -> None:
    entry = quote(desk, ticket, said)
    OutboxEntry.objects.update(state=state, tries=1, first_tried_at=NOW, reason="X said no.")
    assert told in page(desk, ticket) and f"/outbox/{entry.pk}/take-back/" not in page(desk, ticket)


def test_a_quote_left_unsent_says_so_and_by_whom(desk: Client, ticket: Ticket, said: Message, sam: User) -> None:
    entry = quote(desk, ticket, said)
    OutboxEntry.objects.update(state="failed", tries=1, first_tried_at=NOW, reason="X said no.")
    desk.post(f"/outbox/{entry.pk}/leave/")
    told = page(desk, ticket)
    assert "on X: Quote. It was left unsent. X said no." in told and "Sam</b> left a quote unsent." in told
    assert f'href="/post/{ticket.address_id}/">To New post</a>' in told and "To the outbox" not in told


def test_what_becomes_of_a_quote_shows_on_the_ticket_of_what_it_quotes(
    desk: Client, ticket: Ticket, said: Message, sam: User
) -> None:
    assert shown_on([quote(desk, ticket, said).message]) == {NO_TICKET, ticket.pk}
    assert shown_on([said]) == {ticket.pk}


def test_a_quote_is_taken_back_from_its_line(desk: Client, ticket: Ticket, said: Message, sam: User) -> None:
    entry = quote(desk, ticket, said)
    assert f"/outbox/{entry.pk}/take-back/" in page(desk, ticket)
    told = desk.post(f"/outbox/{entry.pk}/take-back/", follow=True).content.decode()
    assert f'kept as a draft in <a class="link" href="/post/{ticket.address_id}/">New post</a>.' in told
    assert "on X: Quote. It was taken back before it was out." in page(desk, ticket)
    assert not OutboxEntry.objects.exists()


def test_a_quote_taken_back_is_posted_as_a_quote_again(desk: Client, ticket: Ticket, said: Message, sam: User) -> None:
    entry, sheet = quote(desk, ticket, said), f"/post/{ticket.address_id}/"
    desk.post(f"/outbox/{entry.pk}/take-back/")
    shown = desk.get(sheet).content.decode()
    assert f'name="quotes" value="{said.external_id}"' in shown and "@acmehelp_demo thanks!" in shown
    desk.post(sheet, {"text": "Well said indeed!", "quotes": said.external_id})
    message = OutboxEntry.objects.get().message
    assert (message.kind, message.quote_of) == ("quote", said.external_id)
    assert "Sam</b> on X: Quote. It is not out yet." in page(desk, ticket)


def test_of_a_quote_taken_back_the_quote_can_be_left_out(
    desk: Client, ticket: Ticket, said: Message, sam: User
) -> None:
    entry, sheet = quote(desk, ticket, said), f"/post/{ticket.address_id}/"
    desk.post(f"/outbox/{entry.pk}/take-back/")
    told = {"text": "Well said!", "quotes": said.external_id}
    assert 'name="quotes"' not in desk.post(sheet, {**told, "do": "plain"}).content.decode()
    shown = desk.get(sheet).content.decode()
    assert 'name="quotes"' not in shown and ">Well said!</textarea>" in shown


def test_the_new_post_page_knows_that_the_tier_forbids_its_quote(
    desk: Client, ticket: Ticket, said: Message, sam: User
) -> None:
    entry, sheet = quote(desk, ticket, said), f"/post/{ticket.address_id}/"
    desk.post(f"/outbox/{entry.pk}/take-back/")
    XApp.objects.update(tier="self-serve")
    assert "X lets only apps with" in desk.get(sheet).content.decode()
    told = {"text": "Well said!", "quotes": said.external_id}
    assert desk.post(sheet, told).status_code == 422 and not OutboxEntry.objects.exists()


def test_the_outbox_leads_from_a_quote_to_what_it_quotes(
    desk: Client, ticket: Ticket, said: Message, sam: User
) -> None:
    quote(desk, ticket, said)
    shown = desk.get("/outbox/").content.decode()
    assert "@acmehelp_demo thanks!" in shown and f'href="/tickets/{ticket.pk}/#m{said.pk}"' in shown


def test_a_quote_that_was_refused_is_given_on_x_itself(desk: Client, ticket: Ticket, said: Message, sam: User) -> None:
    quote(desk, ticket, said)
    OutboxEntry.objects.update(state="failed", tries=1, first_tried_at=NOW)
    shown = desk.get("/outbox/").content.decode()
    assert "Quote it on X" in shown and "/intent/tweet?url=" in shown
    assert f"status%2F{said.external_id}&amp;text=Well%20said%21" in shown


def test_a_quote_the_tier_forbids_by_then_is_not_asked_of_x(
    desk: Client, ticket: Ticket, said: Message, sam: User
) -> None:
    entry = quote(desk, ticket, said)
    XApp.objects.update(tier="self-serve")
    with pytest.raises(SendError, match="X lets only apps with") as refused:
        channel_named("twitter").send(outbound([entry])[0])
    assert (refused.value.code, refused.value.permanent, refused.value.unheard) == ("tier", True, True)


def test_a_quote_that_is_too_long_keeps_its_words(desk: Client, ticket: Ticket, said: Message, sam: User) -> None:
    words = "word " * 80
    answer = desk.post(f"/tickets/{ticket.pk}/do/quote/", {"message": said.pk, "told-text": words, **SURE})
    assert answer.status_code == 422 and words.strip() in answer.content.decode()
    assert not OutboxEntry.objects.exists()


def test_a_customer_goes_into_a_list_that_x_told_and_out_again(
    desk: Client, ticket: Ticket, sandbox: ThreadedSandbox, sam: User
) -> None:
    sandbox.act("list", user="acmehelp_demo", name="Others")
    number = str(sandbox.act("list", user="acmehelp_demo", name="Friends")["id"])
    assert "Read the lists from X" in do(desk, ticket, "add-member")
    assert ">Friends</option>" in do(desk, ticket, "add-member", anew="yes")
    do(desk, ticket, "add-member", **SURE, **{"told-list": number})
    assert "In a list" in page(desk, ticket) and AccountAct.objects.get().result == number
    offered = do(desk, ticket, "remove-member")
    assert offered.index(">Friends</option>") < offered.index(">Others</option>")
    do(desk, ticket, "remove-member", **SURE, **{"told-list": number})
    assert "In a list" not in page(desk, ticket)


def test_a_post_goes_into_a_collection_and_out_again(
    desk: Client, ticket: Ticket, said: Message, acme: PartnerAccount, sam: User, sandbox: ThreadedSandbox
) -> None:
    assert "There is no collection yet" in do(desk, ticket, "collect", message=said.pk)
    moments = {"created_at": said.sent_at, "changed_at": said.sent_at}
    praise, _other = (Collection.objects.create(account=acme, name=name, **moments) for name in ("Praise", "Jokes"))
    assert ">Praise</option>" in do(desk, ticket, "collect", message=said.pk)
    told = {"message": said.pk, "told-collection": praise.pk}
    do(desk, ticket, "collect", **SURE, **told, **{"told-note": "Kind"})
    assert praise.posts.get().note == "Kind" and "In a collection" in page(desk, ticket)
    assert "Sam</b> in Kapture: Put a post in a collection." in page(desk, ticket)
    assert ">Jokes</option>" not in do(desk, ticket, "uncollect", message=said.pk)
    do(desk, ticket, "uncollect", **SURE, **told)
    assert "In a collection" not in page(desk, ticket)


def test_a_report_may_block_in_the_same_breath(desk: Client, ticket: Ticket, sandbox: ThreadedSandbox) -> None:
    do(desk, ticket, "report", **SURE, reason="Spam", **{"told-block": "yes"})
    assert "Reported" in page(desk, ticket) and AccountAct.objects.get().action == "report"


def test_agents_are_told_why_lists_and_quotes_are_not_theirs(desk: Client, ticket: Ticket, said: Message) -> None:
    told = page(desk, ticket)
    assert "/do/quote/" not in told and "Your role may not change the account itself" in told
    assert "may not change the account" in do(desk, ticket, "quote", message=said.pk, **SURE, **{"told-text": "Hi"})
    assert not OutboxEntry.objects.exists()


def test_the_customer_s_latest_message_marks_all_before_it_as_read(
    desk: Client, talk: Ticket, sandbox: ThreadedSandbox
) -> None:
    first, latest = wrote(sandbox, talk), wrote(sandbox, talk, "Hello?")
    assert page(desk, talk).count("/do/mark-read/") > 0
    assert "They see that it was read." in do(desk, talk, "mark-read", message=latest.pk)
    act = AccountAct.objects.get()
    assert (act.target, act.private) == (latest.external_id, True) and first.external_id != act.target
    assert "Marked as read" in page(desk, talk) and "/do/mark-read/" not in page(desk, talk)


def test_without_a_call_for_it_reading_and_typing_are_done_in_the_conversation_itself(
    desk: Client, talk: Ticket, sandbox: ThreadedSandbox
) -> None:
    XApp.objects.update(tier="self-serve")
    wrote(sandbox, talk)
    told = page(desk, talk)
    assert told.count(f'href="{sandbox.base_url}/messages/compose?recipient_id={ANA}"') >= 2
    assert "/do/mark-read/" not in told and "/do/typing/" not in told


def test_what_the_customer_wrote_is_deleted_for_us_through_v1(
    desk: Client, talk: Ticket, sandbox: ThreadedSandbox
) -> None:
    message = wrote(sandbox, talk)
    assert "This is done on X" in do(desk, talk, "delete-message", message=message.pk)
    assert "they still have it" in do(desk, talk, "delete-message", message=message.pk, **SURE)
    message.refresh_from_db()
    assert AccountAct.objects.get().dialect == "v1.1" and message.deleted_at and not message.text


def test_what_was_deleted_for_us_is_not_told_as_the_customer_s_own_deletion(
    desk: Client, talk: Ticket, sandbox: ThreadedSandbox
) -> None:
    message = wrote(sandbox, talk)
    do(desk, talk, "delete-message", message=message.pk, **SURE)
    message.refresh_from_db()
    assert f"Deleted for us by {message.deleted_by} on" in page(desk, talk)
    assert "Deleted on X" not in page(desk, talk) and message.deleted_by
    assert "Deleted for us" in desk.get("/tickets/?view=all").content.decode()


def test_self_serve_deletes_what_we_wrote_and_says_why_not_the_rest(
    desk: Client, talk: Ticket, sandbox: ThreadedSandbox
) -> None:
    XApp.objects.update(tier="self-serve")
    sandbox.world.switches.set("tier", "self-serve")
    theirs = wrote(sandbox, talk)
    sent = sandbox.act("dm", user="acmehelp_demo", to="ana_demo", text="One moment")
    ours = make_answer(talk, "One moment", external_id=str(sent["id"]))
    assert "v2 deletes only what the account wrote itself" in page(desk, talk)
    do(desk, talk, "delete-message", message=ours.pk, **SURE)
    do(desk, talk, "delete-message", message=theirs.pk, **SURE)
    assert sorted(AccountAct.objects.values_list("outcome", flat=True)) == ["done", "refused"]


def test_somebody_s_messages_are_blocked_and_allowed_from_the_card(desk: Client, talk: Ticket) -> None:
    assert "wants a reason" in do(desk, talk, "block-messages", **SURE)
    do(desk, talk, "block-messages", **SURE, reason="Floods")
    assert "Messages blocked" in page(desk, talk)
    assert "They can write messages again." in do(desk, talk, "allow-messages")
    assert "They see it for about three seconds." in do(desk, talk, "typing")


def test_opening_a_private_ticket_asks_nothing_of_x(desk: Client, talk: Ticket, sandbox: ThreadedSandbox) -> None:
    for _ in range(3):
        wrote(sandbox, talk)
    before = sandbox.world.calls.log()
    page(desk, talk)
    assert sandbox.world.calls.log() == before


def test_who_reads_no_private_words_is_not_told_what_could_be_done_about_them(
    desk: Client, ticket: Ticket, acme: PartnerAccount
) -> None:
    bob = make_agent("bob")
    bob.groups.get().permissions.filter(codename="see_private").delete()
    desk.force_login(bob)
    assert "/do/typing/" not in page(desk, ticket) and "/do/block-messages/" not in page(desk, ticket)
