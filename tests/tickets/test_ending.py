"""An incident resolved with its parts: who is left as they are, and how that is undone (docs/rules.md, "Incidents")."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_agent, make_message, make_queue, make_ticket, staff
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, verbs
from tests.tickets.test_telling import incident, order, part_of, send, work
from tickets import lifecycle, replies
from tickets.checklists.items import add_item
from tickets.choices import Lag, PartState, Status
from tickets.errors import CannotChange
from tickets.incidents import grouping
from tickets.incidents.ending import look, resolve, undo
from tickets.incidents.grouping import lately_done
from tickets.incidents.lagging import Said, last_protest, why_lagging
from tickets.models import ApprovalRule, Incident, StatementPart, Ticket

__all__ = ["incident"]

db = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrote", "told", "lag"),
    [
        (None, None, None),
        (at(1), None, Lag.UNTOLD),
        (at(1), at(2), None),
        (at(2), at(2), None),
        (at(3), at(2), Lag.WROTE),
    ],
)
def test_who_was_told_nothing_or_wrote_since_lags(wrote: datetime, told: datetime, lag: Lag | None) -> None:
    said = Said(31, wrote, told)
    assert why_lagging(said) == lag
    assert why_lagging(said, elsewhere=said) == (lag or Lag.ELSEWHERE)
    assert why_lagging(said, awaits=True) == Lag.AWAITS
    assert why_lagging(said, items=True) == Lag.ITEMS


@pytest.mark.parametrize(
    ("told", "there", "protested"),
    [
        (at(5), (at(9), at(5)), True),
        (at(5), (at(4), at(5)), False),
        (at(5), (at(9), at(10)), False),  # answered there
        (at(10), (at(9), at(5)), False),  # answered here since
        (at(5), (at(9), None), True),
        (at(5), (at(4), None), False),
        (None, (at(9), at(5)), True),
        (None, (at(9), None), False),  # told nothing at all
        (at(5), (None, at(5)), False),
    ],
)
def test_who_had_the_last_word_on_another_ticket_protested_there(
    told: datetime | None, there: tuple[datetime | None, datetime | None], protested: bool
) -> None:
    here, other, first = Said(31, at(1), told), Said(38, *there), Said(37, at(6), at(5))
    assert last_protest(here, [here, other]) == (other if protested else None)
    if protested:
        assert last_protest(here, [other, here, first]) == other
    assert last_protest(here, [here]) is None


def test_what_a_bystander_says_counts_last() -> None:
    said = Said(31, at(1), at(2), at(3))
    assert why_lagging(said) == Lag.OTHERS
    assert why_lagging(said, elsewhere=said) == Lag.ELSEWHERE
    assert why_lagging(said._replace(wrote_at=at(3))) == Lag.WROTE
    assert why_lagging(said._replace(others_at=at(2))) is None
    assert why_lagging(Said(31, None, None, at(3))) == Lag.UNTOLD


def carl_s(incident: Incident) -> Ticket:
    return Ticket.objects.filter(part_of=incident.ticket_id).order_by("pk")[1]


def lags(incident: Incident, by: User) -> dict[int, str | None]:
    return {one.ticket.pk: one.lag for one in look(incident, by=by)}


def again(person: User) -> User:
    """With the rights they have by now."""
    return User.objects.get(pk=person.pk)


@db
def test_alone_it_leaves_its_parts_as_they_are(incident: Incident, alice: User) -> None:
    ended = resolve(incident, parts_too=False, by=alice, now=at(9))
    assert list(ended.resolved) == [incident.ticket_id] and not ended.left
    with pytest.raises(CannotChange, match="nothing to resolve"):
        resolve(Incident.objects.get(), parts_too=False, by=alice, now=at(10))


@db
def test_who_was_told_is_resolved_with_it_and_the_others_are_named(incident: Incident, alice: User, wire: Wire) -> None:
    ben, carl = part_of(incident), carl_s(incident)
    assert lags(incident, alice) == {incident.ticket_id: None, ben.pk: Lag.UNTOLD, carl.pk: Lag.UNTOLD}
    made = order(incident, alice)
    assert lags(incident, alice)[ben.pk] is None  # ordered, it is told even after the incident is resolved
    work()
    send()
    make_message(ben, "Not for me", sent_at=at(30))
    make_message(Ticket.objects.get(pk=carl.pk), "Before that", sent_at=at(3))
    assert lags(incident, alice) == {incident.ticket_id: None, ben.pk: Lag.WROTE, carl.pk: None}
    ended = resolve(incident, parts_too=True, by=alice, now=at(31))
    assert set(ended.resolved) == {incident.ticket_id, carl.pk}
    assert [(one.ticket.pk, one.lag) for one in ended.left] == [(ben.pk, Lag.WROTE)]
    assert incident.ticket.activities.get(verb="incident.resolved").data == {"tickets": [carl.pk]}
    made.parts.update(state=PartState.REFUSED)
    ended = resolve(Incident.objects.get(), parts_too=True, also=[ben.pk], by=alice, now=at(32))
    assert list(ended.resolved) == [ben.pk] and not ended.left


@db
def test_who_was_refused_was_told_nothing_but_an_answer_by_hand_is_one(
    incident: Incident, alice: User, wire: Wire
) -> None:
    ben = part_of(incident)
    order(incident, alice)
    StatementPart.objects.update(state=PartState.REFUSED)
    assert lags(incident, alice)[ben.pk] == Lag.UNTOLD
    replies.reply(ben, text="It is mended, Ben.", private=False, by=alice, now=at(20))
    assert lags(incident, alice)[ben.pk] is None


def told_with_a_second(incident: Incident, by: User) -> tuple[Ticket, Ticket]:
    """Ben's two parts, after the statement is out."""
    ben = part_of(incident)
    second = make_ticket(ben.identity, last_message_at=at(4))
    make_message(second)
    grouping.add(incident, [second.pk], by=by, now=at(5))
    order(incident, by)
    work()
    return ben, second


