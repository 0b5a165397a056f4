"""The pages of the reports: who sees which figures, and that each opens what is behind it."""

import csv
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import (
    NOW,
    make_activity,
    make_agent,
    make_answer,
    make_clock,
    make_customer,
    make_message,
    make_person,
    make_queue,
    make_ticket,
    staff,
)
from tests.reports.adding import add_up
from tests.tickets.rights import without
from tickets.choices import Metric, Status
from tickets.models import Address, Tag, Ticket

pytestmark = pytest.mark.django_db
DAY = {"from": "2026-03-02", "to": "2026-03-02"}
MIN = timedelta(minutes=1)


def busy_day() -> list[Ticket]:
    """Two public tickets and a private one: answered, resolved, missed."""
    alice, billing = make_agent("alice"), make_queue("Billing")
    made = [make_ticket(), make_ticket(queue=billing), make_ticket(private=True)]
    for number, ticket in enumerate(made):
        make_message(ticket, sent_at=NOW, received_at=NOW)
        make_answer(ticket, agent=alice, sent_at=NOW + (10 + number) * MIN, received_at=NOW)
        make_clock(ticket, ended_at=NOW + 90 * MIN, met=False)
        ticket.last_outbound_at = NOW + 20 * MIN
        ticket.save()
    made[0].tags.add(Tag.objects.create(name="refund"))
    Ticket.objects.filter(pk=made[0].pk).update(status=Status.RESOLVED, resolved_at=NOW + 60 * MIN)
    make_clock(made[0], Metric.RESOLUTION, ended_at=NOW + 60 * MIN, met=True)
    make_activity(made[0], "ticket.status", {"after": "resolved"}, actor=alice, at=NOW + 60 * MIN)
    add_up()
    return made


def figures(client: Client, path: str = "", **asked: str) -> Any:
    answer = client.get(f"/reports/{path}", DAY | asked)
    assert answer.status_code == 200, answer.content
    return answer.context


def counts(found: Any) -> dict[str, int]:
    return {figure.code: count for figure, count, _search in found["volumes"]}


def test_a_day_is_told(desk: Client) -> None:
    busy_day()
    found = figures(desk)
    told = {"received": 3, "answers": 3, "automatic": 0, "opened": 3, "resolved": 1, "reopened": 0}
    assert counts(found) == told
    times = {figure.code: (one.count, one.p50, one.p90) for figure, one in found["times"]}
    assert times == {"first": (3, 660, 720), "next": (0, None, None), "resolved": (1, 3600, 3600)}
    assert found["hours"]["days"][0][1][10] == (3, "wrote:mon-10:2026-03-02")


def test_every_figure_with_a_link_opens_just_as_many_tickets(desk: Client) -> None:
    busy_day()
    make_ticket(make_customer("900000000000000078"), opened_at=NOW + 30 * MIN)  # nobody has answered
    add_up()
    page = desk.get("/reports/", DAY).content.decode()
    links = re.findall(r'href="/tickets/\?q=([^"]+)"[^>]*>(?:<span[^>]*>[^<]*</span><b>)?([\d,]+)', page)
    assert len(links) == 17
    # In the drawings: of a cell, of what is a line or a bar.
    drawn = re.findall(r'href="/tickets/\?q=([^"]+)" tabindex="-1"><title>[^<]*[: ](\d+)</title>', page)
    assert len(drawn) == 9
    for search, count in [*links, *drawn]:
        listed = desk.get(f"/tickets/?q={unescape(search)}")
        assert not listed.context.get("mistake"), search
        assert len(listed.context["page"].tickets) == int(count), unescape(search)


def test_a_drawing_is_told_to_who_does_not_see_it(desk: Client) -> None:
    busy_day()
    page = desk.get("/reports/", DAY).content.decode()
    drawings = re.findall(
        r'<svg class="drawn" role="img".*?<desc id="(\w+)-d">(.*?)</desc>(.*?)</svg>\n<svg', page, re.DOTALL
    )
    told = {code: unescape(says) for code, says, _drawing in drawings}
    assert told["hours"] == "By weekday and hour, 3 in all. Most of them on Monday, 10:00 to 11:00: 3."
    assert "half within 11 min, nine in ten within 12 min, of 3" in told["first"]
    assert told["next"] == "None in these days."
    assert "First reply: 0.0 % kept of 3, 3 missed by us, 0 delayed by the channel." in told["promises"]
    assert set(told) == {"hours", "first", "next", "promises", "kept", "volume", "ages"}
    # It is one picture: nothing in it can be reached, nor needs a style of its own.
    assert not any("<a " in drawing or "style=" in drawing for _code, _says, drawing in drawings)
    assert page.count('<details class="behind">') == len(told)


def test_it_is_narrowed_to_a_queue_a_tag_or_an_agent(desk: Client) -> None:
    busy_day()
    assert counts(figures(desk, queue="billing"))["received"] == 1
    assert counts(figures(desk, tag="refund"))["opened"] == 1
    assert counts(figures(desk, agent="alice")) == {"answers": 3, "resolved": 1}
    assert counts(figures(desk, account="900000000000000001"))["received"] == 3


