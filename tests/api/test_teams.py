"""Teams, and which of them a queue is open to."""

from django.contrib.auth.models import User

from tests.api.caller import Caller
from tests.factories import make_agent, make_person, make_queue, make_supervisor, staff
from tickets.models import Team


def test_teams_tell_their_members_and_queues_their_teams(api: Caller, alice: User) -> None:
    place = staff("Bookings", "Flights", alice, send=False).queue
    team = Team.objects.get()
    told = api.get("teams/").json()["results"]
    member = {"person": {"id": str(alice.pk), "username": "alice", "name": alice.first_name}, "lead": False}
    assert told == [{"id": str(team.pk), "name": "Flights", "members": [member]}]
    assert api.get(f"teams/{team.pk}/").json() == told[0]
    rights = {"see": True, "work": True, "send": False, "approve": False}
    assert api.get(f"queues/{place.pk}/").json()["staffing"] == [
        {"team": {"id": str(team.pk), "name": "Flights"}, **rights}
    ]
    assert api.get(f"queues/{make_queue('General').pk}/").json()["staffing"] == []


def test_queues_tell_what_the_caller_may_do_there(alice: User) -> None:
    staff("Bookings", "Flights", alice, send=False, approve=True)
    staff("Refunds", "Money")
    readers = (alice, make_supervisor(), make_person("iris", role="Auditors"))
    told = {reader.username: _rights(Caller(reader)) for reader in readers}
    assert told == {
        "alice": {"Bookings": "see work", "General": "see work send", "Refunds": ""},
        "sam": dict.fromkeys(("Bookings", "General", "Refunds"), "see work send approve"),
        "iris": dict.fromkeys(("Bookings", "General", "Refunds"), "see"),
    }
    only_reading = _rights(Caller(alice, "tickets:read"))
    assert only_reading == {"Bookings": "see", "General": "see", "Refunds": ""}


def test_where_every_queue_is_closed_to_the_caller_they_say_so(db: None) -> None:
    staff("General", "Money")
    assert _rights(Caller(make_agent("bob"))) == {"General": ""}


def _rights(caller: Caller) -> dict[str, str]:
    queues = caller.get("queues/").json()["results"]
    found = {queue["name"]: " ".join(verb for verb, may in queue["may"].items() if may) for queue in queues}
    assert all(caller.get(f"queues/{queue['id']}/").json()["may"] == queue["may"] for queue in queues)
    return found
