"""The stream of an account: everything X told, the newest first, what came of each, to whom it may be told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import ACME, ANA, BEN, NOW, make_agent, make_outsider, make_supervisor, staff
from tests.planner import carried_out
from tests.tickets.rights import without
from tests.twitter_integration.bodies import direct, dump, post, relation
from tests.twitter_integration.installed import deliver, install
from tests.twitter_integration.test_every_activity import FIXTURES
from tickets.models import Message, Ticket
from twitter_integration.deliveries.drain import drain
from twitter_integration.deliveries.forgetting import forget_worked
from twitter_integration.events import Kind
from twitter_integration.models import Event, Ignored, PartnerAccount
from twitter_integration.stream.ignoring import ignore_words
from twitter_integration.stream.kinds import KINDS
from twitter_integration.stream.reading import page_sql, read_page

pytestmark = pytest.mark.django_db
IN_TWO_YEARS = timezone.now().year + 2
STREAM, IGNORED = f"/accounts/{ACME}/stream/", f"/accounts/{ACME}/ignored/"


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_agent())
    return client


def tell(account: PartnerAccount, *bodies: bytes) -> None:
    deliver(account, *bodies, received_at=NOW)
    drain(clock=lambda: NOW)


def recorded(name: str) -> bytes:
    return (FIXTURES / "account_activity" / f"{name}.json").read_bytes()


def read(client: Client, **query: str) -> str:
    answer = client.get(STREAM, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everything_is_there_with_what_came_of_it(desk: Client, acme: PartnerAccount) -> None:
    tell(acme, post("@acmehelp_demo Where is my order?"), relation("follow", who=BEN), recorded("repost_of_us"))
    told = read(desk)
    ticket = Ticket.objects.get()
    assert "Mention of us" in told and f"On ticket #{ticket.pk}" in told
    assert f'/tickets/{ticket.pk}/#m{Message.objects.get().pk}"' in told
    assert "Follow of us" in told and "A line on the customer&#x27;s timeline" in told
    assert "Repost of us" in told and "Counted by the day" in told
    assert told.index("Repost of us") < told.rindex("Follow of us") < told.rindex("Mention of us")


def test_who_did_what_is_only_counted_is_told_while_x_s_words_are_kept(desk: Client, acme: PartnerAccount) -> None:
    acme.address.effects = {"mention": "counter"}
    acme.address.save()
    tell(acme, post("@acmehelp_demo just saying"))
    assert "just saying" in read(desk) and "@ana_demo" in read(desk)
    forget_worked(now=NOW + timedelta(days=2))
    assert "just saying" not in read(desk) and "Mention of us" in read(desk)


def test_one_kind_or_group_is_shown_alone(desk: Client, acme: PartnerAccount) -> None:
    tell(acme, post("@acmehelp_demo Where is my order?"), relation("follow"), relation("block", who=BEN))
    rows = read(desk, kind="follow_of_us").split('id="stream"')[1]
    assert "Follow of us" in rows and "Block of us" not in rows and "my order" not in rows
    rows = read(desk, kind="people").split('id="stream"')[1]
    assert "Follow of us" in rows and "Block of us" in rows and "my order" not in rows
    assert "Nothing of this kind yet" in read(desk, kind="read")


@pytest.mark.parametrize("query", ["?kind=nothing", "?before=x", "?before=9999999999999999999", "parts/?kind=typing"])
def test_what_is_no_question_is_not_there(query: str, desk: Client, acme: PartnerAccount) -> None:
    assert desk.get(f"{STREAM}{query}").status_code == 404


def test_private_messages_are_told_to_those_alone_who_may_read_them(client: Client, acme: PartnerAccount) -> None:
    tell(acme, direct("my card number"), post("@acmehelp_demo hello"))
    client.force_login(without(make_agent(), "see_private"))
    told = read(client)
    assert "my card number" not in told and "Direct message received" not in told and "hello" in told
    assert client.get(f"{STREAM}?kind=message_received").status_code == 404
    assert client.get(f"{STREAM}?kind=messages").status_code == 404
    client.force_login(make_supervisor())
    assert "my card number" in read(client, kind="messages")


def test_a_ticket_that_somebody_may_not_see_is_neither_named_nor_quoted(client: Client, acme: PartnerAccount) -> None:
    tell(acme, post("@acmehelp_demo a delicate matter"))
    ticket = Ticket.objects.get()
    staff(str(ticket.queue), "Legal")
    client.force_login(make_agent())
    told = read(client)
    assert "On a ticket that you may not see" in told and "delicate" not in told
    assert f"/tickets/{ticket.pk}/" not in told and "Ana" not in told


@pytest.mark.parametrize("address", [STREAM, f"{STREAM}parts/", "/accounts/1/stream/"])
def test_for_others_there_is_no_stream(address: str, client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_outsider())
    assert client.get(address).status_code == 404


def test_what_was_deleted_loses_its_words(desk: Client, acme: PartnerAccount) -> None:
    tell(acme, post("Out of stock", who=ACME, number="1001"))
    assert "Out of stock" in read(desk) and "Kept on no ticket" in read(desk)
    gone = {"status": {"id": "1001", "user_id": ACME}, "timestamp_ms": str(int(NOW.timestamp() * 1000))}
    tell(acme, dump({"for_user_id": ACME, "tweet_delete_events": [gone]}))
    told = read(desk)
    assert "Out of stock" not in told and "Its words are gone since" in told and "Post deleted by us" in told


def test_the_next_page_goes_on_where_the_first_ends(desk: Client, acme: PartnerAccount) -> None:
    fill(acme, 120)
    events = list(Event.objects.order_by("-pk").values_list("pk", flat=True))
    first = read_page(acme.page_id, KINDS)
    second = read_page(acme.page_id, KINDS, before=first.after)
    third = read_page(acme.page_id, KINDS, before=second.after)
    assert [one.pk for page in (first, second, third) for one in page.events] == events
    assert third.after is None
    assert f"before={first.after}" in read(desk)


def test_a_stream_asks_no_more_for_many_rows(desk: Client, acme: PartnerAccount) -> None:
    bodies = [post(f"@acmehelp_demo {n}", who=str(900000000000003000 + n)) for n in range(20)]
    tell(acme, *bodies[:2], relation("follow"), recorded("repost_of_us"))
    few = statements(desk)
    tell(acme, *bodies[2:], *(relation("follow", who=str(900000000000004000 + n), minute=n) for n in range(20)))
    assert statements(desk) == few


def statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        read(client)
    return len(found)


def fill(account: PartnerAccount, count: int, kinds: tuple[Kind, ...] = (Kind.MENTION, Kind.LIKE_OF_US)) -> None:
    facts = {"account_id": account.page_id, "outcome": "counted", "occurred_at": NOW, "received_at": NOW}
    rows = [Event(key=f"x:{kinds[n % len(kinds)]}:{n}", kind=kinds[n % len(kinds)], **facts) for n in range(count)]
    Event.objects.bulk_create(rows)


def test_a_page_reads_its_rows_from_the_index_and_no_others(acme: PartnerAccount) -> None:
    """One of a kind behind thousands of another: the thousands are not read, nor anything sorted that is longer than a
    page of each kind."""
    fill(acme, 1, (Kind.FOLLOW_OF_US,))
    fill(acme, 5000)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Event._meta.db_table}")
    names = [Kind.MENTION.value, Kind.LIKE_OF_US.value, Kind.FOLLOW_OF_US.value]
    nodes = list(carried_out(page_sql(), [names, acme.page_id, 2**63 - 1, 51, 51]))
    assert "event_stream" in {node.get("Index Name") for node in nodes}
    assert "Seq Scan" not in {node["Node Type"] for node in nodes}
    assert max(node["Actual Rows"] * node["Actual Loops"] for node in nodes) <= 3 * 51


def test_programs_read_the_same_in_pages(acme: PartnerAccount) -> None:
    tell(acme, post("@acmehelp_demo Where is my order?"), relation("follow", who=BEN), direct("my card number"))
    api = Caller(make_agent())
    told = api.get(f"accounts/{ACME}/stream/?limit=2").json()
    rest = api.get(told["next"].split("/api/v1/")[1]).json()
    rows = [*told["results"], *rest["results"]]
    assert [row["kind"] for row in rows] == ["message_received", "follow_of_us", "mention"]
    assert [row["came"] for row in rows] == ["ticket", "timeline", "ticket"] and rest["next"] is None
    assert rows[2]["ticket"] == str(Message.objects.get(visibility="public").ticket_id)
    assert [row["kind"] for row in api.get(f"accounts/{ACME}/stream/?kind=people").json()["results"]] == [
        "follow_of_us"
    ]
    few = Caller(without(make_agent("bob"), "see_private"))
    assert [row["private"] for row in few.get(f"accounts/{ACME}/stream/").json()["results"]] == [False, False]
    assert few.get(f"accounts/{ACME}/stream/?kind=messages").json()["results"] == []


def test_an_agent_makes_a_ticket_of_a_follow_and_comes_back_to_the_same_page(
    desk: Client, acme: PartnerAccount
) -> None:
    tell(acme, relation("follow", who=BEN))
    event = Event.objects.get()
    assert f'action="{STREAM}{event.pk}/ticket/"' in read(desk) and "Ignore the author" not in read(desk)
    answer = desk.post(f"{STREAM}{event.pk}/ticket/", {"back": "kind=people&x=1"}, follow=True)
    assert answer.redirect_chain == [(f"{STREAM}?kind=people", 302)]
    assert f"It is on ticket #{Ticket.objects.get().pk} now." in answer.content.decode()
    assert f'action="{STREAM}{event.pk}/ticket/"' not in answer.content.decode()
    again = desk.post(f"{STREAM}{event.pk}/ticket/", follow=True)
    assert "already" in again.content.decode() and Ticket.objects.count() == 1


def test_of_a_private_message_nobody_makes_one_who_may_not_read_it(client: Client, acme: PartnerAccount) -> None:
    acme.address.effects = {"message_received": "counter"}
    acme.address.save()
    tell(acme, direct("my card number"))
    client.force_login(without(make_agent(), "see_private"))
    assert client.post(f"{STREAM}{Event.objects.get().pk}/ticket/").status_code == 404


def test_a_supervisor_ignores_an_author_and_takes_it_back(client: Client, acme: PartnerAccount) -> None:
    tell(acme, post("@acmehelp_demo buy this"))
    client.force_login(make_supervisor())
    event = Event.objects.get()
    assert f"{IGNORED}?event={event.pk}" in read(client)
    assert "Ignore <bdi>Ana</bdi>" in client.get(IGNORED, {"event": event.pk}).content.decode()
    told = client.post(IGNORED, {"event": event.pk, "until": f"{IN_TWO_YEARS}-01-01"}, follow=True).content.decode()
    assert "@ana_demo is ignored from now on." in told
    assert f"until 1 Jan {IN_TWO_YEARS}" in told and "0 ignored" in told
    row = Ignored.objects.get()
    assert (row.person_key, row.by_name) == (ANA, "sam")
    told = client.post(f"{IGNORED}{row.pk}/take-back/", follow=True).content.decode()
    assert "is ignored no longer" in told and "Ignored before" in told and "taken back by sam" in told


def test_words_that_do_not_do_are_told_beside_the_field_and_stay_there(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_supervisor())
    answer = client.post(IGNORED, {"words": "ab", "until": f"{IN_TWO_YEARS}-01-01"})
    assert answer.status_code == 422
    assert "At least 3 letters" in answer.content.decode() and 'value="ab"' in answer.content.decode()
    answer = client.post(IGNORED, {"words": "spam", "until": "never"})
    assert answer.status_code == 422 and "A day is wanted" in answer.content.decode()
    assert not Ignored.objects.exists()


def test_an_agent_sees_what_is_ignored_and_changes_nothing_of_it(desk: Client, acme: PartnerAccount) -> None:
    row = ignore_words(acme, "free crypto", until=None, by=make_supervisor(), now=NOW)
    told = desk.get(IGNORED).content.decode()
    assert "“free crypto”" in told and "Take back" not in told
    assert "Your role may not" in desk.post(f"{IGNORED}{row.pk}/take-back/", follow=True).content.decode()
    assert "Your role may not" in desk.post(IGNORED, {"words": "spam"}, follow=True).content.decode()
    assert Ignored.objects.get().ended_at is None


def test_programs_make_tickets_and_ignore(acme: PartnerAccount) -> None:
    api = Caller(make_supervisor())
    asked = {"words": "free crypto", "until": f"{IN_TWO_YEARS}-01-01T00:00:00Z"}
    row = api.post(f"accounts/{ACME}/ignored/add/", asked).json()
    assert (row["words"], row["holds"], row["count"], row["by"]) == ("free crypto", True, 0, "sam")
    assert code_of(api.post(f"accounts/{ACME}/ignored/add/", {"words": "x", "person": ANA})) == (400, "invalid")
    assert code_of(api.post(f"accounts/{ACME}/ignored/add/", {"person": "ana"})) == (400, "invalid")
    tell(acme, post("@acmehelp_demo free crypto"))
    (told,) = api.get(f"accounts/{ACME}/stream/").json()["results"]
    assert (told["came"], told["makes"], told["ticket"]) == ("ignored", True, None)
    made = api.post(f"accounts/{ACME}/stream/{told['id']}/ticket/").json()
    assert (made["ticket"], made["before"]) == (str(Ticket.objects.get().pk), False)
    assert api.post(f"accounts/{ACME}/stream/{told['id']}/ticket/").json()["before"] is True
    assert api.post(f"accounts/{ACME}/ignored/{row['id']}/take-back/").json()["holds"] is False
    assert [one["count"] for one in api.get(f"accounts/{ACME}/ignored/").json()["results"]] == [1]
    agent = Caller(make_agent())
    assert code_of(agent.post(f"accounts/{ACME}/ignored/add/", {"words": "spam"})) == (403, "not_allowed")
