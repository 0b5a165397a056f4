"""What is ignored around an account: the rule's section in docs/rules.md."""

from datetime import timedelta
from threading import Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import ACME, ANA, BEN, NOW, make_agent, make_supervisor
from tests.twitter_integration.bodies import direct, number_at, post, relation
from tests.twitter_integration.installed import deliver, install
from tickets.inbound import Place
from tickets.models import Activity, Happening, Media, Message, MessageVersion, Ticket
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import NotPermitted, Refused
from twitter_integration.deliveries.drain import drain
from twitter_integration.deliveries.forgetting import forget_worked
from twitter_integration.facts.hearing import Catch, hear, hear_catches
from twitter_integration.facts.ignoring import find, fold
from twitter_integration.models import Event, Ignored, PartnerAccount
from twitter_integration.payloads import parse
from twitter_integration.stream.ignoring import ignore_author, ignore_words, take_back
from twitter_integration.stream.making import make_ticket

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture
def acme(db: None) -> PartnerAccount:
    return install()


def tell(account: PartnerAccount, *bodies: bytes, after: timedelta = timedelta(0)) -> None:
    deliver(account, *bodies, received_at=NOW + after)
    drain(clock=lambda: NOW + after)


def sam() -> User:
    return User.objects.filter(username="sam").first() or make_supervisor()


def alice() -> User:
    return User.objects.filter(username="alice").first() or make_agent()


def ignore(account: PartnerAccount, person: str = ANA, *, until: timedelta | None = None) -> Ignored:
    end = NOW + until if until is not None else None
    return ignore_author(account, person, handle="ana_demo", until=end, by=sam(), now=NOW)


@pytest.mark.parametrize(
    ("row", "person", "text", "holds"),
    [
        (Ignored(person_key=ANA), ANA, "anything", True),
        (Ignored(person_key=ANA), BEN, f"from {ANA}", False),
        (Ignored(words="x", folded=fold("Free  Crypto")), BEN, "Get FREE\ncrypto now", True),
        (Ignored(words="x", folded=fold("free crypto")), BEN, "crypto, free", False),
        (Ignored(words="x", folded=fold("ＦＲＥＥ")), BEN, "free", True),
    ],
)
def test_an_author_is_known_by_id_and_words_in_whatever_case(row: Ignored, person: str, text: str, holds: bool) -> None:
    assert (find([row], person=person, text=text) is row) is holds


def test_what_an_ignored_author_says_opens_no_ticket_is_kept_and_counted_once(acme: PartnerAccount) -> None:
    row, said = ignore(acme), post("@acmehelp_demo buy this")
    tell(acme, said, direct("and this"), post("@acmehelp_demo help", who=BEN))
    tell(acme, said + b" ")
    assert Ticket.objects.get().identity.external_id == BEN
    assert set(Message.objects.filter(ticket=None).values_list("text", flat=True)) == {
        "@acmehelp_demo buy this",
        "and this",
    }
    row.refresh_from_db()
    assert (row.count, row.last_at) == (2, NOW)
    assert Event.objects.filter(outcome="ignored", reason="@ana_demo is ignored.").count() == 2


def test_what_says_ignored_words_opens_none_whoever_says_it(acme: PartnerAccount) -> None:
    ignore_words(acme, "free crypto", until=None, by=sam(), now=NOW)
    tell(acme, post("@acmehelp_demo FREE crypto!"), post("@acmehelp_demo free Crypto", who=BEN))
    tell(acme, post("@acmehelp_demo crypto is not free"))
    assert Ticket.objects.get().last_text == "@acmehelp_demo crypto is not free"


@pytest.mark.parametrize("end", ["day", "taken back"])
def test_afterwards_they_open_tickets_again_and_what_was_ignored_stays(end: str, acme: PartnerAccount) -> None:
    row = ignore(acme, until=A_DAY if end == "day" else None)
    tell(acme, post("@acmehelp_demo one"))
    if end == "taken back":
        take_back(row, by=sam(), now=NOW + A_DAY)
    tell(acme, post("@acmehelp_demo two", minute=60 * 24 + 1), after=A_DAY + timedelta(minutes=1))
    assert Ticket.objects.get().last_text == "@acmehelp_demo two"
    assert Message.objects.get(ticket=None).text == "@acmehelp_demo one"


def test_what_goes_on_on_an_open_ticket_is_heard_there(acme: PartnerAccount) -> None:
    number = number_at(NOW)
    tell(acme, post("@acmehelp_demo my order", number=number))
    row = ignore(acme)
    tell(acme, post("@acmehelp_demo well?", answers=(number, ANA), minute=1))
    assert Ticket.objects.get().messages.count() == 2 and Message.objects.filter(ticket=None).count() == 0
    row.refresh_from_db()
    assert row.count == 0 and set(Event.objects.values_list("outcome", flat=True)) == {"acted"}


def test_a_ticket_that_is_done_is_not_brought_back(acme: PartnerAccount) -> None:
    number = number_at(NOW)
    tell(acme, post("@acmehelp_demo my order", number=number))
    Ticket.objects.update(status="resolved", resolved_at=NOW)
    ignore(acme)
    tell(acme, post("@acmehelp_demo well?", answers=(number, ANA), minute=1))
    assert (Ticket.objects.get().status, Ticket.objects.get().messages.count()) == ("resolved", 1)


