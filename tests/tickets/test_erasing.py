"""Who may erase a customer, what is asked first, and what of others is left alone (docs/rules.md, "A customer is
erased"). That nothing is left is tried in tests/twitter_integration/test_erasing.py."""

import json
from contextlib import suppress
from io import StringIO

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from tests.at_once import at_once
from tests.factories import (
    ACME,
    BEN,
    NOW,
    make_agent,
    make_answer,
    make_approval,
    make_customer,
    make_message,
    make_person,
    make_supervisor,
    make_ticket,
    staff,
)
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, says, take_in
from tickets.erasing.erase import erase, look, may_erase
from tickets.errors import CannotChange, DeskError, NotAllowed
from tickets.finding.entries import index
from tickets.models import Approval, Customer, HandleChange, Identity, Message, OptOut, OutboxEntry, SavedView, Ticket
from tickets.regrouping.same_person import merge
from tickets.replies import reply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme", "wire")]


@pytest.fixture
def ada() -> User:
    return make_person("ada", role="Administrators")


@pytest.fixture
def ana() -> Identity:
    ticket = make_ticket(last_text="Where is my parcel?")
    make_message(ticket, "Where is my parcel?")
    make_answer(ticket, "We look for it.")
    return ticket.identity


def test_administrators_do_it_where_they_see_everything(ana: Identity, ada: User) -> None:
    for other in (
        make_agent("bob"),
        make_supervisor(),
        make_person("iris", role="Auditors"),
        without(ada, "see_private"),
    ):
        assert not may_erase(other)
        with pytest.raises(NotAllowed):
            erase(ana.customer, typed="ana_demo", by=other, now=NOW)
    narrow = without(make_person("eve", role="Administrators"), "every_queue")
    staff("Support", "Others")
    with pytest.raises(NotAllowed, match="every queue"):
        erase(ana.customer, typed="ana_demo", by=User.objects.get(pk=narrow.pk), now=NOW)
    assert Message.objects.exclude(text="").count() == 2


@pytest.mark.parametrize("typed", ["", "@", "ben_demo", "ana"])
def test_their_handle_must_be_typed(ana: Identity, ada: User, typed: str) -> None:
    with pytest.raises(CannotChange, match="type @ana_demo"):
        erase(ana.customer, typed=typed, by=ada, now=NOW)
    assert Message.objects.exclude(text="").count() == 2


def test_it_is_done_once_and_says_so_without_a_word(ana: Identity, ada: User, wire: Wire) -> None:
    known = Message.objects.get(direction="in").external_id
    counts = erase(ana.customer, typed=" @ANA_demo ", by=ada, now=NOW)
    assert counts["messages with words"] == 2
    assert {kind for kind, number in look(ana.customer).items() if number} == {"tickets that lose their words"}
    entry = LogEntry.objects.get(content_type__model="customer")
    assert (entry.actor, entry.object_repr) == (ada, f"#{ana.customer_id}")
    assert entry.changes["messages with words"] == ["2", "0"]
    told = repr(LogEntry.objects.values_list("changes", "object_repr", "changes_text", "additional_data"))
    assert "ana_demo" not in told and "parcel" not in told
    [gone] = wire.forgotten
    assert gone.people == {ana.external_id} and known in gone.messages and gone.handles == {"ana_demo"}
    with pytest.raises(CannotChange, match="erased already"):
        erase(ana.customer, typed="ana_demo", by=ada, now=NOW)


def test_who_was_merged_with_them_goes_along(ana: Identity, ada: User) -> None:
    ben = make_customer(BEN)
    make_message(make_ticket(ben), "It is me again")
    merge(ben.customer, into=ana.customer, by=ada, now=NOW)
    with pytest.raises(CannotChange, match=f"customer {ana.customer_id}"):
        erase(Customer.objects.get(name="Ben"), typed="ben_demo", by=ada, now=NOW)
    erase(ana.customer, typed="ana_demo", by=ada, now=NOW)
    assert not Message.objects.exclude(text="").exists()
    assert (
        set(Identity.objects.values_list("handle", "name"))
        == set(Customer.objects.values_list("name", "name"))
        == {("", "")}
    )


