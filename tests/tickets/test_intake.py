"""The one way in: what messages do to tickets, told once or often, early or late."""

from typing import Any

import pytest

from tests.factories import ACME, ANA, BEN, make_address, make_policy, make_queue
from tests.tickets.said import at, only_ticket, reason, says, take_in, texts, verbs, we_say, writes
from tickets.choices import Metric, Status
from tickets.errors import UnknownAddress
from tickets.happenings import Retraction
from tickets.inbound import Person, Quoted
from tickets.intake import retract
from tickets.models import Customer, Identity, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def acme() -> None:
    make_address(queue=make_queue("Support"), sla_policy=make_policy())


def set_status(status: str) -> Ticket:
    ticket = only_ticket()
    ticket.status = status
    ticket.save(update_fields=["status"])
    return ticket


def test_a_mention_opens_a_ticket_of_its_customer() -> None:
    (received,) = take_in(says("Where is my order?"))
    ticket = only_ticket()
    assert (received.outcome, received.opened, received.ticket) == ("stored", True, ticket.pk)
    assert (str(ticket.identity), ticket.queue.name, ticket.status) == ("@ana_demo", "Support", Status.NEW)
    assert verbs(ticket) == ["ticket.opened", "ticket.routed"]


def test_times_are_the_posts_own() -> None:
    take_in(says(minute=-30), minute=5)
    ticket, message = only_ticket(), Message.objects.get()
    assert (ticket.opened_at, ticket.created_at) == (at(-30), at(5))
    assert (message.sent_at, message.received_at) == (at(-30), at(5))
    assert (ticket.next_due_at, ticket.next_due_metric) == (at(30), Metric.FIRST_RESPONSE)


def test_an_account_without_a_queue_uses_that_of_the_house() -> None:
    make_address("900000000000000009")
    take_in(says(address_key="900000000000000009"))
    assert (only_ticket().queue.name, reason(only_ticket(), "ticket.routed")) == ("General", "default_queue")


def test_a_reply_of_the_customer_joins() -> None:
    first = says("Where is my order?")
    take_in(first)
    take_in(says("Order 5521", minute=3, in_reply_to=first.external_id))
    ticket = only_ticket()
    assert texts(ticket) == ["Where is my order?", "Order 5521"]
    assert (ticket.message_count, ticket.last_text, ticket.last_message_at) == (2, "Order 5521", at(3))


def test_two_mentions_of_one_customer_are_two_conversations() -> None:
    take_in(says("My order"), says("My invoice", minute=1))
    assert Ticket.objects.count() == 2


def test_a_bystander_joins_the_conversation_and_a_reply_goes_to_who_wrote_last() -> None:
    first = says()
    take_in(first, says("Mine too!", who=BEN, minute=2, in_reply_to=first.external_id))
    ticket = only_ticket()
    assert str(ticket.identity) == "@ana_demo"
    assert [str(m.identity) for m in ticket.messages.all()] == ["@ana_demo", "@ben_demo"]


def test_a_customers_message_reopens_a_resolved_ticket() -> None:
    first = says()
    take_in(first)
    set_status(Status.RESOLVED)
    take_in(says("Still not here", minute=90, in_reply_to=first.external_id))
    assert (only_ticket().status, reason(only_ticket(), "ticket.reopened")) == (Status.OPEN, "same_conversation")
    assert only_ticket().clocks.filter(metric=Metric.RESOLUTION, ended_at=None).exists()


def test_a_closed_ticket_is_followed_up_by_a_linked_one() -> None:
    first = says()
    take_in(first)
    closed = set_status(Status.CLOSED)
    (received,) = take_in(says("Again", minute=90, in_reply_to=first.external_id))
    assert received.ticket is not None
    follow_up = Ticket.objects.get(pk=received.ticket)
    assert (follow_up.follow_up_of, follow_up.status) == (closed, Status.NEW)
    assert closed.activities.get(verb="ticket.followed_up").data["ticket"] == follow_up.pk


