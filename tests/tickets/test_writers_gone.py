"""An answer waits, or was let go, and who wrote it is deleted (docs/rules.md, "Who must approve an answer")."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.caller import Caller
from tests.factories import make_agent, make_supervisor, make_team, staff
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in
from tests.tickets.test_approving import answer, asked
from tests.tickets.test_outbox import send_at, state
from tickets.approving.deciding import approve, expire_due, send_back, waiting
from tickets.approving.kept import approvals_on
from tickets.approving.showing import cases
from tickets.assignment import assign
from tickets.choices import SendState
from tickets.errors import CannotChange
from tickets.lifecycle import change_status
from tickets.models import Address, Approval, ApprovalRule, Draft, Message, Notice, Ticket
from tickets.notices.words import sentence
from tickets.replies import note

pytestmark = pytest.mark.django_db
NAME = "Carl (not here any more)"


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor()


@pytest.fixture
def carl(db: None) -> User:
    return make_agent("carl")


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    ApprovalRule.objects.create(name="New agents")
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


def left(ticket: Ticket, carl: User) -> Approval:
    """What waits of somebody who is gone."""
    message = answer(ticket, carl)
    carl.delete()
    return asked(Message.objects.get(pk=message.pk))


def test_it_waits_on_and_is_let_go_by_who_may(ticket: Ticket, carl: User, sam: User, wire: Wire) -> None:
    approval = left(ticket, carl)
    assert [*waiting(sam)] == [approval] and approval.message is not None
    with pytest.raises(CannotChange, match="waits for approval"):
        change_status(only_ticket(), "resolved", by=sam, now=at(2))
    take_in(says("Well?", in_reply_to="1950", minute=3), minute=3)
    (case,) = cases(sam, now=at(4))
    assert [one.text for one in case.talk if one.pk in case.fresh] == ["Well?"]
    approve(approval, by=sam, now=at(5), text="It is on its way.", seen=case.seen)
    assert (send_at(at(6)), wire.texts, state(approval.message)) == (1, ["It is on its way."], SendState.SENT)
    assert not Notice.objects.filter(event="failed").exists()
    kept = approvals_on(only_ticket(), by=sam).get()
    assert (kept.writer, kept.decided_by, kept.written) == (None, sam, "On its way.")


def test_of_what_was_decided_before_it_stays_who_let_it_go(ticket: Ticket, carl: User, sam: User) -> None:
    approve(asked(answer(ticket, carl, "Refund 500")), by=sam, now=at(2), text="Refund 50")
    carl.delete()
    kept = Approval.objects.get()
    assert (kept.state, kept.writer, kept.decided_by, kept.written) == ("approved", None, sam, "Refund 500")
    sam.delete()
    told = Caller(make_supervisor("tom")).get(f"tickets/{ticket.pk}/approvals/").json()["results"]
    assert [(one["decided_by"], one["decided_by_gone"], one["writer_gone"]) for one in told] == [(None, "Sam", "Carl")]


def test_what_they_wrote_keeps_their_names(ticket: Ticket, carl: User, sam: User, client: Client) -> None:
    """Said outside the desk it was not, and a note is somebody's."""
    note(ticket, text="Depot knows.", by=carl, now=at(1))
    approve(asked(answer(ticket, carl)), by=sam, now=at(2))
    send_at(at(4))
    carl.delete()
    sam.delete()
    tom = make_supervisor("tom")
    client.force_login(tom)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f"<b>{NAME}</b><span class=sub>for @" in page and "from outside the desk" not in page
    assert f"Note by {NAME}, " in page and "Let go by Sam (not here any more)" in page
    assert f"<b>{NAME}</b>" in client.get(f"/customers/{ticket.customer_id}/").content.decode()
    said = Caller(tom).get(f"tickets/{ticket.pk}/messages/").json()["results"]
    assert [(one["agent"], one["agent_gone"]) for one in said] == [(None, None), (None, "Carl"), (None, "Carl")]


