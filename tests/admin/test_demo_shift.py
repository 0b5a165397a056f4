"""The demonstration's first shift: what a new desk shows to who opens it, worked by the REST API over HTTP."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from kapture import demo_shift
from kapture.models import ApiToken
from tests.factories import make_customer, make_message, make_ticket
from tickets.models import Address, Queue, SavedView, Ticket
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db(transaction=True)
SAID = (
    "@acmehelp_demo Thank you to the crew of AC426!",
    "@acmehelp_demo My bag did not arrive with AC874.",
    "@acmehelp_demo Charged twice for order 5 & nobody answers",
    "@acmehelp_demo third time this month AC311 is late",
    "@acmehelp_demo how do i change the name on a booking?",
)


@pytest.fixture
def desk(live_server: Any, sandbox: ThreadedSandbox, tmp_path: Path, settings: Any) -> list[Ticket]:
    """Five posts and three messages came in."""
    settings.PUBLIC_URL = live_server.url
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(sandbox.credentials))
    call_command("demo_data", "--offline", "--credentials", str(keys))
    address, now, people = Address.objects.get(), timezone.now(), iter(range(900000000000005000, 900000000000006000))
    care, bookings = Queue.objects.get(name="Customer care"), Queue.objects.get(name="Bookings")

    def came(text: str, queue: Queue, *, private: bool = False) -> Ticket:
        at = now - timedelta(minutes=20)
        facts = {"opened_at": at, "last_message_at": at, "last_inbound_at": at, "last_text": text}
        ticket = make_ticket(make_customer(str(next(people))), address=address, queue=queue, private=private, **facts)
        make_message(ticket, text)
        return ticket

    public = [came(text, care) for text in SAID]
    return [*public, *(came("my number is 555-1234", bookings, private=True) for _ in range(3))]


def test_a_few_are_taken_answered_tagged_and_put_aside_and_the_rest_waits(
    desk: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_shift, "QUIET_SECONDS", 0.0)
    assert demo_shift.work_first_shift() == 6
    praise, bag, charged, late, name, *private = [Ticket.objects.get(pk=one.pk) for one in desk]
    told = {
        one: (str(one.assignee or ""), [tag.name for tag in one.tags.all()], one.priority)
        for one in Ticket.objects.all()
    }
    assert told[praise] == ("alice", ["praise"], "normal") and praise.status == "resolved"
    assert told[bag] == ("alice", ["baggage"], "high") and told[charged] == ("sam", ["refund"], "high")
    assert told[late] == ("bob", ["delay"], "urgent") and told[name] == ("", [], "normal")
    assert sorted(told[one][0] for one in private) == ["", "alice", "bob"]
    assert sum(one.snoozed_at is not None for one in private) == 1
    answered = {one.pk for one in Ticket.objects.filter(messages__outbox__isnull=False)}
    assert {praise.pk, bag.pk} < answered and len(answered) == 3
    assert bag.messages.get(kind="note").agent.username == "sam"
    assert set(SavedView.objects.values_list("name", "shared")) == {("Bags", "all"), ("Urgent or high", "all")}


def test_no_token_of_it_is_left_that_works(desk: list[Ticket], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_shift, "QUIET_SECONDS", 0.0)
    demo_shift.work_first_shift()
    assert all(token.revoked_at is not None for token in ApiToken.objects.all())