@db
def test_who_was_told_on_another_ticket_of_theirs_was_told(incident: Incident, alice: User, wire: Wire) -> None:
    ben, second = told_with_a_second(incident, alice)
    assert {lags(incident, alice)[pk] for pk in (ben.pk, second.pk)} == {None}


@db
def test_who_protests_on_one_part_has_the_others_left_too(incident: Incident, alice: User, wire: Wire) -> None:
    ben, second = told_with_a_second(incident, alice)
    make_message(second, "That does not help at all", sent_at=at(30))
    told = {one.ticket.pk: (one.lag, one.wrote_on) for one in look(incident, by=alice)}
    assert told[ben.pk] == (Lag.ELSEWHERE, second.pk) and told[second.pk] == (Lag.WROTE, None)
    staff("Closed", "Others", make_agent("olga"))
    Ticket.objects.filter(pk=second.pk).update(queue=make_queue("Closed"))
    assert lags(incident, again(alice))[ben.pk] is None  # of what they may not see nothing is told
    staff("Closed", "Lookers", alice, work=False, send=False)
    assert lags(incident, again(alice)) == {
        incident.ticket_id: None,
        ben.pk: Lag.ELSEWHERE,
        carl_s(incident).pk: None,
    }
    ended = resolve(incident, parts_too=True, by=again(alice), now=at(31))
    assert ben.pk not in ended.resolved
    ended = resolve(Incident.objects.get(), parts_too=True, also=[ben.pk], by=again(alice), now=at(32))
    assert list(ended.resolved) == [ben.pk]


@db
def test_what_waits_for_approval_or_has_something_to_do_stays_even_if_chosen(
    incident: Incident, alice: User, wire: Wire
) -> None:
    ben, carl = part_of(incident), carl_s(incident)
    add_item(carl, "Call them", required=True, by=alice, now=at(2))
    ApprovalRule.objects.create(name="All")
    replies.reply(ben, text="It is mended, Ben.", private=False, by=alice, now=at(20))
    ended = resolve(incident, parts_too=True, also=[ben.pk, carl.pk], by=alice, now=at(21))
    assert [one.lag for one in ended.left] == [Lag.AWAITS, Lag.ITEMS]
    assert list(ended.resolved) == [incident.ticket_id]