def test_side_by_side(desk: Client) -> None:
    busy_day()
    told = {by: [(row.name, row.counts[0][0]) for row in figures(desk, f"{by}/")["rows"]] for by in ("queue", "tag")}
    assert told == {"queue": [("Billing", 1), ("Support", 2)], "tag": [("refund", 1)]}
    assert [(row.name, row.counts[0][0]) for row in figures(desk, "agent/")["rows"]] == [("Alice", 3)]
    assert [row.counts[0][0] for row in figures(desk, "account/")["rows"]] == [3]


def test_who_was_deleted_keeps_their_figures_and_leads_nowhere(desk: Client) -> None:
    busy_day()
    dora = make_agent("dora")
    make_answer(Ticket.objects.latest("pk"), agent=dora, sent_at=NOW + 30 * MIN, received_at=NOW)
    add_up()
    User.objects.filter(username__in=["alice", "dora"]).delete()
    rows = {row.name: row for row in figures(desk, "agent/")["rows"]}
    assert {name: row.counts for name, row in rows.items()} == {
        "Alice (not here any more)": [(3, ""), (1, "")],
        "Dora (not here any more)": [(1, ""), (0, "")],
    }
    assert {row.narrowed for row in rows.values()} == {""}
    page = desk.get("/reports/agent/", DAY).content.decode()
    assert '<th scope="row"><bdi>Alice (not here any more)</bdi></th>' in page


def test_an_agent_is_told_that_there_is_no_such_page(acme: Address) -> None:
    client = Client()
    client.force_login(make_agent("bob"))
    for path in ("/reports/", "/reports/queue/", "/reports/figures.csv", "/reports/tickets.csv"):
        assert client.get(path).status_code == 404
    assert "/reports/" not in client.get("/").content.decode()


def test_what_is_private_is_not_counted_for_who_reads_nothing_private(acme: Address) -> None:
    busy_day()
    nora, client = without(make_person("nora", role="Auditors"), "see_private"), Client()
    client.force_login(nora)
    found = figures(client)
    assert counts(found)["received"] == counts(found)["opened"] == 2
    assert sum(count for _name, _told, links in found["promises"] for count, _ in links) == 3
    assert "12 min" not in client.get("/reports/", DAY).content.decode()  # how long the private one took
    rows = list(csv.DictReader(read_file(client, "tickets").splitlines()))
    assert len(rows) == 2


def test_a_queue_that_is_closed_to_them_is_not_counted_nor_named(acme: Address) -> None:
    busy_day()
    staff("Billing", "Money", make_agent("dave"))
    lee, client = without(make_person("lee", role="Supervisors"), "every_queue"), Client()
    client.force_login(lee)
    assert counts(figures(client))["received"] == 2
    assert [row.name for row in figures(client, "queue/")["rows"]] == ["Support"]
    assert client.get("/reports/", {"queue": "billing"}).status_code == 400
    assert "Billing" not in read_file(client, "figures") + read_file(client, "tickets")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"period": "always"}, "no such period"),
        ({"from": "yesterday"}, "no day"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "after the last"),
        ({"from": "2020-01-01", "to": "2026-03-01"}, "at most 732 days"),
        ({"queue": "nowhere"}, "no such queue"),
        ({"agent": "nobody"}, "nobody of that name"),
        ({"agent": "sam", "tag": "refund"}, "not about several"),
    ],
)
def test_what_cannot_be_asked_is_said(desk: Client, asked: dict[str, str], told: str) -> None:
    Tag.objects.create(name="refund")
    answer = desk.get("/reports/", asked)
    assert answer.status_code == 400 and told in answer.content.decode()
    assert desk.get("/reports/figures.csv", asked).status_code == 400
    assert desk.get("/reports/agent/", {"tag": "refund"}).status_code == 400  # that is not kept


def test_days_that_are_not_added_up_yet_are_said_to_be(desk: Client) -> None:
    assert "not added up yet" in desk.get("/reports/", DAY).content.decode()


def test_files_tell_the_same_and_no_formula(desk: Client, sam: User) -> None:
    made = busy_day()
    made[1].tags.add(Tag.objects.create(name="=HYPERLINK(1)"))
    rows = list(csv.DictReader(read_file(desk, "tickets").splitlines()))
    assert [row["ticket"] for row in rows] == [str(one.pk) for one in made]
    assert rows[1]["tags"] == "'=HYPERLINK(1)" and rows[1]["first_reply_seconds"] == "660"
    assert "Where is my order" not in read_file(desk, "tickets")
    lines = list(csv.DictReader(read_file(desk, "figures").splitlines()))
    assert sum(int(line["received"]) for line in lines) == 3
    assert {line["first_p50_seconds"] for line in lines} == {"600", "660", "720"}


def read_file(client: Client, name: str, **asked: str) -> str:
    """Read as the server reads it."""
    answer: Any = client.get(f"/reports/{name}.csv", DAY | asked)
    assert answer["Content-Disposition"] == f'attachment; filename="{name}-2026-03-02-2026-03-02.csv"'

    async def read() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return async_to_sync(read)().decode()
