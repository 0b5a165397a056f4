"""Somebody is deleted while they work, or while others tell them something: neither the one nor the deletion fails."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connections, transaction
from django.db.models.signals import pre_delete
from django.test import Client

from tests.factories import make_agent
from tests.tickets.said import at
from tests.tickets.test_merging import two
from tickets import merging
from tickets.models import Address, Gesture, Ticket, Watch
from tickets.regrouping.undoing import undo

pytestmark = pytest.mark.django_db(transaction=True)
Elsewhere = Callable[[Callable[[], Any]], Future[Any]]


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Begins something on a connection of its own."""

    def run(act: Callable[[], Any]) -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        yield lambda act: pool.submit(run, act)


@pytest.fixture
def zed(acme: Address) -> User:
    return make_agent("zed")


def test_a_merge_by_whoever_is_deleted_meanwhile_stands_and_can_be_undone(
    zed: User, alice: User, elsewhere: Elsewhere
) -> None:
    home, other = two()
    with transaction.atomic():
        gesture = merging.merge([other.pk], into=home.pk, by=zed, now=at(10))
        elsewhere(User.objects.get(pk=zed.pk).delete).result(30)
    assert Gesture.objects.get().by is None and Ticket.objects.get(pk=other.pk).merged_into == home
    undo(gesture.pk, by=alice, now=at(11))
    assert Ticket.objects.get(pk=other.pk).merged_into is None


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_what_would_name_them_still_does_not_stand_in_the_way(zed: User, several: bool, elsewhere: Elsewhere) -> None:
    """While they are being deleted a ticket is to be watched for them."""
    home, _other = two()
    admin, begun = Client(), list[Future[Any]]()
    admin.force_login(User.objects.create_superuser("root", password="x"))

    def meanwhile(instance: Any, **_facts: Any) -> None:
        begun.append(elsewhere(lambda: Watch.objects.create(ticket=home, person_id=instance.pk, at=at(1))))
        wait(begun, timeout=1)

    pre_delete.connect(meanwhile, sender=User)
    try:
        chosen = {"action": "delete_selected", "_selected_action": [zed.pk]} if several else {}
        page = "/admin/auth/user/" if several else f"/admin/auth/user/{zed.pk}/delete/"
        answer = admin.post(page, chosen | {"post": "yes"})
    finally:
        pre_delete.disconnect(meanwhile, sender=User)
    assert answer.status_code == 302 and not User.objects.filter(pk=zed.pk).exists()
    assert isinstance(begun[0].exception(30), IntegrityError)