@db
def test_undone_each_stands_as_before_unless_somebody_changed_it_since(
    incident: Incident, alice: User, wire: Wire
) -> None:
    ben, carl = part_of(incident), carl_s(incident)
    lifecycle.change_status(carl, Status.PENDING, by=alice, now=at(5))
    ended = resolve(incident, parts_too=True, also=[ben.pk, carl.pk], by=alice, now=at(9))
    assert len(ended.resolved) == 3
    incident = Incident.objects.get()
    parts = list(grouping.parts_of(incident, by=alice))
    deed = lately_done(incident, parts, by=alice)[0]
    assert (deed.resolved, deed.gesture, list(deed.tickets)) == (True, ended.gesture, [ben.pk, carl.pk])
    lifecycle.change_status(ben, Status.OPEN, by=alice, now=at(10))
    lifecycle.change_status(ben, Status.RESOLVED, by=alice, now=at(11))
    assert undo(incident, ended.gesture, by=alice, now=at(12)) == [incident.ticket_id, carl.pk]
    found = dict(Ticket.objects.values_list("pk", "status"))
    assert found == {incident.ticket_id: Status.NEW, ben.pk: Status.RESOLVED, carl.pk: Status.PENDING}
    assert "incident.reopened" in verbs(incident.ticket)
    with pytest.raises(CannotChange, match="Nothing of that"):
        undo(incident, ended.gesture, by=alice, now=at(13))
    with pytest.raises(CannotChange, match="Nothing of that"):
        undo(
            grouping.make(make_ticket(), "Other", by=make_agent("bob"), now=at(13)), ended.gesture, by=alice, now=at(14)
        )


@db
@pytest.mark.parametrize("again", [False, True])
def test_undone_whatever_became_of_the_incident(incident: Incident, alice: User, wire: Wire, again: bool) -> None:
    ben, carl = part_of(incident), carl_s(incident)
    ended = resolve(incident, parts_too=True, also=[ben.pk, carl.pk], by=alice, now=at(9))
    grouping.unmake(Incident.objects.get(), by=alice, now=at(10))
    if again:
        grouping.make(incident.ticket, "Down again", by=alice, now=at(11))
    incident = Incident.every.get()
    every = [incident.ticket_id, ben.pk, carl.pk]
    deed = lately_done(incident, [], by=alice)[0]
    assert (deed.gesture, list(deed.tickets)) == (ended.gesture, [ben.pk, carl.pk])
    assert undo(incident, ended.gesture, by=alice, now=at(12)) == every
    assert set(Ticket.objects.values_list("status", "part_of")) == {(Status.NEW, None)}
    assert verbs(incident.ticket)[-1] == "incident.reopened" and not lately_done(incident, [], by=alice)


@db
def test_resolving_and_its_undo_cost_the_same_for_two_parts_and_for_forty(
    incident: Incident, alice: User, wire: Wire
) -> None:
    counts = []
    for minute, number in ((40, 2), (50, 40)):
        parts = [make_ticket(part_of=incident.ticket, snoozed_at=at(5), snoozed_until=at(900)) for _ in range(number)]
        with CaptureQueriesContext(connection) as asked_for:
            ended = resolve(
                Incident.objects.get(), parts_too=True, also=[p.pk for p in parts], by=alice, now=at(minute)
            )
        assert {part.pk for part in parts} <= set(ended.resolved)
        part = parts[-1]
        part.refresh_from_db()
        assert (part.status, part.resolved_at, part.snoozed_at) == (Status.RESOLVED, at(minute), None)
        assert verbs(part)[-2:] == ["ticket.status", "ticket.woke"]
        with CaptureQueriesContext(connection) as undone:
            undo(Incident.objects.get(), ended.gesture, by=alice, now=at(minute + 1))
        counts.append((len(asked_for), len(undone)))
        part.refresh_from_db()
        assert (part.status, part.resolved_at, part.snoozed_until) == (Status.NEW, None, at(900))
        resolve(Incident.objects.get(), parts_too=True, also=[p.pk for p in parts], by=alice, now=at(minute + 2))
        lifecycle.change_status(Incident.objects.get().ticket, Status.OPEN, by=alice, now=at(minute + 3))
    assert counts[0] == counts[1] and max(counts[0]) < 40
