"""What we know of a person is what was seen last, in whatever order we are told."""

from itertools import permutations

import pytest

from tests.factories import ANA
from tests.tickets.said import at
from tickets.inbound import Person
from tickets.models import Customer, HandleChange, Identity
from tickets.receiving.people import Sighting, meet

pytestmark = pytest.mark.django_db


def see(handle: str = "", *, minute: float, **told: object) -> Identity:
    person = Person(external_id=ANA, handle=handle, **told)  # type: ignore[arg-type]
    return meet([Sighting("twitter", person, at(minute))])["twitter", ANA]


SIGHTINGS = {"old": ("ana_demo", 1), "new": ("ana_new", 5), "still new": ("ana_new", 9), "nothing told": ("", 12)}


@pytest.mark.parametrize("order", list(permutations(SIGHTINGS)), ids=", ".join)
def test_the_newest_handle_stays(order: tuple[str, ...]) -> None:
    for name in order:
        handle, minute = SIGHTINGS[name]
        see(handle, minute=minute)
    assert Identity.objects.get().handle == "ana_new"


def test_what_is_seen_again_is_as_of_then_and_an_older_sighting_changes_nothing() -> None:
    see("ana_new", minute=5)
    assert see("ana_new", minute=60).seen_at == at(60)
    assert see("ana_demo", minute=30).handle == "ana_new"
    assert not HandleChange.objects.exists()


def test_an_older_sighting_fills_what_is_not_known() -> None:
    see("ana_demo", minute=10)
    see("ana_before", minute=5, name="Ana", followers=12)
    ana = Identity.objects.get()
    assert (ana.handle, ana.name, ana.followers, Customer.objects.get().name) == ("ana_demo", "Ana", 12, "Ana")
    assert ana.seen_at == at(10)


def test_a_new_handle_is_written_down_with_the_one_before() -> None:
    see("ana_demo", minute=1)
    see("ana_new", minute=5)
    assert list(HandleChange.objects.values_list("before", "after", "seen_at")) == [("ana_demo", "ana_new", at(5))]