def test_a_deed_without_a_word_stays_on_the_timeline(acme: PartnerAccount) -> None:
    acme.address.effects = {"follow_of_us": "ticket"}
    acme.address.save()
    ignore(acme)
    tell(acme, relation("follow"))
    assert (Happening.objects.count(), Message.objects.count(), Ticket.objects.count()) == (1, 0, 0)


def test_what_is_read_or_searched_for_is_asked_as_well(acme: PartnerAccount) -> None:
    row = ignore(acme)
    (polled,) = parse(post("@acmehelp_demo read", number=number_at(NOW))).events
    (found,) = parse(post("acme is bad", number=number_at(NOW))).events
    hear(acme, [polled], source="poll", now=NOW)
    hear_catches(acme, [Catch(event=found, labels=["acme"], place=Place())], source="search", now=NOW)  # type: ignore[arg-type]  # a post
    row.refresh_from_db()
    assert (row.count, Ticket.objects.count(), Message.objects.filter(ticket=None).count()) == (2, 0, 2)


def test_it_is_for_who_operates_the_account(acme: PartnerAccount) -> None:
    with pytest.raises(NotPermitted):
        ignore_author(acme, ANA, handle="", until=None, by=alice(), now=NOW)
    with pytest.raises(NotPermitted):
        take_back(ignore(acme), by=alice(), now=NOW)


@pytest.mark.parametrize("words", ["", "  a ", "no" + "o" * 200])
def test_words_that_stand_in_everything_or_are_too_long_are_refused(words: str, acme: PartnerAccount) -> None:
    with pytest.raises(BadInput):
        ignore_words(acme, words, until=None, by=sam(), now=NOW)


def test_an_end_lies_ahead_and_who_is_ignored_twice_takes_the_new_one(acme: PartnerAccount) -> None:
    with pytest.raises(BadInput):
        ignore(acme, until=-A_DAY)
    first, second = ignore(acme, until=A_DAY), ignore(acme, until=2 * A_DAY)
    assert first.pk == second.pk and Ignored.objects.get().until == NOW + 2 * A_DAY


def make(account: PartnerAccount, kind: str) -> int | None:
    return make_ticket(account, Event.objects.get(kind=kind), by=alice(), now=NOW + A_DAY).ticket


def test_a_ticket_is_made_later_of_what_was_ignored_and_twice_is_one(acme: PartnerAccount) -> None:
    ignore(acme)
    tell(acme, post("@acmehelp_demo buy this"))
    Media.objects.create(message=Message.objects.get(), kind="photo", url="https://x.test/1.jpg")
    forget_worked(now=NOW + 2 * A_DAY)
    number = make(acme, "mention")
    assert number == make(acme, "mention") == Ticket.objects.get().pk
    message = Message.objects.get()
    assert (message.ticket_id, message.media.count(), Ticket.objects.get().queue.name) == (number, 1, "Support")
    assert (Ticket.objects.get().message_count, Ticket.objects.get().last_text) == (1, "@acmehelp_demo buy this")
    line = Activity.objects.get(verb="ticket.made")
    assert line.actor == alice()
    tell(acme, post("@acmehelp_demo again", minute=1, answers=(message.external_id or "", ANA)))
    assert Ticket.objects.get().messages.count() == 2


def test_a_ticket_is_made_of_what_was_edited_while_it_was_ignored(acme: PartnerAccount) -> None:
    ignore(acme)
    tell(acme, post("@acmehelp_demo buy that"))
    message = Message.objects.get()
    versions = MessageVersion.objects
    versions.create(
        message=message, address=acme.address, external_id=message.external_id or "", text="buy", sent_at=NOW
    )
    assert make(acme, "mention") == Message.objects.get().ticket_id == Ticket.objects.get().pk


def test_a_ticket_is_made_of_what_was_only_counted_while_its_words_are_kept(acme: PartnerAccount) -> None:
    acme.address.effects = {"mention": "counter", "reply_to_us": "ignore"}
    acme.address.save()
    tell(acme, post("@acmehelp_demo one"), relation("follow", who=BEN))
    assert make(acme, "mention") == Message.objects.get().ticket_id
    follow = make(acme, "follow_of_us")
    assert Message.objects.get(ticket=follow).text == "follows us." and follow == make(acme, "follow_of_us")
    tell(acme, post("@acmehelp_demo two", minute=1, answers=("1001", ACME)))
    forget_worked(now=NOW + 2 * A_DAY)
    with pytest.raises(Refused, match="no longer than a day"):
        make(acme, "reply_to_us")


def test_what_we_said_and_what_was_deleted_becomes_none(acme: PartnerAccount) -> None:
    ignore(acme)
    tell(acme, post("hello", who=ACME), post("@acmehelp_demo buy this"))
    with pytest.raises(Refused, match="account itself"):
        make(acme, "post_by_us")
    Message.objects.filter(direction="in").update(deleted_at=NOW, text="")
    with pytest.raises(Refused, match="deleted"):
        make(acme, "mention")
    assert not Ticket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_make_it_at_once_there_is_one_ticket() -> None:
    account, made = install(), []
    ignore(account)
    tell(account, post("@acmehelp_demo buy this"))
    row, agent = Event.objects.get(), alice()

    def press() -> None:
        try:
            made.append(make_ticket(account, row, by=agent, now=NOW).ticket)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [Ticket.objects.get().pk] * 2 and Activity.objects.filter(verb="ticket.made").count() == 1