def test_a_ticket_where_somebody_else_wrote_stays_open_with_what_they_said(ana: Identity, ada: User) -> None:
    ticket = Ticket.objects.get()
    make_message(ticket, "And mine?", identity=make_customer(BEN))
    theirs = make_ticket(make_customer(BEN), last_text="I join")
    make_message(theirs, "I join", identity=ana)
    alone = make_ticket(ana)
    erase(ana.customer, typed="ana_demo", by=ada, now=NOW)
    assert [one.status for one in Ticket.objects.order_by("pk")] == ["new", "new", "closed"]
    assert [one.last_text for one in Ticket.objects.order_by("pk")] == ["", "", ""] and alone.pk
    assert [one.text for one in Message.objects.exclude(text="")] == ["And mine?"]


def test_what_waits_is_never_sent_and_what_is_being_sent_is_waited_for(ana: Identity, ada: User) -> None:
    ticket = Ticket.objects.get()
    for state in ("held", "queued", "scheduled", "unknown"):
        make_answer(ticket, state=state)
    make_approval(make_answer(ticket, state="awaiting"))
    under_way = make_answer(ticket, state="sending")
    with pytest.raises(CannotChange, match="being sent at this moment"):
        erase(ana.customer, typed="ana_demo", by=ada, now=NOW)
    assert Message.objects.exclude(text="").count() == 8
    OutboxEntry.objects.filter(message=under_way).update(state="sent")
    erase(ana.customer, typed="ana_demo", by=ada, now=NOW)
    states = set(OutboxEntry.objects.values_list("state", "code"))
    assert not OutboxEntry.objects.filter(state="failed", left_at=None).exists()
    assert states == {("failed", "erased"), ("sent", "")} and Approval.objects.get().state == "expired"


def test_the_command_counts_first(ana: Identity, ada: User) -> None:
    OptOut.objects.create(address=Ticket.objects.get().address, identity=ana, at=NOW)
    (told := StringIO()), call_command("erase_customer", "@ana_demo", stdout=told)
    assert "2  messages with words" in told.getvalue() and "--yes ana_demo" in told.getvalue()
    assert Message.objects.exclude(text="").count() == 2
    with pytest.raises(CommandError, match="type @ana_demo"):
        call_command("erase_customer", str(ana.customer_id), yes="ben_demo")
    for nobody in ("@nobody", "0", "@"):
        with pytest.raises(CommandError, match="no customer"):
            call_command("erase_customer", nobody)
    (told := StringIO()), call_command("erase_customer", "ana_demo", yes="ana_demo", json=True, stdout=told)
    found = json.loads(told.getvalue())
    assert found["erased"] and found["counts"]["messages with words"] == 2 and not OptOut.objects.exists()
    assert LogEntry.objects.get(content_type__model="customer").actor is None


def test_a_handle_that_goes_on_is_another_one_and_one_that_somebody_has_by_now_is_theirs(
    ana: Identity, ada: User
) -> None:
    said = make_message(make_ticket(make_customer(BEN)), "@ana_demo and @ana_demos, mail x@ana_demo.example")
    index([said])
    HandleChange.objects.create(identity=ana, before="wanderer", after="ana_demo", seen_at=NOW)
    make_customer("900000000000000007", handle="Wanderer", name="Wanda")
    SavedView.objects.create(owner=ada, name="Two", query="from:@ana_demo from:@wanderer")
    erase(ana.customer, typed="ana_demo", by=ada, now=NOW)
    said.refresh_from_db()
    assert said.text == "@-------- and @ana_demos, mail x@ana_demo.example"
    assert SavedView.objects.get().query == "from:@- from:@wanderer"


def test_an_account_of_our_own_is_purged_not_erased(ada: User) -> None:
    brand = make_ticket(make_customer(ACME, handle="acmehelp_demo")).identity
    with pytest.raises(CannotChange, match="our own"):
        erase(brand.customer, typed="acmehelp_demo", by=ada, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_what_is_written_at_that_moment_is_erased_or_comes_from_somebody_new(ana: Identity, ada: User) -> None:
    ticket, sam = Ticket.objects.get(), make_supervisor()

    def answer() -> None:
        with suppress(DeskError):
            reply(ticket, text="Found!", private=False, by=sam, now=at(70))

    def write() -> None:
        for n in range(5):
            take_in(says(f"hello {n}", minute=60 + n))

    at_once(write, answer, lambda: erase(ana.customer, typed="ana_demo", by=ada, now=at(65)))
    said = Message.objects.exclude(text="").select_related("identity")
    assert not [one for one in said if one.identity and one.identity.erased]
