"""The demonstration: what demo_data makes, and that it makes it once."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from kapture import demo
from tests.factories import NOW
from tickets.models import (
    Address,
    CannedReply,
    CannedText,
    Folder,
    Membership,
    Placement,
    Queue,
    Skill,
    SlaPolicy,
    SlaTarget,
    Staffing,
    Team,
)
from tickets.permissions import may, visible_queues
from twitter_integration.models import Allowance, PartnerAccount, SearchQuery
from twitter_integration.reading.search_grammar import check
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(sandbox: ThreadedSandbox, tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(sandbox.credentials))
    return path


def run(keys: Path) -> str:
    output = StringIO()
    call_command("demo_data", "--offline", "--credentials", str(keys), stdout=output)
    return output.getvalue()


def test_it_makes_a_desk_that_works(keys: Path, client: Client) -> None:
    assert demo.PASSWORD in run(keys)
    assert all(client.login(username=login.username, password=demo.PASSWORD) for login in demo.LOGINS)
    address = PartnerAccount.objects.get().address
    assert address.queue == Queue.objects.get(name=demo.ACCOUNT_QUEUE)
    assert SlaTarget.objects.filter(policy=address.sla_policy).count() == 12
    assert Queue.objects.get(is_default=True).name == "Customer care"


def test_canned_replies_are_there_and_sound(keys: Path) -> None:
    run(keys)
    assert {one.shortcut for one in CannedReply.objects.filter(owner=None)} == {"code", "bag", "thanks"}
    for text in CannedText.objects.all():
        text.full_clean()
    run(keys)
    assert CannedText.objects.count() == sum(len(texts) for *_, texts in demo.CANNED)


def test_bob_does_not_see_refunds_and_everybody_sees_the_rest(keys: Path) -> None:
    run(keys)
    seen = {login.username: _seen(login.username) for login in (*demo.LOGINS, demo.CLIENT)}
    everything = {name for name, _ in demo.QUEUES}
    assert seen.pop("bob") == seen.pop("booking-system") == everything - {"Refunds"}
    assert all(queues == everything for queues in seen.values())
    iris, sam = User.objects.get(username="iris"), User.objects.get(username="sam")
    assert iris.is_staff and may(iris, "audit") and not may(iris, "work")
    assert sam.memberships.filter(lead=True).count() == len(demo.TEAMS)
    assert not User.objects.get(username="booking-system").has_usable_password()


def _seen(username: str) -> set[str]:
    return {queue.name for queue in visible_queues(User.objects.get(username=username))}


def test_direct_messages_are_given_out_in_turns_by_language(keys: Path) -> None:
    run(keys)
    queue = Placement.objects.get(kind="direct").queue
    assert queue is not None and (queue.mode, queue.asks_language) == ("round_robin", True)
    spoken = {skill.language: {one.person.username for one in skill.agents.all()} for skill in Skill.objects.all()}
    assert spoken == {"de": {"alice", "sam"}, "es": {"alice", "sam"}, "fr": {"bob", "sam"}, "pt": {"bob", "sam"}}


def test_run_again_it_adds_nothing_and_undoes_nothing(keys: Path) -> None:
    run(keys)
    models = (User, Queue, Folder, SlaPolicy, SearchQuery, Team, Membership, Staffing, Skill, Placement)
    before = [model.objects.count() for model in models]
    bookings = Queue.objects.get(name="Bookings")
    Address.objects.update(queue=bookings, sending_stopped=True, banner="Stopped by Sam.")
    run(keys)
    assert [model.objects.count() for model in models] == before
    address = Address.objects.get()
    assert (address.queue, address.sending_stopped, address.banner) == (bookings, True, "Stopped by Sam.")


def test_what_somebody_removed_or_disconnected_stays_so(keys: Path) -> None:
    run(keys)
    SearchQuery.objects.first().delete()  # type: ignore[union-attr]  # there are three
    PartnerAccount.objects.update(access_token="", disconnected_at=NOW)
    run(keys)
    assert SearchQuery.objects.count() == len(demo.SEARCHES) - 1
    assert not PartnerAccount.objects.get().is_connected


def test_its_budget_is_enough_for_a_bad_day(keys: Path) -> None:
    call_command("demo_data", credentials=keys, offline=True)
    assert Allowance.objects.get().cost_per_day == 50


def test_its_searches_are_understood_and_spread_what_they_find(keys: Path) -> None:
    run(keys)
    queries = list(SearchQuery.objects.select_related("queue", "folder"))
    assert all(check(query.query) for query in queries)
    assert {str(query.folder) for query in queries} == {"Baggage", "Refunds", "Praise"}


def test_known_passwords_are_refused_where_the_public_can_reach(keys: Path, settings: Any) -> None:
    settings.HTTPS, settings.PUBLIC_URL = True, "https://desk.acme.example"
    with pytest.raises(CommandError, match="known password"):
        run(keys)
    assert not User.objects.exists()


def test_it_never_talks_to_the_real_x(keys: Path, settings: Any) -> None:
    settings.X_API_URL = "https://api.x.com"
    with pytest.raises(CommandError, match="sandbox only"):
        run(keys)
