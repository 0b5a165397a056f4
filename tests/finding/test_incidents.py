"""Incidents and their parts are found; what is part of one that somebody may not see, is none for them."""

import pytest
from django.contrib.auth.models import User

from tests.factories import BEN, NOW, make_customer, make_ticket
from tests.finding.asking import WAYS, find_all
from tickets.incidents import grouping

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", WAYS)
def test_incidents_and_their_parts_are_found(alice: User, petra: User, way: str) -> None:
    home, part, other = make_ticket(private=True), make_ticket(make_customer(BEN)), make_ticket()
    incident = grouping.make(home, "Down", by=alice, now=NOW)
    grouping.add(incident, [part.pk], by=alice, now=NOW)

    def found(line: str, by: User = alice) -> set[int]:
        return set(find_all(line, by=by, size=10, reach=WAYS[way]))

    assert found("is:incident") == {home.pk} and found("is:part") == {part.pk}
    assert found("is:part,incident") == {home.pk, part.pk} and found("-is:incident -is:part") == {other.pk}
    assert not found("is:incident", petra) and not found("is:part", petra)
    assert found("-is:part", petra) == {part.pk, other.pk}
    grouping.unmake(incident, by=alice, now=NOW)
    assert not found("is:incident") and not found("is:part")
