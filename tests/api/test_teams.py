"""Teams, and which of them a queue is open to."""

from django.contrib.auth.models import User

from tests.api.caller import Caller
from tests.factories import make_queue, staff
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
