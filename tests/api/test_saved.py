"""Saved views by program."""

import pytest
from django.contrib.auth.models import User

from tests.api.caller import Caller, code_of
from tests.factories import make_agent, make_supervisor
from tickets.models import SavedView, Team

pytestmark = pytest.mark.django_db
BODY = {"name": "Open", "query": "is:open"}


def test_one_is_kept_changed_and_deleted(api: Caller, alice: User) -> None:
    made = api.post("views/new/", BODY, Idempotency_Key="one")
    assert made.status_code == 201 and made.json()["owner"] == str(alice.pk)
    assert api.post("views/new/", BODY, Idempotency_Key="one").json() == made.json()
    path = f"views/{made.json()['id']}/"
    changed = api.post(f"{path}change/", BODY | {"name": "All open", "position": 3}).json()
    assert (changed["name"], changed["position"], changed["shared"]) == ("All open", 3, "nobody")
    assert api.get(path).json() == changed and api.get("views/").json()["results"] == [changed]
    assert api.post(f"{path}delete/").json() == {"id": made.json()["id"], "name": "All open"}
    assert not SavedView.objects.exists()


def test_what_is_not_the_callers_is_not_there_or_not_to_change(api: Caller) -> None:
    bobs = SavedView.objects.create(owner=make_agent("bob"), name="Bob's", query="is:open")
    shared = SavedView.objects.create(owner=make_supervisor(), name="Ours", query="is:open", shared="all")
    assert [row["id"] for row in api.get("views/").json()["results"]] == [str(shared.pk)]
    assert code_of(api.get(f"views/{bobs.pk}/")) == (404, "not_found")
    for row in (bobs, shared):
        assert code_of(api.post(f"views/{row.pk}/change/", BODY)) == (404, "not_found")
        assert code_of(api.post(f"views/{row.pk}/delete/")) == (404, "not_found")


def test_what_may_not_be_is_told_why(api: Caller) -> None:
    refused = api.post("views/new/", BODY | {"query": "is:opne"})
    assert code_of(refused) == (400, "invalid") and "Did you mean open?" in refused.json()["fields"]["query"][0]
    assert code_of(api.post("views/new/", BODY | {"shared": "all"})) == (403, "not_allowed")
    assert code_of(api.post("views/new/", BODY | {"shared": "team"})) == (409, "cannot_change")
    team = Team.objects.create(name="Floor")
    assert code_of(api.post("views/new/", BODY | {"shared": "team", "team": str(team.pk)})) == (403, "not_allowed")
