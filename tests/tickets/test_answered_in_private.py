"""What was asked in public and is answered in private: the private ticket begins with our answer."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import ANA, make_agent, make_older_private
from tests.things import picture
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, says, take_in, texts, verbs, writes
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.choices import MOVED, UNDONE_STATUSES, Direction, Metric, SendState, Status
from tickets.composing import drafts
from tickets.composing.answering import check_reply
from tickets.composing.drafts import Words
from tickets.composing.enclosing import enclose
from tickets.errors import CannotSend, DeskError, NotAllowed
from tickets.models import Address, Draft, Message, OutboxEntry, Ticket
from tickets.outbound import Permission, SendError
from tickets.reading.last_word import recount
from tickets.sending.retrying import retry_all
from tickets.sending.terms import AT_ONCE, Terms
from tickets.timeline import load, load_names, plain_sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


@pytest.fixture
def public(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return Ticket.objects.get()


def private() -> Ticket:
    return Ticket.objects.get(private=True)


def dm(ticket: Ticket, by: User, text: str = "Which seat?", *, minute: float = 1, **more: object) -> Message:
    """Alice answers in private, from the public ticket."""
    return replies.reply(ticket, text=text, private=True, by=by, now=at(minute), **more)  # type: ignore[arg-type]


def told(ticket: Ticket, verb: str) -> str:
    lines = list(ticket.activities.filter(verb=verb))
    reader = User.objects.filter(username="reader").first() or make_agent("reader")
    return plain_sentence(lines[-1], load_names(lines, user=reader))


def test_it_opens_the_private_ticket_at_once_and_stands_there(public: Ticket, acme: Address, alice: User) -> None:
    message, home = dm(public, alice), private()
    assert (message.ticket, message.outbox.private, texts(public)) == (home, True, ["Where is my order?"])
    assert (home.status, home.assignee, home.queue, home.identity) == (Status.OPEN, alice, acme.queue, public.identity)
    assert (home.clocks.count(), home.message_count, home.last_text) == (0, 1, "Which seat?")
    assert home.asked_on == public
    public.refresh_from_db()
    assert (public.status, public.assignee, public.message_count) == (Status.OPEN, alice, 1)


def test_both_histories_say_it_and_name_the_other(public: Ticket, alice: User) -> None:
    dm(public, alice)
    assert told(public, "ticket.went_private") == f"Alice writes in private: #{private().pk}."
    assert told(private(), "ticket.from_public") == f"Alice answers in private what was asked in #{public.pk}."
    assert verbs(private())[:2] == ["ticket.opened", "ticket.routed"]
    assert private().activities.get(verb="ticket.opened").data["reason"] == {"code": "we_wrote_first"}


def test_who_may_read_it_is_led_there_and_nobody_else_is_told_its_number(
    public: Ticket, alice: User, wire: Wire
) -> None:
    dm(public, alice)
    send_at(at(2))
    link, number = f'href="/tickets/{private().pk}/"', f"#{private().pk}"
    for reader, led in ((alice, True), (without(make_agent("bob"), "see_private"), False)):
        lines = [line for item in load(public, user=reader).items for line in getattr(item, "sentences", ())]
        assert any(link in line for line in lines) is led is any(number in line for line in lines)
        assert any("writes in private" in line for line in lines) and any("Answered in private" in x for x in lines)


def test_what_the_customer_then_writes_joins_it(public: Ticket, alice: User, wire: Wire) -> None:
    dm(public, alice)
    send_at(at(2))
    assert (private().status, private().clocks.count()) == (Status.PENDING, 0)
    take_in(writes("It was 14C", minute=10))
    assert (texts(private()), private().status) == (["Which seat?", "It was 14C"], Status.OPEN)
    assert private().clocks.filter(ended_at=None, metric=Metric.NEXT_RESPONSE).exists() and private().assignee == alice


def test_once_it_is_out_the_question_asked_in_public_is_answered(public: Ticket, alice: User, wire: Wire) -> None:
    dm(public, alice)
    public.refresh_from_db()
    assert public.clocks.get(metric=Metric.FIRST_RESPONSE).ended_at is None
    send_at(at(2))
    public.refresh_from_db()
    clock = public.clocks.get(metric=Metric.FIRST_RESPONSE)
    assert (clock.ended_at, clock.met, public.status) == (at(2), True, Status.PENDING)
    assert (public.last_outbound_at, public.last_text) == (at(2), "Where is my order?")
    assert told(public, "reply.private") == f"Answered in private, in #{private().pk}."


def test_what_they_asked_before_it_and_we_heard_later_is_answered_too(public: Ticket, alice: User, wire: Wire) -> None:
    dm(public, alice)
    send_at(at(2))
    take_in(says("Hello?", minute=0.5, conversation="1950", in_reply_to="1950"), minute=30)
    assert public.clocks.filter(metric=Metric.FIRST_RESPONSE, ended_at=at(2)).exists()
    assert not public.clocks.filter(metric=Metric.NEXT_RESPONSE).exists()


def test_what_is_said_once_they_write_there_answers_nothing_here(public: Ticket, alice: User, wire: Wire) -> None:
    dm(public, alice)
    send_at(at(2))
    take_in(writes("It was 14C", minute=10), says("Anybody?", minute=11, conversation="1950", in_reply_to="1950"))
    dm(private(), alice, "Thank you", minute=12)
    send_at(at(13))
    assert public.clocks.get(metric=Metric.NEXT_RESPONSE).ended_at is None


def test_taken_back_it_answers_nothing_and_may_be_said_better_there(public: Ticket, alice: User, wire: Wire) -> None:
    assert replies.undo(dm(public, alice), by=alice, now=at(1)) == "Which seat?"
    assert (private().message_count, private().last_text) == (0, "")
    dm(private(), alice, "Which seat, please?")
    assert private().status == Status.OPEN
    send_at(at(2))
    assert public.clocks.get(metric=Metric.FIRST_RESPONSE).ended_at == at(2)


@pytest.mark.parametrize("terms", [AT_ONCE, Terms(at=at(60))])
def test_taken_back_the_private_ticket_is_over_and_both_histories_say_it(
    public: Ticket, alice: User, wire: Wire, terms: Terms
) -> None:
    replies.undo(dm(public, alice, terms=terms), by=alice, now=at(2))
    assert (private().status, private().resolved_at, private().messages.count()) == (Status.RESOLVED, at(2), 0)
    assert told(public, "ticket.came_back") == "Alice took the private answer back before it was sent."
    assert told(private(), "ticket.fell_empty").startswith("Resolved by itself: what was to be said here was taken")
    assert check_reply(public, private=True).code != "elsewhere"


def test_taken_back_its_words_and_pictures_are_a_draft_where_it_was_written(
    public: Ticket, alice: User, wire: Wire
) -> None:
    message = dm(public, alice, files=[enclose(name="seat.png", content=picture().read())])
    drafts.write(alice, private(), "private", Words(text="And your name?"), now=at(1))
    replies.undo(message, by=alice, now=at(2))
    draft = Draft.objects.get(person=alice)
    assert (draft.ticket, draft.mode, draft.text) == (public, "private", "Which seat?\n\nAnd your name?")
    assert draft.files.count() == 1


def test_begun_again_by_whomever_it_is_the_same_ticket_and_theirs(public: Ticket, alice: User, wire: Wire) -> None:
    replies.undo(dm(public, alice), by=alice, now=at(2))
    bob = make_agent("bob")
    assert dm(public, bob, "Your seat?", minute=3).ticket == private()
    assert (private().status, private().resolved_at, private().assignee) == (Status.OPEN, None, bob)
    assert "ticket.followed_up" not in verbs(private())


@pytest.mark.parametrize("what", ["theirs", "ours", "note"])
def test_it_stays_open_when_anything_else_was_said_there(public: Ticket, alice: User, wire: Wire, what: str) -> None:
    message = dm(public, alice)
    if what == "theirs":
        take_in(writes("14C", minute=2))
    elif what == "ours":
        dm(private(), alice, "Window or aisle?", minute=2)
    else:
        replies.note(private(), text="Flies often", by=alice, now=at(2))
    assert replies.undo(message, by=alice, now=at(3)) == "Which seat?"
    assert (private().status, Draft.objects.count()) == (Status.OPEN, 0)
    assert "ticket.came_back" not in verbs(public)


def test_what_the_customer_writes_once_it_is_over_opens_it(public: Ticket, alice: User, wire: Wire) -> None:
    replies.undo(dm(public, alice), by=alice, now=at(2))
    take_in(writes("Hello?", minute=10))
    assert (private().status in UNDONE_STATUSES, texts(private())) == (True, ["Hello?"])


def test_refused_it_answers_nothing_and_fails_there(public: Ticket, alice: User, wire: Wire) -> None:
    dm(public, alice)
    wire.faults = [SendError("They take no messages.", code="349", permanent=True)]
    send_at(at(2))
    assert "reply.failed" in verbs(private()) and "reply.failed" not in verbs(public)
    assert public.clocks.get(metric=Metric.FIRST_RESPONSE).ended_at is None


def test_while_it_is_open_what_is_private_is_said_there(public: Ticket, alice: User, wire: Wire) -> None:
    dm(public, alice)
    with pytest.raises(CannotSend, match=f"^Alice is writing to them in private in #{private().pk}. Answer it there."):
        dm(public, alice, "And your name?")
    take_in(writes("14C", minute=2))
    assert check_reply(public, private=True).reason == f"They write in private in #{private().pk}. Answer it there."
    assert OutboxEntry.objects.count() == 1


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_what_was_done_in_private_is_followed_up(public: Ticket, alice: User, wire: Wire, status: str) -> None:
    take_in(writes("Hello", minute=0.5))
    before = private()
    Ticket.objects.filter(pk=before.pk).update(status=status)
    home = dm(public, alice).ticket
    assert home and (home.follow_up_of, home.asked_on) == (before, public)
    assert verbs(before)[-1] == "ticket.followed_up"


def test_scheduled_it_waits_there(public: Ticket, alice: User, wire: Wire) -> None:
    message = dm(public, alice, terms=Terms(at=at(60)))
    assert (message.ticket, message.outbox.state) == (private(), SendState.SCHEDULED)
    assert (private().message_count, send_at(at(59)), send_at(at(60)), wire.texts) == (0, 0, 1, ["Which seat?"])
    assert (private().message_count, private().last_text) == (1, "Which seat?")


@pytest.mark.parametrize("news", [writes("14C", minute=10), says("Solved!", minute=10, conversation="1950")])
def test_scheduled_it_is_held_when_they_write_meanwhile_there_or_here(
    public: Ticket, alice: User, wire: Wire, news: object
) -> None:
    dm(public, alice, terms=Terms(at=at(60)))
    take_in(news)  # type: ignore[arg-type]  # one of the two above
    assert send_at(at(61)) == 0
    assert (OutboxEntry.objects.get().code, Ticket.objects.count()) == (MOVED, 2)


def test_files_go_along(public: Ticket, alice: User, wire: Wire) -> None:
    message = dm(public, alice, files=[enclose(name="seat.png", content=picture().read())])
    assert message.ticket == private() and message.media.count() == 1


def test_one_sheet_is_sent_once(public: Ticket, alice: User) -> None:
    token = uuid4()
    assert dm(public, alice, token=token) == dm(public, alice, token=token)
    assert (Ticket.objects.count(), Message.objects.filter(direction="out").count()) == (2, 1)


@pytest.mark.parametrize("why", ["permission", "channel", "empty"])
def test_what_is_refused_opens_nothing(public: Ticket, alice: User, wire: Wire, why: str) -> None:
    by = without(alice, "see_private") if why == "permission" else alice
    wire.permission = Permission(allowed=why != "channel", reason="They must follow you." if why == "channel" else "")
    with pytest.raises(NotAllowed if why == "permission" else CannotSend):
        dm(public, by, "" if why == "empty" else "Which seat?")
    assert Ticket.objects.get() == public and "ticket.went_private" not in verbs(public)


# What was written before private answers had a ticket of their own.


@pytest.fixture
def old(public: Ticket, alice: User, wire: Wire) -> Message:
    """A private answer that stands on the public ticket."""
    why = {"code": "349", "reason": "They take no messages."}
    message = make_older_private(public, "Which seat?", agent=alice, state=SendState.FAILED, **why)
    recount(public)
    return message


def scheduled(old: Message) -> Message:
    values = {"state": SendState.SCHEDULED, "not_before": at(60), "code": "", "reason": "", "seen": old.pk}
    OutboxEntry.objects.filter(message=old).update(**values)
    return old


def again(old: Message, alice: User) -> object:
    return replies.try_again(old, by=alice, now=at(61))


def together(old: Message, alice: User) -> object:
    return retry_all(code="349", words="They take no messages.", by=alice, now=at(61))


def now(old: Message, alice: User) -> object:
    return replies.send_at(scheduled(old), None, by=alice, now=at(60.5))


def due(old: Message, alice: User) -> object:
    return scheduled(old)


@pytest.mark.parametrize("go", [again, together, now, due])
def test_an_older_one_moves_to_the_private_ticket_before_it_goes(
    public: Ticket, alice: User, wire: Wire, old: Message, go: Callable[[Message, User], object]
) -> None:
    go(old, alice)
    send_at(at(62))
    old.refresh_from_db()
    assert (old.ticket, private().asked_on, private().assignee) == (private(), public, alice)
    assert wire.texts == ["Which seat?"]
    public.refresh_from_db()
    assert (public.message_count, public.last_text, public.status) == (1, "Where is my order?", Status.PENDING)


@pytest.mark.parametrize("go", [again, together, now])
def test_an_older_one_is_not_sent_as_it_is_while_they_write_elsewhere(
    public: Ticket, alice: User, wire: Wire, old: Message, go: Callable[[Message, User], object]
) -> None:
    take_in(writes("14C", minute=10))
    with pytest.raises(DeskError, match=r"in private in #|in private on other tickets"):
        go(old, alice)
    assert send_at(at(60)) == 0 and not wire.sent


def test_an_older_one_that_is_due_waits_for_a_person_then(public: Ticket, alice: User, old: Message) -> None:
    scheduled(old), take_in(writes("14C", minute=10))
    assert send_at(at(61)) == 0
    entry = OutboxEntry.objects.get()
    assert entry.code == MOVED and f"in #{private().pk}" in entry.reason
    with pytest.raises(CannotSend, match="They write in private in #"):
        replies.try_again(old, by=alice, now=at(62))


# All at one moment: real connections, each in its own transaction.

Deed = Callable[[Ticket, User], object]


def answers(ticket: Ticket, by: User, *, token: UUID | None = None) -> object:
    return dm(ticket, by, f"Which seat? {by.first_name}", token=token)


def customer(ticket: Ticket, by: User) -> object:
    return take_in(writes("It was 14C", minute=1))


def side_by_side(deeds: Sequence[Deed], ticket: Ticket, people: list[User]) -> list[str]:
    start = Barrier(len(deeds))

    def do(deed: Deed, by: User) -> str:
        try:
            start.wait()
            deed(ticket, by)
        except DeskError as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(deeds)) as hands:
        return list(hands.map(do, deeds, people))


@pytest.fixture
def asked(acme: Address, wire: Wire) -> Ticket:
    take_in(says(), minute=0)
    return Ticket.objects.get()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_whoever_is_first_the_customer_or_we_there_is_one_private_ticket(asked: Ticket, turn: int) -> None:
    alice = make_agent("alice")
    told = side_by_side([answers, customer][:: 1 if turn % 2 else -1], asked, [alice, alice])
    home = private()
    theirs, ours = (home.messages.filter(direction=way).count() for way in (Direction.IN, Direction.OUT))
    refused = [one for one in told if one]
    assert theirs == 1 and (ours, len(refused)) in ((1, 0), (0, 1)) and asked.messages.count() == 1
    assert all(f"in #{home.pk}" in one for one in refused)


@pytest.mark.django_db(transaction=True)
def test_of_two_agents_at_one_moment_one_begins_and_the_other_is_led_there(asked: Ticket) -> None:
    people = [make_agent("alice"), make_agent("bob")]
    told = sorted(side_by_side([answers, answers], asked, people))
    first = private().messages.get().agent
    assert first is not None and first == private().assignee
    assert told == ["", f"{first.first_name} is writing to them in private in #{private().pk}. Answer it there."]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_taken_back_while_the_customer_writes_it_is_open(asked: Ticket, turn: int) -> None:
    alice = make_agent("alice")
    message = dm(asked, alice)

    def takes_back(ticket: Ticket, by: User) -> object:
        return replies.undo(message, by=by, now=at(1))

    deeds = [takes_back, customer, answers][:: 1 if turn % 2 else -1]
    side_by_side(deeds, asked, [alice] * 3)
    assert private().messages.filter(direction=Direction.IN).count() == 1 and private().status in UNDONE_STATUSES


@pytest.mark.django_db(transaction=True)
def test_one_sheet_submitted_six_times_at_once_is_one_answer_on_one_ticket(asked: Ticket) -> None:
    alice, token = make_agent("alice"), uuid4()
    told = side_by_side([lambda ticket, by: answers(ticket, by, token=token)] * 6, asked, [alice] * 6)
    assert told == [""] * 6 and private().messages.count() == 1
    assert private().identity.external_id == ANA
