"""Reports by search query: a ticket counts for those that found a message of it, whoever else told of it."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller
from tests.factories import NOW, make_agent, make_answer, make_message, make_person, make_queue, make_ticket, staff
from tests.planner import carried_out, looked_at, settle
from tests.reports.adding import add_up, told
from tests.reports.test_pages import DAY, counts, figures, read_file
from tests.tickets.rights import without
from tickets.merging import merge
from tickets.models import Address, Message, ReportDay, SearchLabel, Tag, Ticket

pytestmark = pytest.mark.django_db
MIN = timedelta(minutes=1)


def found(*labels: str, **fields: Any) -> Ticket:
    for name in labels:
        SearchLabel.objects.get_or_create(name=name)
    ticket = make_ticket(**fields)
    make_message(ticket, "Where is my parachute?", labels=list(labels), sent_at=NOW, received_at=NOW)
    return ticket


@pytest.fixture
def day(acme: Address) -> list[Ticket]:
    """One found by Parachutes and answered, one by Parachutes and Delays, one that wrote to us."""
    tickets = [found("Parachutes"), found("Parachutes", "Delays", queue=make_queue("Billing")), found()]
    make_answer(tickets[0], sent_at=NOW + 10 * MIN, received_at=NOW)
    Ticket.objects.filter(pk=tickets[0].pk).update(last_outbound_at=NOW + 10 * MIN)
    make_message(tickets[0], "Thank you", sent_at=NOW + 20 * MIN, received_at=NOW)
    add_up()
    return tickets


def test_a_ticket_counts_for_every_search_query_that_found_a_message_of_it(day: list[Ticket], desk: Client) -> None:
    rows = {row.name: [count for count, _search in row.counts] for row in figures(desk, "search/")["rows"]}
    assert rows == {"Parachutes": [3, 1, 2, 0], "Delays": [1, 0, 1, 0]}  # what was said later there, too
    assert counts(figures(desk, search="Parachutes"))["received"] == 3
    assert counts(figures(desk, search="parachutes", queue="billing"))["received"] == 1
    assert {figure.code: one.p50 for figure, one in figures(desk, search="Parachutes")["times"]}["first"] == 600
    assert sum(age.all for _name, age, _searches in figures(desk, search="Delays")["ages"]) == 1
    assert figures(desk, search="Parachutes")["unanswered"] == 1


def test_each_figure_of_a_search_query_opens_its_tickets(day: list[Ticket], desk: Client) -> None:
    for row in figures(desk, "search/")["rows"]:
        assert row.narrowed == f"from=2026-03-02&to=2026-03-02&search={row.name}"
        listed = [desk.get("/tickets/", {"q": search}) for _count, search in row.counts]
        tickets = {"Parachutes": [2, 1, 2, 0], "Delays": [1, 0, 1, 0]}[row.name]
        assert [len(answer.context["page"].tickets) for answer in listed] == tickets


def test_those_that_found_something_are_offered_on_the_page(day: list[Ticket], desk: Client) -> None:
    page = desk.get("/reports/", DAY | {"search": "Delays"}).content.decode()
    assert "<option selected>Delays</option><option>Parachutes</option></select>" in page
    SearchLabel.objects.all().delete()
    assert 'name="search"' not in desk.get("/reports/", DAY).content.decode()


def test_files_and_the_api_tell_the_same(day: list[Ticket], desk: Client, sam: User) -> None:
    tickets = list(csv.DictReader(read_file(desk, "tickets", search="Delays").splitlines()))
    assert [(row["ticket"], row["found_by"]) for row in tickets] == [(str(day[1].pk), "Delays, Parachutes")]
    assert [row["found_by"] for row in csv.DictReader(read_file(desk, "tickets").splitlines())][2] == ""
    lines = list(csv.DictReader(read_file(desk, "figures", search="Parachutes").splitlines()))
    assert [(line["search_query"], line["queue"], line["received"]) for line in lines] == [
        ("Parachutes", "Billing", "1"),
        ("Parachutes", "Support", "2"),
    ]
    rows = Caller(sam).get("reports/", DAY | {"by": "search"}).json()["rows"]
    assert {row["key"]: row["received"] for row in rows} == {"Parachutes": 3, "Delays": 1}
    whole = Caller(sam).get("reports/", DAY | {"search": "Delays"}).json()["whole"]
    assert (whole["received"], whole["opened"]) == (1, 1)


@pytest.mark.parametrize("asked", [{"search": "Nothing"}, {"agent": "sam"}, {"tag": "refund"}])
def test_what_cannot_be_asked_of_search_queries_is_said(day: list[Ticket], desk: Client, asked: dict[str, str]) -> None:
    Tag.objects.create(name="refund")
    answer = desk.get("/reports/", DAY | {"search": "Delays"} | asked)
    said = "No search query of that name" if "search" in asked else "not about several"
    assert answer.status_code == 400 and said in answer.content.decode()


def test_who_sees_one_queue_is_told_of_what_was_found_there(day: list[Ticket]) -> None:
    staff("Billing", "Money", make_agent("dave"))
    lee, client = without(make_person("lee", role="Supervisors"), "every_queue"), Client()
    client.force_login(lee)
    assert [(row.name, row.counts[0][0]) for row in figures(client, "search/")["rows"]] == [("Parachutes", 2)]
    assert counts(figures(client, search="Delays"))["received"] == 0


def test_a_merged_ticket_takes_what_was_found_along(day: list[Ticket], sam: User) -> None:
    merge([day[1].pk], into=day[2].pk, by=sam, now=NOW + 30 * MIN, sure=True)
    line = told(part="searches", search=SearchLabel.objects.get(name="Delays"))
    assert (line.received, line.opened) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_of_a_day_only_its_own_tickets_are_asked_who_found_them(acme: Address) -> None:
    then = NOW - timedelta(days=30)
    old = found("Parachutes", opened_at=then)
    rows = [Message(**fields_of(old, number)) for number in range(3000)]
    Message.objects.bulk_create(rows)
    Message.objects.filter(ticket=old).update(sent_at=then)
    found("Parachutes")
    settle("tickets_ticket", "tickets_message", "tickets_searchlabel")
    with CaptureQueriesContext(connection) as captured:
        add_up()
    (sql,) = [one["sql"] for one in captured.captured_queries if "tickets_searchlabel" in one["sql"]]
    ReportDay.objects.get().lines.all().delete()
    steps = [step for step in carried_out(sql) if step.get("Index Name") == "message_found_on"]
    assert [looked_at(step) for step in steps] == [1]


def fields_of(ticket: Ticket, number: int) -> dict[str, Any]:
    one = Message.objects.filter(ticket=ticket).earliest("pk")
    names = ("kind", "direction", "visibility", "identity", "text", "labels", "sent_at", "received_at", "address")
    return {name: getattr(one, name) for name in names} | {"ticket": ticket, "external_id": f"again-{number}"}
