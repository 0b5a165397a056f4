"""A macro that is done with many tickets at once: what is left behind is said before, and a slip is undone after."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import NOW, make_answer, make_clock, make_message, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import only_ticket, says, take_in
from tests.tickets.test_macros import make_macro, refund
from tickets.models import Address, Macro, Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950"), minute=0)
    return only_ticket()


def test_before_it_is_done_with_many_the_page_says_who_is_left_without_an_answer_and_what_is_missed(
    ticket: Ticket, alice: User, client: Client
) -> None:
    late, answered, going = make_ticket(), make_ticket(), make_ticket()
    for one in (late, answered, going):
        make_message(one)
    make_clock(late)
    make_clock(answered, due_at=timezone.now() + HOUR)
    make_answer(going, state="held")
    Ticket.objects.filter(pk=answered.pk).update(last_outbound_at=NOW - HOUR)
    client.force_login(alice)
    chosen: dict[str, Any] = {"t": [ticket.pk, late.pk, answered.pk, going.pk]}
    told = {
        name: client.get("/macros/", chosen | {"macro": macro.pk}).content.decode()
        for name, macro in {
            "resolves": make_macro("A", status="resolved"),
            "ignores": make_macro("B", status="ignored"),
            "waits": make_macro("C", status="pending"),
        }.items()
    }
    assert (
        "2 of these were never answered. Of 1 what was written last has no answer. This answers nobody."
        in told["resolves"]
    )
    assert "2 are late and count as missed." in told["resolves"]  # the first has a promise of its account
    assert "never answered" in told["ignores"] and "missed" not in told["ignores"]
    assert 'id="macro-left"' not in told["waits"]
    page = client.get("/macros/", chosen | {"t": [late.pk], "macro": Macro.objects.get(name="A").pk}).content.decode()
    assert "It was never answered, and this answers nobody. It is late and counts as missed." in page
    page = client.get("/macros/", chosen | {"macro": refund().pk}).content.decode()
    assert "This answers nobody" not in page and "late and count" in page