def test_a_follow_up_of_a_follow_up_in_one_batch_joins_the_new_one() -> None:
    first = says()
    take_in(first)
    set_status(Status.CLOSED)
    again = says("Again", minute=90, in_reply_to=first.external_id)
    take_in(again, says("Hello?", minute=95, in_reply_to=again.external_id))
    assert Ticket.objects.count() == 2


def test_a_message_on_an_ignored_ticket_joins_in_silence() -> None:
    first = says()
    take_in(first)
    set_status(Status.IGNORED)
    only_ticket().clocks.update(ended_at=at(10))
    take_in(says("Buy followers", minute=90, in_reply_to=first.external_id))
    ticket = only_ticket()
    assert (ticket.status, ticket.message_count, ticket.next_due_at) == (Status.IGNORED, 2, None)


def test_a_conversation_beyond_the_window_is_followed_up() -> None:
    first = says()
    take_in(first)
    take_in(says("A year later", minute=60 * 24 * 15, in_reply_to=first.external_id))
    follow_up = Ticket.objects.latest("id")
    assert (follow_up.follow_up_of_id is not None, reason(follow_up, "ticket.opened")) == (True, "window_passed")


def test_one_private_ticket_per_customer_and_account() -> None:
    make_address("900000000000000009")
    take_in(writes("Hi"), writes("My order", minute=1), writes("Hello", who=BEN, minute=2))
    take_in(writes("Still there?", minute=60 * 24 * 30), writes("Other page", address_key="900000000000000009"))
    assert sorted(Ticket.objects.values_list("message_count", flat=True)) == [1, 1, 3]
    assert set(Ticket.objects.values_list("private", flat=True)) == {True}


def test_public_and_private_words_of_one_customer_are_two_tickets() -> None:
    take_in(says(), writes(minute=1))
    assert sorted(Ticket.objects.values_list("private", flat=True)) == [False, True]


@pytest.mark.parametrize("private", [False, True])
def test_what_we_said_elsewhere_joins_and_stops_the_clock(private: bool) -> None:
    first = writes() if private else says()
    take_in(first)
    answer = (
        we_say("On its way.", minute=5, private=True) if private else we_say(minute=5, in_reply_to=first.external_id)
    )
    (received,) = take_in(answer)
    ticket = only_ticket()
    assert (received.opened, ticket.status, ticket.last_by_us) == (False, Status.PENDING, True)
    clock = ticket.clocks.get(metric=Metric.FIRST_RESPONSE)
    assert (clock.ended_at, clock.met) == (at(5), True)


def test_what_we_said_to_nobody_is_kept_without_a_ticket() -> None:
    (received,) = take_in(we_say("Card payments are back.", to=None))
    assert (received.ticket, received.outcome, Ticket.objects.count()) == (None, "stored", 0)
    assert Message.objects.get().ticket is None


def test_an_answer_to_an_announcement_opens_a_ticket_for_each_customer() -> None:
    announced = we_say("Card payments are back.", to=None)
    take_in(announced)
    ana = says("Not for me", minute=1, in_reply_to=announced.external_id)
    take_in(ana, says("Nor me", who=BEN, minute=2, in_reply_to=announced.external_id))
    assert Ticket.objects.count() == 2
    take_in(says("Still not", minute=3, in_reply_to=ana.external_id))
    assert Ticket.objects.get(identity__external_id=ANA).message_count == 2


def test_a_private_word_of_ours_to_a_stranger_opens_nothing() -> None:
    take_in(we_say("Thank you for following.", private=True, to=BEN))
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("batches", ["one batch", "two batches"])
def test_an_answer_that_comes_before_its_question_is_joined_by_it(batches: str) -> None:
    question = says("Where is my order?", minute=0)
    addition = says("Order 5521", minute=3, in_reply_to=question.external_id)
    if batches == "one batch":
        take_in(addition, question)
    else:
        take_in(addition)
        take_in(question)
    assert texts(only_ticket()) == ["Where is my order?", "Order 5521"]
    assert only_ticket().last_text == "Order 5521"


