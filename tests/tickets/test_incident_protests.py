"""Something is said since an incident's customers were told: on its own ticket, by bystanders, and what is shown of it
(docs/rules.md, "Incidents")."""

import pytest
from django.contrib.auth.models import User

from tests.factories import make_customer, make_message, make_queue, make_ticket, staff
from tests.tickets.pigeon import Wire
from tests.tickets.said import at
from tests.tickets.test_ending import again, lags
from tests.tickets.test_telling import incident, order, part_of, row_of, send, work
from tickets.choices import Lag, PartState, Status
from tickets.errors import CannotChange
from tickets.incidents.ending import look, resolve, undo
from tickets.incidents.protesting import words_since
from tickets.incidents.untelling import still_told
from tickets.models import Incident, StatementPart, Ticket

__all__ = ["incident"]

pytestmark = pytest.mark.django_db

GUS = "900000000000000077"


@pytest.fixture
def told(incident: Incident, alice: User, wire: Wire) -> Incident:
    """Everybody was told, Ana on the incident's own ticket as well."""
    make_message(incident.ticket, "Cannot pay", sent_at=at(2))
    order(incident, alice)
    work()
    send()
    return Incident.objects.get()


def test_whose_ticket_is_the_incident_protests_and_it_stays_open(told: Incident, alice: User) -> None:
    home, ben = told.ticket, part_of(told)
    make_message(home, "That does not help me at all", sent_at=at(30))
    assert lags(told, alice)[home.pk] == Lag.WROTE
    ended = resolve(told, parts_too=True, by=alice, now=at(31))
    assert home.pk not in ended.resolved and ben.pk in ended.resolved
    assert [(one.ticket.pk, one.lag) for one in ended.left] == [(home.pk, Lag.WROTE)]
    with pytest.raises(CannotChange, match="left as they are"):
        resolve(Incident.objects.get(), parts_too=True, by=alice, now=at(32))
    assert undo(Incident.objects.get(), ended.gesture, by=alice, now=at(33)) == ended.resolved
    ended = resolve(Incident.objects.get(), parts_too=True, also=[home.pk], by=alice, now=at(34))
    assert {home.pk, ben.pk} <= set(ended.resolved) and not ended.left


def test_alone_it_is_what_somebody_resolves(told: Incident, alice: User) -> None:
    make_message(told.ticket, "That does not help me at all", sent_at=at(30))
    assert list(resolve(told, parts_too=False, by=alice, now=at(31)).resolved) == [told.ticket_id]


@pytest.mark.parametrize("early", [True, False])
def test_what_is_resolved_with_one_that_stays_open_is_told_all_the_same(
    told: Incident, alice: User, wire: Wire, early: bool
) -> None:
    make_message(told.ticket, "That does not help me at all", sent_at=at(30))
    made, ben = order(told, alice, 40), part_of(told)
    made.parts.filter(ticket=told.ticket).delete()
    if not early:
        work(40)
    resolve(Incident.objects.get(), parts_too=True, by=alice, now=at(41))
    ben.refresh_from_db()
    assert ben.status == Status.RESOLVED and told.ticket.status != Status.RESOLVED
    work(42)
    rows = StatementPart.objects.filter(statement=made, state=PartState.QUEUED)
    assert row_of(made, ben) == (PartState.QUEUED, "") and still_told().filter(pk__in=rows).count() == rows.count() > 0
    send(50)
    assert len(wire.texts) == 5


def test_what_a_bystander_says_is_said_to_be_theirs(told: Incident, alice: User) -> None:
    ben, gus = part_of(told), make_customer(GUS)
    make_message(ben, "Me too!", sent_at=at(30), identity=gus)
    second = make_ticket(ben.identity, part_of=told.ticket)
    make_message(second, sent_at=at(3))
    assert lags(told, alice)[ben.pk] == Lag.OTHERS and lags(told, alice)[second.pk] is None
    words = words_since({ben.pk: at(20)}, by=alice)[ben.pk]
    assert words.others and [(one.identity, one.text) for one in words.messages] == [(gus, "Me too!")]
    assert ben.pk not in resolve(told, parts_too=True, by=alice, now=at(31)).resolved
    make_message(ben, "It does not help", sent_at=at(29))
    assert lags(told, alice)[ben.pk] == Lag.WROTE
    words = words_since({ben.pk: at(20)}, by=alice)[ben.pk]
    assert (words.others, words.more, [one.text for one in words.messages]) == (False, 1, ["It does not help"])


def test_a_complaint_is_shown_with_the_thanks_that_came_after_it(told: Incident, alice: User) -> None:
    ben = part_of(told)
    for minute, text in enumerate(("Hello?", "Anybody?", "That does not help at all", "Thank you!"), start=30):
        make_message(ben, text, sent_at=at(minute))
    [ending] = [one for one in look(told, by=alice) if one.ticket.pk == ben.pk]
    assert ending.told_at is not None
    words = words_since({ben.pk: ending.told_at}, by=alice)[ben.pk]
    assert [one.text for one in words.messages] == ["Anybody?", "That does not help at all", "Thank you!"]
    assert words.more == 1
    staff("Closed", "Others")
    Ticket.objects.filter(pk=ben.pk).update(queue=make_queue("Closed"))
    assert words_since({ben.pk: ending.told_at}, by=again(alice)) == {}
