"""Who may do what: what the role allows, where the teams let somebody (docs/rules.md, "Who may do what")."""

from collections.abc import Callable, Iterable
from itertools import product

import pytest
from django.contrib.auth.models import User

from tests.factories import (
    NOW,
    make_agent,
    make_outsider,
    make_person,
    make_queue,
    make_supervisor,
    make_ticket,
    staff,
)
from tests.tickets.rights import without
from tickets import assignment, lifecycle, merging, replies
from tickets.errors import CannotChange, NotAllowed
from tickets.models import Activity, Membership, Queue, Staffing, Ticket
from tickets.permissions import (
    Verb,
    may_on,
    require_on,
    visible_queues,
    visible_tickets,
    who_may_on,
    who_may_where,
    workable_tickets,
)
from tickets.permissions.queues import in_queues
from tickets.permissions.rights import QUEUE_VERBS, QueueVerb
from tickets.regrouping import linking

pytestmark = pytest.mark.django_db
CODES = {"see": "view_ticket", "work": "work_ticket", "send": "send_reply", "approve": "approve_reply"}


def allowed(person: User, verb: str, ticket: Ticket) -> bool:
    """The rule of docs/rules.md word by word, a row at a time."""
    person = User.objects.get(pk=person.pk)
    for code in {"view_ticket", CODES[verb], *(["see_private"] if ticket.private else [])}:
        if not person.has_perm(f"tickets.{code}"):
            return False
    staffing = list(Staffing.objects.filter(queue=ticket.queue_id))
    if not staffing or person.has_perm("tickets.every_queue"):
        return True
    teams = {one.team_id for one in Membership.objects.filter(person=person)}
    theirs = [row for row in staffing if row.team_id in teams and row.see]
    return bool(theirs) and any(getattr(row, verb) for row in theirs)


def everybody() -> list[User]:
    """Of every role, with and without teams."""
    people = [make_person(name.lower().split()[0], role=name) for name in ("Administrators", "Auditors", "API clients")]
    people += [make_outsider(), make_supervisor(), make_agent("alice"), make_agent("bob"), make_agent("carol")]
    people += [make_agent("dan"), make_agent("erin"), without(make_agent("frank"), "see_private")]
    people += [without(make_agent("grace"), "send_reply"), make_agent("hugo", is_active=False)]
    alice, bob, carol, dan, erin, frank, grace, hugo = people[5:]
    staff("Bookings", "Flights", alice, frank, grace, hugo, people[2])
    staff("Bookings", "Lookers", bob, erin, work=False, send=False)
    staff("Bookings", "Writers", erin, work=False)
    staff("Refunds", "Money", carol, approve=True, send=False)
    staff("Refunds", "Nobody", dan, see=False)
    return people


@pytest.fixture
def tickets() -> list[Ticket]:
    queues = [make_queue("General"), make_queue("Bookings"), make_queue("Refunds")]
    return [make_ticket(queue=queue, private=private) for queue, private in product(queues, (False, True))]


def test_the_policy_is_the_rule_for_every_person_verb_queue_and_privacy(tickets: list[Ticket]) -> None:
    people = [User.objects.get(pk=person.pk) for person in everybody()]
    for person, verb, ticket in product(people, QUEUE_VERBS, tickets):
        assert may_on(person, verb, ticket) == allowed(person, verb, ticket), (person.username, verb, str(ticket.queue))


def test_sets_of_tickets_and_of_people_follow_the_same_rule(tickets: list[Ticket]) -> None:
    people = [User.objects.get(pk=person.pk) for person in everybody()]
    for person in people:
        assert set(visible_tickets(person)) == {one for one in tickets if allowed(person, "see", one)}, person
        assert set(workable_tickets(person)) == {one for one in tickets if allowed(person, "work", one)}, person
    keys = [person.pk for person in people]
    for verb, ticket in product(QUEUE_VERBS, tickets):
        confided: list[Verb] = ["see_private"] if ticket.private else []
        verbs: list[Verb] = ["see", verb, *confided]
        right = {person.pk for person in people if allowed(person, verb, ticket)}
        assert set(who_may_on(ticket.queue, *verbs).values_list("pk", flat=True)) == right
        assert {person for person, _ in who_may_where(keys, [ticket.queue_id], *verbs)} == right


def test_a_queue_that_no_team_staffs_is_open_to_everybody_whose_role_allows_it() -> None:
    ticket, alice = make_ticket(), make_agent()
    assert may_on(alice, "work", ticket) and in_queues(alice, "see") == in_queues(make_supervisor(), "see")
    staff("Support", "Flights")
    assert not may_on(User.objects.get(pk=alice.pk), "see", ticket)


def test_what_is_open_is_asked_once_and_by_who_may_go_everywhere_never(django_assert_num_queries: object) -> None:
    staff("Support", "Flights")
    ticket, alice, sam = make_ticket(), make_agent(), make_supervisor()
    alice.has_perm("tickets.view_ticket"), sam.has_perm("tickets.view_ticket")
    for person, asked in ((alice, 1), (sam, 0)):
        with django_assert_num_queries(asked):  # type: ignore[operator]  # the fixture of pytest-django
            assert [may_on(person, verb, ticket) for verb in QUEUE_VERBS].count(True) == (0 if asked else 4)