def test_a_late_question_moves_the_clock_back_to_its_own_time() -> None:
    question = says(minute=0)
    take_in(says("Order 5521", minute=30, in_reply_to=question.external_id))
    take_in(question)
    assert (only_ticket().opened_at, only_ticket().next_due_at) == (at(0), at(60))


def test_a_late_answer_of_ours_leaves_the_newer_question_unanswered() -> None:
    first = says(minute=0)
    take_in(first, says("Hello?", minute=20, in_reply_to=first.external_id))
    take_in(says("Anybody?", minute=25, in_reply_to=first.external_id))
    take_in(we_say(minute=10, in_reply_to=first.external_id))
    ticket = only_ticket()
    assert (ticket.next_due_metric, ticket.next_due_at) == (Metric.NEXT_RESPONSE, at(20 + 120))
    assert ticket.status == Status.OPEN and not ticket.last_by_us


def test_a_message_told_often_is_one_message_with_its_sources() -> None:
    told: dict[str, Any] = {"external_id": "1950", "text": "Where is my order?"}
    first, again = says(**told), says(**told, source="x_activity")
    results = [*take_in(first, again, first), *take_in(says(**told, source="poll"), again)]
    assert [r.outcome for r in results] == ["stored", "stored", "stored", "known", "known"]
    assert {r.ticket for r in results} == {only_ticket().pk}
    assert Message.objects.get().sources == ["account_activity", "x_activity", "poll"]
    assert only_ticket().message_count == 1


def test_a_post_to_two_accounts_is_a_message_for_each() -> None:
    make_address("900000000000000009")
    take_in(says(external_id="1950"), says(external_id="1950", address_key="900000000000000009"))
    assert Ticket.objects.count() == Message.objects.count() == 2
    assert Customer.objects.count() == 1


def test_a_change_of_handle_is_remembered() -> None:
    take_in(says())
    take_in(says(minute=5, author=Person(external_id=ANA, handle="ana_2", name="Ana")))
    identity = Identity.objects.get()
    assert (identity.handle, identity.handle_changes.get().before) == ("ana_2", "ana_demo")
    assert Ticket.objects.count() == 2 and Customer.objects.count() == 1


def test_an_older_profile_never_overwrites_a_newer_one() -> None:
    take_in(says(minute=10, author=Person(external_id=ANA, handle="ana_2", followers=7)))
    take_in(says(minute=0, author=Person(external_id=ANA, handle="ana_demo", followers=5)))
    identity = Identity.objects.get()
    assert (identity.handle, identity.followers, identity.handle_changes.count()) == ("ana_2", 7, 0)


def test_what_a_message_does_not_tell_of_its_author_is_kept() -> None:
    take_in(says(author=Person(external_id=ANA, handle="ana_demo", name="Ana", bio="Porto", verified=True)))
    take_in(says(minute=5, author=Person(external_id=ANA)))
    identity = Identity.objects.get()
    assert (identity.handle, identity.bio, identity.verified) == ("ana_demo", "Porto", True)


def test_somebody_we_only_wrote_to_gets_a_name_when_they_write() -> None:
    take_in(we_say(to="900000000000000777", in_reply_to="1"))
    take_in(says(minute=5, who="900000000000000777", author=Person(external_id="900000000000000777", name="Eva")))
    assert Customer.objects.get().name == "Eva"


def test_hostile_lengths_are_cut_where_a_column_ends() -> None:
    long = "x" * 5000
    author = Person(external_id=ANA, handle=long, name=long, avatar_url=long, bio=long, location=long)
    take_in(says(long * 5, author=author, language=long, permalink=long, original_text=long))
    take_in(says(long, minute=1, author=Person(external_id=ANA, handle=f"y{long}")))
    assert Message.objects.earliest("id").text == long * 5
    assert Identity.objects.get().handle_changes.get().before == "x" * 50


def test_a_message_for_an_unknown_account_takes_nothing_in() -> None:
    with pytest.raises(UnknownAddress):
        take_in(says(), says(address_key="1"))
    assert Message.objects.count() == 0


def test_an_empty_batch_is_no_trouble() -> None:
    assert take_in() == []