def test_a_page_asks_no_more_where_many_are_gone(ticket: Ticket, sam: User, client: Client) -> None:
    client.force_login(sam)
    costs = []
    for names in (("eva",), ("kim", "lou", "max")):
        for name in names:
            person = make_agent(name)
            note(ticket, text="Depot knows.", by=person, now=at(1))
            answer(ticket, person, name)
            person.delete()
        for page in (f"/tickets/{ticket.pk}/", "/outbox/", "/approvals/", "/api/v1/approvals/", "/api/v1/messages/"):
            client.get(page)
            with CaptureQueriesContext(connection) as asked_now:
                assert client.get(page).status_code == 200
            costs.append((page, len(asked_now)))
    assert costs[:5] == costs[5:]


ENDS: dict[str, Callable[[Approval, User], object]] = {
    "sent_back": lambda approval, sam: send_back(approval, by=sam, now=at(3), reason="Not so."),
    "expired": lambda approval, sam: expire_due(now=approval.expires_at),
}
SAID = {
    "sent_back": "Sam sent an answer back, and who wrote it is not here any more. Somebody else has to answer.",
    "expired": "Nobody let an answer go in time, and who wrote it is not here any more. Somebody else has to answer.",
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("whose", ["led", "taken up", "nobody's"])
def test_not_let_go_nobody_has_its_words_and_who_leads_hears_of_it(
    ticket: Ticket, alice: User, bob: User, carl: User, sam: User, end: str, whose: str
) -> None:
    approval = left(ticket, carl)
    if whose == "led":
        staff(ticket.queue.name, "Care", alice)
        make_team("Care").memberships.update(lead=True)
    if whose == "taken up":
        assign(only_ticket(), to=bob, by=bob, now=at(2))
    ENDS[end](approval, sam)
    told = list(Notice.objects.filter(event="failed"))
    asker = [sam] if end == "expired" else []  # nobody is told what they did themselves
    expected = {"led": [alice], "taken up": [bob], "nobody's": asker}[whose]
    assert ([one.person for one in told], {sentence(one) for one in told} <= {SAID[end]}) == (expected, True)
    kept, ticket = Approval.objects.get(), only_ticket()
    assert (kept.state, kept.message, kept.written) == (end, None, "On its way.")
    assert not Draft.objects.exists() and not ticket.messages.filter(direction="out").exists()
    assert ticket.status in ("new", "open")
    assert change_status(ticket, "resolved", by=sam, now=at(9)).status == "resolved"  # nothing waits any more


def test_who_was_deactivated_has_their_words_and_others_hear_of_it_too(ticket: Ticket, carl: User, sam: User) -> None:
    approval, tom = asked(answer(ticket, carl)), make_supervisor("tom")
    carl.is_active = False
    carl.save()
    send_back(Approval.objects.get(pk=approval.pk), by=sam, now=at(3), reason="Not so.")
    assert Draft.objects.get().person == carl
    assert [*Notice.objects.filter(event="failed").values_list("person", flat=True)] == [tom.pk]


@pytest.mark.parametrize("how", ["deactivated", "deleted", "without the right"])
def test_what_is_scheduled_goes_out_whatever_became_of_its_writer(
    ticket: Ticket, carl: User, sam: User, wire: Wire, how: str
) -> None:
    ApprovalRule.objects.all().delete()
    message = answer(ticket, carl, at=at(60))
    if how == "deleted":
        carl.delete()
    else:
        User.objects.filter(pk=carl.pk).update(is_active=how != "deactivated")
        carl.groups.clear()
    assert (send_at(at(60)), wire.texts, state(message)) == (1, ["On its way."], SendState.SENT)


def test_its_pages_say_that_who_wrote_it_is_gone(ticket: Ticket, carl: User, sam: User, client: Client) -> None:
    approval = left(ticket, carl)
    Approval.objects.update(expires_at=timezone.now().replace(year=2100))
    client.force_login(sam)
    assert f'class="sub">{NAME}, ' in client.get("/approvals/").content.decode()
    assert f"{NAME} for @" in client.get("/outbox/").content.decode()
    (row,) = client.get("/api/v1/approvals/").json()["results"]
    assert (row["id"], row["writer"], row["writer_gone"]) == (str(approval.pk), None, "Carl")
    client.post(f"/approvals/{approval.pk}/send-back/", {"reason": "Not so."})
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "sent an answer back, whose writer is not here any more: Not so." in page and "On its way." in page
