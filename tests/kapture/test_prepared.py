"""Queries that are put together once: they tell what Django's own would tell, to everybody what is theirs."""

import gc
import weakref
from datetime import timedelta
from threading import Thread

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection, connections
from django.db.models import Count, F, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kapture.prepared import Given, IsOneOf, prepared
from tests.factories import make_agent, make_customer, make_outsider, make_ticket
from tickets.finding.shelf import shown, usable
from tickets.models import SavedView, Ticket
from tickets.permissions import Rights, rights_of, visible_tickets


@prepared
def some() -> QuerySet[Ticket]:
    found = Ticket.objects.filter(IsOneOf(F("pk"), Given("pks")), created_at__gt=Given("since"))
    return found.select_related("identity", "assignee").annotate(said=Count("messages")).order_by("pk")


@prepared
def numbers(status: str) -> QuerySet[Ticket, int]:
    return Ticket.objects.filter(status=status, customer=Given("customer")).values_list("pk", flat=True)


@pytest.mark.django_db
def test_it_tells_what_a_query_of_its_own_tells_by_one_statement() -> None:
    tickets = [make_ticket(make_customer(str(n)), assignee=make_agent(f"agent {n}")) for n in range(900, 903)]
    long_ago = timezone.now() - timedelta(days=400)
    for pks in ([tickets[0].pk], [tickets[2].pk, tickets[1].pk], []):
        plain = Ticket.objects.filter(pk__in=pks).annotate(said=Count("messages")).order_by("pk")
        with CaptureQueriesContext(connection) as asked:
            found = some(pks=pks, since=long_ago)
            told = [(one.pk, one.identity.external_id, one.assignee and one.assignee.username) for one in found]
        assert told == [(one.pk, one.identity.external_id, one.assignee and one.assignee.username) for one in plain]
        assert len(asked) == 1
    assert some(pks=[one.pk for one in tickets], since=timezone.now() + timedelta(days=1)) == []


@pytest.mark.django_db
def test_what_changes_the_query_itself_is_put_together_for_each() -> None:
    one = make_ticket(status="open")
    other = make_ticket(one.identity, status="closed")
    assert numbers("open", customer=one.customer_id) == [one.pk]
    assert numbers("closed", customer=one.customer_id) == [other.pk]


@pytest.mark.django_db
def test_who_may_the_same_is_told_what_is_their_own() -> None:
    alice, bob = make_agent("alice"), make_agent("bob")
    assert rights_of(alice) == rights_of(bob)
    for person in (alice, bob):
        SavedView.objects.create(name=person.username, query="is:open", owner=person)
    for person in (alice, bob, alice):
        assert [view.name for view in shown(person)] == [person.username] == [view.name for view in usable(person)]


def _reader(name: str) -> User:
    """Who sees tickets, and nothing private."""
    person = make_outsider(name)
    person.user_permissions.add(Permission.objects.get(codename="view_ticket", content_type__app_label="tickets"))
    return User.objects.get(pk=person.pk)


@prepared
def seen(rights: Rights) -> QuerySet[Ticket, int]:
    return visible_tickets(rights).order_by("pk").values_list("pk", flat=True)


@pytest.mark.django_db
def test_who_may_less_is_shown_less() -> None:
    public, private = make_ticket(), make_ticket(private=True)
    agent, reader = make_agent("alice"), _reader("tina")
    assert not rights_of(reader).has_perm("tickets.see_private")
    for person in (agent, reader, agent):
        assert seen(rights_of(person)) == [*visible_tickets(person).order_by("pk").values_list("pk", flat=True)]
    assert seen(rights_of(agent)) == [public.pk, private.pk] and seen(rights_of(reader)) == [public.pk]


@pytest.mark.django_db
def test_rights_that_change_are_other_rights() -> None:
    make_ticket(private=True)
    agent = make_agent("alice")
    assert len(seen(rights_of(agent))) == 1
    agent.groups.clear()
    assert seen(rights_of(User.objects.get(pk=agent.pk))) == []


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection() -> None:
    ticket = make_ticket(status="open")
    asked = [numbers("open", customer=ticket.customer_id)]

    def ask() -> None:
        try:
            asked.append(numbers("open", customer=ticket.customer_id))
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == [[ticket.pk]] * 4


@pytest.mark.django_db(transaction=True)
def test_who_asks_first_leaves_no_connection_behind() -> None:
    left = []

    def ask() -> None:
        assert numbers("on_hold", customer=1) == []
        left.append(weakref.ref(connections["default"]))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    gc.collect()
    assert [one() for one in left] == [None]