def test_waiting_tickets_are_ours_again_when_the_customer_writes() -> None:
    first = says()
    take_in(first)
    set_status(Status.PENDING)
    take_in(says("And now?", minute=9, in_reply_to=first.external_id))
    assert only_ticket().status == Status.OPEN


def test_a_quote_of_the_customers_own_post_joins_and_of_anothers_opens() -> None:
    first = says()
    take_in(first)
    quoted = Quoted(external_id=first.external_id)
    take_in(
        says("So?", minute=2, kind="quote", quoted=quoted), says("Look", who=BEN, minute=3, kind="quote", quoted=quoted)
    )
    assert sorted(Ticket.objects.values_list("message_count", flat=True)) == [1, 2]


def test_acme_is_never_its_own_customer() -> None:
    first = says()
    take_in(first, we_say(minute=2, in_reply_to=first.external_id))
    assert not Identity.objects.filter(external_id=ACME).exists()


@pytest.mark.parametrize("batches", ["one batch", "two batches"])
def test_our_answer_that_comes_before_its_question_is_adopted_and_stops_the_clock(batches: str) -> None:
    question = says(minute=0)
    answer = we_say("On its way.", minute=5, in_reply_to=question.external_id)
    if batches == "one batch":
        take_in(answer, question)
    else:
        take_in(answer)
        take_in(question)
    ticket = only_ticket()
    assert (texts(ticket), ticket.message_count) == (["Where is my order?", "On its way."], 2)
    assert (ticket.status, ticket.last_text) == (Status.PENDING, "On its way.")
    assert ticket.clocks.get(metric=Metric.FIRST_RESPONSE).ended_at == at(5)


@pytest.mark.parametrize("private", [False, True])
def test_what_we_said_first_belongs_to_the_ticket_of_the_answer(private: bool) -> None:
    reached_out = we_say(
        "Can we help?", minute=0, private=private, in_reply_to="" if private else "1", conversation="c"
    )
    take_in(reached_out)
    more = {"in_reply_to": reached_out.external_id, "conversation": "c"}
    take_in(writes("Yes!", minute=9, conversation="c") if private else says("Yes!", minute=9, **more))
    ticket = only_ticket()
    assert texts(ticket) == ["Can we help?", "Yes!"]
    assert (ticket.status, ticket.next_due_metric, ticket.next_due_at) == (Status.NEW, "first_response", at(69))


def test_what_we_said_long_ago_or_to_somebody_else_stays_where_it_is() -> None:
    to_ben = we_say("Can we help, Ben?", to=BEN, in_reply_to="1")
    long_ago = we_say("Welcome!", minute=-60 * 24 * 8, private=True, conversation="c")
    take_in(to_ben, long_ago)
    take_in(says("Me too", minute=1, in_reply_to=to_ben.external_id), writes("Hi", minute=2, conversation="c"))
    assert sorted(Ticket.objects.values_list("message_count", flat=True)) == [1, 1]


def test_our_answer_that_was_deleted_before_its_question_came_answered_it_all_the_same() -> None:
    question = says(minute=0)
    answer = we_say(minute=5, in_reply_to=question.external_id)
    take_in(answer)
    gone = Retraction(channel="twitter", address_key=ACME, external_id=answer.external_id, at=at(6))
    retract([gone], now=at(6))
    take_in(question)
    assert (only_ticket().message_count, only_ticket().next_due_metric) == (2, Metric.RESOLUTION)


def test_an_answer_and_the_next_question_in_one_batch_end_one_promise_and_start_another() -> None:
    first = says(minute=0)
    answered = {"in_reply_to": first.external_id}
    take_in(first, we_say(minute=1, **answered), says("And?", minute=2, **answered))
    take_in(we_say("Soon.", minute=3, **answered), says("When?", minute=4, **answered))
    assert (only_ticket().next_due_metric, only_ticket().next_due_at) == (Metric.NEXT_RESPONSE, at(4 + 120))
    assert only_ticket().clocks.filter(metric=Metric.NEXT_RESPONSE).count() == 2
