"""A private answer whose ticket would stand, or stands, in a queue its writer may not see or answer in (docs/rules.md,
"May this be sent?")."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import ANA, NOW, make_agent, make_queue, make_supervisor, staff
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, writes
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.choices import MOVED
from tickets.composing.answering import PRIVATE_OUT_OF_SIGHT
from tickets.composing.beginning import NOT_THERE, check_answer
from tickets.errors import CannotSend, NotAllowed
from tickets.inbound import Person
from tickets.models import Activity, Address, OutboxEntry, Placement, Ticket
from tickets.posting import write_privately
from tickets.sending.terms import Terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(acme: Address, wire: Wire) -> Ticket:
    """Direct messages of Acme go to a queue that is Carol's."""
    Placement.objects.create(address=acme, kind="direct", queue=make_queue("Whispers"))
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return Ticket.objects.get()


def answer(ticket: Ticket, by: User, **more: object) -> None:
    replies.reply(ticket, text="Which seat?", private=True, by=by, now=at(5), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("rights", [None, {"see": False}, {"send": False}])
def test_who_may_not_answer_there_is_told_before_and_opens_nothing(
    public: Ticket, rights: dict[str, bool] | None
) -> None:
    alice = make_agent()
    staff("Whispers", "Confidants", *([alice] if rights is not None else []), **(rights or {}))
    told = check_answer(public, private=True, by=alice)
    assert (told.allowed, told.code, told.reason) == (False, "not_allowed", NOT_THERE)
    before = Activity.objects.count()
    with pytest.raises(NotAllowed, match="Private words to this customer"):
        answer(public, alice)
    assert (Ticket.objects.count(), Activity.objects.count(), OutboxEntry.objects.count()) == (1, before, 0)


@pytest.mark.parametrize("rights", [{}, {"work": False}])
def test_who_may_answers_there_and_has_it_only_if_they_may_work_it(public: Ticket, rights: dict[str, bool]) -> None:
    alice = make_agent()
    staff("Whispers", "Confidants", alice, **rights)
    answer(public, alice)
    home = Ticket.objects.get(private=True)
    assert (home.queue.name, home.assignee) == ("Whispers", None if rights else alice)


def test_who_goes_everywhere_may(public: Ticket) -> None:
    staff("Whispers", "Confidants")
    sam = make_supervisor()
    assert check_answer(public, private=True, by=sam).code != "not_allowed"
    answer(public, sam)
    assert Ticket.objects.filter(private=True).exists()


def test_one_that_came_to_nothing_counts_where_it_is(public: Ticket) -> None:
    sam, alice = make_supervisor(), make_agent()
    message = replies.reply(public, text="Which seat?", private=True, by=sam, now=at(1))
    replies.undo(message, by=sam, now=at(1))
    staff("Whispers", "Confidants")
    Ticket.objects.filter(private=True).update(queue=make_queue("General"))
    answer(public, alice)
    assert Ticket.objects.get(private=True).queue.name == "General"


def test_writing_first_opens_nothing_there_either(public: Ticket, acme: Address) -> None:
    staff("Whispers", "Confidants")
    person = Person(external_id=ANA, handle="ana")
    with pytest.raises(NotAllowed, match="Private words to this customer"):
        write_privately(acme, person, "Hello", by=make_agent(), now=NOW)
    assert not Ticket.objects.filter(private=True).exists()


def test_the_number_of_a_talk_out_of_sight_is_not_told(public: Ticket) -> None:
    take_in(writes(minute=1))
    home, alice, sam = Ticket.objects.get(private=True), make_agent(), make_supervisor()
    staff("Whispers", "Confidants")
    told = check_answer(public, private=True, by=alice)
    assert (told.code, told.ticket, told.reason) == ("elsewhere", None, PRIVATE_OUT_OF_SIGHT)
    assert check_answer(public, private=True, by=sam).ticket == home.pk
    with pytest.raises(CannotSend, match=f"^{PRIVATE_OUT_OF_SIGHT}$"):
        answer(public, alice)


def test_the_composer_says_it_and_leads_nowhere(public: Ticket, client: Client) -> None:
    staff("Whispers", "Confidants")
    client.force_login(make_agent())
    page = client.get(f"/tickets/{public.pk}/").content.decode()
    assert NOT_THERE in page
    take_in(writes(minute=1))
    number = Ticket.objects.get(private=True).pk
    page = client.get(f"/tickets/{public.pk}/").content.decode()
    assert PRIVATE_OUT_OF_SIGHT in page and f"#{number}" not in page


def test_what_was_scheduled_and_held_names_it_to_nobody(public: Ticket) -> None:
    alice = make_agent()
    answer(public, alice, terms=Terms(at=at(30)))
    home = Ticket.objects.get(private=True)
    other = Ticket.objects.create(
        **{name: getattr(home, name) for name in ("address", "customer", "identity", "kind", "queue", "opened_at")},
        private=True,
        status="open",
        created_at=at(6),
        last_message_at=at(6),
    )
    home.messages.update(ticket=public)  # as such answers were, of old
    Ticket.objects.filter(pk=home.pk).update(status="resolved")
    staff("Whispers", "Confidants")
    send_at(at(31))
    entry = OutboxEntry.objects.get()
    assert (entry.code, entry.reason) == (MOVED, PRIVATE_OUT_OF_SIGHT) and f"#{other.pk}" not in entry.reason