@pytest.mark.parametrize(
    ("rights", "verb", "sentence"),
    [
        ({"see": False}, "work", "There is no ticket #"),
        ({"work": False}, "work", "You may look at tickets in Bookings, but not change them."),
        ({"send": False}, "send", "You may not answer customers in Bookings."),
        ({}, "approve", "You may not let other people's answers go"),
    ],
)
def test_a_refusal_says_what_is_missing_where(rights: dict[str, bool], verb: QueueVerb, sentence: str) -> None:
    alice = make_agent()
    staff("Bookings", "Flights", alice, **rights)
    with pytest.raises(NotAllowed, match=sentence):
        require_on(alice, verb, make_ticket(queue=make_queue("Bookings")))


def _looker() -> tuple[User, Ticket]:
    bob = make_agent("bob")
    staff("Bookings", "Lookers", bob, work=False, send=False)
    return bob, make_ticket(queue=make_queue("Bookings"))


ACTS: dict[str, Callable[[Ticket, User], object]] = {
    "take": lambda ticket, by: assignment.take(ticket, by=by, now=NOW),
    "assign": lambda ticket, by: assignment.assign(ticket, to=None, by=by, now=NOW),
    "status": lambda ticket, by: lifecycle.change_status(ticket, "resolved", by=by, now=NOW),
    "priority": lambda ticket, by: lifecycle.change_priority(ticket, "high", by=by, now=NOW),
    "move": lambda ticket, by: lifecycle.move(ticket, make_queue("General"), by=by, now=NOW),
    "file": lambda ticket, by: lifecycle.file(ticket, None, by=by, now=NOW),
    "tag": lambda ticket, by: lifecycle.add_tag(ticket, "vip", by=by, now=NOW),
    "note": lambda ticket, by: replies.note(ticket, text="Hm.", by=by, now=NOW),
    "reply": lambda ticket, by: replies.reply(ticket, text="Hello", private=False, by=by, now=NOW),
    "link": lambda ticket, by: linking.link(ticket, make_ticket(), by=by, now=NOW),
    "merge": lambda ticket, by: merging.merge([make_ticket().pk], into=ticket.pk, by=by, now=NOW),
    "merge away": lambda ticket, by: merging.merge([ticket.pk], into=make_ticket().pk, by=by, now=NOW),
}


@pytest.mark.parametrize("name", ACTS)
def test_who_may_only_look_into_a_queue_changes_nothing_there(name: str) -> None:
    bob, ticket = _looker()
    with pytest.raises(NotAllowed):
        ACTS[name](ticket, bob)
    assert not Activity.objects.exists() and not ticket.messages.exists()


def test_a_ticket_may_be_moved_into_a_queue_one_may_not_look_into() -> None:
    alice, ticket = make_agent(), make_ticket(queue=make_queue("General"))
    staff("Refunds", "Money", make_agent("carol"))
    lifecycle.move(ticket, make_queue("Refunds"), by=alice, now=NOW)
    assert not visible_tickets(alice).exists()
    assert ticket.queue not in visible_queues(User.objects.get(pk=alice.pk)) or ticket.queue.name == "General"


def test_a_ticket_that_leaves_the_queues_of_whose_it_is_is_nobodys() -> None:
    alice, carol = make_agent(), make_agent("carol")
    staff("Refunds", "Money", carol)
    for mine, after in ((alice, None), (carol, carol)):
        ticket = make_ticket(queue=make_queue("General"), assignee=mine)
        lifecycle.move(ticket, make_queue("Refunds"), by=alice, now=NOW)
        ticket.refresh_from_db()
        assert ticket.assignee == after
    assert Activity.objects.get(verb="ticket.assigned").data == {"to": None, "from": alice.pk}


def test_a_ticket_is_given_only_to_who_may_work_it_where_it_is() -> None:
    sam, alice, ticket = make_supervisor(), make_agent(), make_ticket(queue=make_queue("Bookings"))
    staff("Bookings", "Flights", make_agent("bob"))
    with pytest.raises(CannotChange, match="Alice does not work tickets in Bookings"):
        assignment.assign(ticket, to=alice, by=sam, now=NOW)
    assert alice not in who_may_on(ticket.queue, "work") and sam in who_may_on(ticket.queue, "work")


def names(people: Iterable[User]) -> list[str]:
    return sorted(person.username for person in people)


def test_rights_of_several_teams_add_up() -> None:
    erin = make_agent("erin")
    staff("Bookings", "Lookers", erin, work=False, send=False)
    staff("Bookings", "Writers", erin, work=False)
    queue = Queue.objects.get(name="Bookings")
    assert names(who_may_on(queue, "see", "send")) == ["erin"] and names(who_may_on(queue, "work")) == []
