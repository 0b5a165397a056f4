"""What X cost: on the page, as CSV, from the command and in /metrics; for supervisors, and no private ticket more."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.factories import ACME, ANA, make_agent, make_customer, make_message, make_supervisor, make_ticket
from tests.twitter_integration.installed import install
from twitter_integration.checks import refuse_to_forget_what_is_charged_once_a_day
from twitter_integration.deliveries.forgetting import forget_charges
from twitter_integration.metering.book import enter
from twitter_integration.metering.costs import report, words_of
from twitter_integration.metering.counting import Entry, Payer
from twitter_integration.metering.tariff import Tariff
from twitter_integration.models import Charge, PartnerAccount, SearchQuery

TODAY = timezone.now().date()


def spend(tariff: str, *ids: str, operation: str = "posts.read", days_ago: int = 0, query: int = 0) -> None:
    payer = Payer(app_id=1, account_key=ACME, priced=True)
    day = TODAY - timedelta(days=days_ago)
    said = {number: number for number in ids}
    line = {"operation": operation, "tariff": tariff, "query_id": query, "calls": 1, "items": len(ids)}
    enter([Entry(payer=payer, day=day, resources=ids, messages=said, **line)])  # type: ignore[arg-type]  # as told


@pytest.fixture
def acme(db: None) -> PartnerAccount:
    return install()


def seen(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def this_month(**more: Any) -> Any:
    return report(since=TODAY - timedelta(days=29), until=TODAY, **more)


def test_the_book_is_told_by_day_account_operation_and_query(acme: PartnerAccount) -> None:
    query = SearchQuery.objects.create(account=acme, label="Parachutes", query="parachute")
    spend(Tariff.POST_READ, "1", "2", operation="posts.search", query=query.pk)
    spend(Tariff.MESSAGE, "3", operation="messages.send", days_ago=2)
    spend(Tariff.POST_READ, "4", days_ago=40)
    found = this_month()
    assert (found.total.cost, found.total.calls, len(found.days)) == (Decimal("0.0250"), 2, 30)
    assert [(row.name, row.cost) for row in found.days if row.calls] == [
        (f"{TODAY - timedelta(days=2)}", Decimal("0.0150")),
        (f"{TODAY}", Decimal("0.0100")),
    ]
    assert [row.name for row in found.accounts] == ["@acmehelp_demo"]
    assert [row.name for row in found.operations] == ["messages.send", "posts.search"]
    assert [(row.name, row.charged) for row in found.queries] == [("Parachutes", 2)]


def test_a_ticket_costs_what_its_messages_were_charged_wherever_they_are(acme: PartnerAccount) -> None:
    first, second = (make_ticket(make_customer(who), address=acme.address) for who in (ANA, "7"))
    message = make_message(first, external_id="11")
    spend(Tariff.POST_EVENT, "11", operation="event.mention")
    spend(Tariff.SUMMONED_REPLY, "12", operation="posts.reply")
    make_message(first, external_id="12")
    assert [(row.name, row.cost) for row in this_month().tickets] == [(f"#{first.pk}", Decimal("0.0150"))]
    message.ticket = second
    message.save()
    assert {row.name: row.cost for row in this_month().tickets}[f"#{second.pk}"] == Decimal("0.0050")


def test_private_tickets_are_told_only_to_who_may_see_them(acme: PartnerAccount) -> None:
    make_message(make_ticket(address=acme.address, private=True), external_id="11")
    spend(Tariff.MESSAGE_EVENT, "11")
    assert (len(this_month().tickets), len(this_month(private=False).tickets)) == (1, 0)


def test_a_supervisor_sees_the_page_and_an_agent_does_not(acme: PartnerAccount) -> None:
    spend(Tariff.POST_READ, "1", "2")
    page = seen(make_supervisor()).get("/costs/").content.decode()
    assert "US$ 0.01 from" in page and 'role="img"' in page and "Posts: read" in page
    assert 'href="/costs/"' in page
    assert seen(make_agent()).get("/costs/").status_code == 404
    assert Client().get("/costs/").status_code == 302


def test_every_table_has_its_dollars_first(acme: PartnerAccount) -> None:
    make_message(make_ticket(address=acme.address), external_id="11")
    spend(Tariff.POST_EVENT, "11")
    page = seen(make_supervisor()).get("/costs/").content.decode()
    tables = page.split("<thead>")[1:]
    assert "The most expensive tickets" in page and len(tables) == 4
    assert all(re.findall(r'<th scope="col" class="n">(.*?)</th>', table)[0] == "US$" for table in tables)


def test_an_unknown_period_or_account_is_no_error(acme: PartnerAccount) -> None:
    desk = seen(make_supervisor())
    assert desk.get("/costs/?days=x&account=" + "9" * 99).status_code == 200
    assert len(desk.get("/costs/?days=7").context["report"].days) == 7


def test_the_csv_has_every_table_and_no_formula(acme: PartnerAccount) -> None:
    query = SearchQuery.objects.create(account=acme, label="=1+1", query="parachute")
    spend(Tariff.POST_READ, "1", operation="posts.search", query=query.pk)
    told = seen(make_supervisor()).get("/costs/?format=csv").content.decode().splitlines()
    assert told[0] == "table,name,calls,refused,items,charged,cost_usd"
    assert "query,'=1+1,1,0,1,1,0.0050" in told
    assert "account,'@acmehelp_demo,1,0,1,1,0.0050" in told


def told(*words: str) -> str:
    out = StringIO()
    call_command("x_costs", *words, stdout=out)
    return out.getvalue()


def test_the_command_tells_the_same(acme: PartnerAccount) -> None:
    spend(Tariff.POST_READ, "1")
    assert "$0.0050, 1 calls" in told()
    assert "Posts: read" in told() and "posts.read" not in told()
    found = json.loads(told("--account", "acmehelp_demo", "--json"))
    assert (found["total"]["cost"], found["operation"][0]["name"]) == ("0.0050", "posts.read")


@pytest.mark.parametrize(("since", "words"), [("yesterday", "looks like"), ("2999-01-01", "yet to come")])
def test_a_wrong_day_is_one_sentence(acme: PartnerAccount, since: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        told("--since", since)


def test_metrics_have_todays_sums(acme: PartnerAccount, client: Client) -> None:
    spend(Tariff.POST_READ, "1", "2")
    page = client.get("/metrics").content.decode()
    assert f'kapture_x_dollars_today{{account="{ACME}",operation="posts.read"}} 0.01' in page


def test_a_year_takes_as_many_statements_as_a_day(acme: PartnerAccount, django_assert_num_queries: Any) -> None:
    for number in range(20):
        spend(Tariff.POST_READ, str(number), operation=f"op{number}", days_ago=number)
    with django_assert_num_queries(8):
        report(since=date(2026, 1, 1), until=TODAY)


def test_single_charges_of_long_ago_go_and_the_figures_of_those_days_stay(acme: PartnerAccount, settings: Any) -> None:
    settings.X_CHARGES_KEPT_DAYS = 10
    spend(Tariff.POST_READ, "1", "2", days_ago=11)
    spend(Tariff.POST_READ, "3", days_ago=10)
    before = this_month()
    assert forget_charges(now=timezone.now()) == 2
    assert [charge.resource for charge in Charge.objects.all()] == ["3"]
    assert (this_month().days, this_month().accounts) == (before.days, before.accounts)
    assert this_month().tickets_since == TODAY - timedelta(days=10)
    told = seen(make_supervisor()).get("/costs/").content.decode()
    assert "What single tickets cost is known from" in told


@pytest.mark.parametrize(("days", "faults"), [(0, 0), (2, 0), (1, 1), (-1, 1)])
def test_charges_are_kept_as_long_as_a_day_may_need_them_or_for_ever(settings: Any, days: int, faults: int) -> None:
    settings.X_CHARGES_KEPT_DAYS = days
    assert len(refuse_to_forget_what_is_charged_once_a_day(None)) == faults


def test_charges_kept_for_ever_are_never_forgotten(acme: PartnerAccount, settings: Any) -> None:
    settings.X_CHARGES_KEPT_DAYS = 0
    spend(Tariff.POST_READ, "1", days_ago=4000)
    assert forget_charges(now=timezone.now()) == 0


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("event.repost_of_us", "Told by X: Repost of us"),
        ("event.something_new", "Told by X: something new"),
        ("people.me", "People: me"),
        ("other", "Other"),
    ],
)
def test_an_operation_is_told_in_words(operation: str, words: str) -> None:
    assert words_of(operation) == words
