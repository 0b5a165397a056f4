"""Every call is counted and priced, whoever makes it: the table of calls, the prices, the book."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from twitter_integration.accounts import keys_of
from twitter_integration.client import XClient
from twitter_integration.errors import XError
from twitter_integration.metering.book import enter
from twitter_integration.metering.counting import Entry, Payer, count_call
from twitter_integration.metering.meter import Meter, meter
from twitter_integration.metering.operations import recognise
from twitter_integration.metering.prices import load_prices
from twitter_integration.metering.tariff import Tariff
from twitter_integration.models import Charge, PartnerAccount, Price, Usage
from twitter_integration.offers import OFFERS
from twitter_integration.sandbox.server import ThreadedSandbox

DAY = date(2026, 11, 3)
ACME = Payer(app_id=1, account_key="900000000000000001", priced=True)
CALLS = [
    (name, path if path.split()[1].startswith("/") else f"{path.split()[0]} /1.1/{path.split()[1]}.json")
    for name, offer in OFFERS.items()
    for path in (call.path for call in (offer.v2, offer.legacy) if call)
]


def said(text: str, *, reply: bool = False, payer: Payer = ACME) -> Entry:
    sent = {"text": text} | ({"reply": {"in_reply_to_tweet_id": "7"}} if reply else {})
    return count_call(payer, "POST", "/2/tweets", status=201, content=b'{"data":{"id":"9"}}', sent=sent, day=DAY)


def read(path: str, ids: str, *, payer: Payer = ACME, day: date = DAY, query_id: int = 0) -> Entry:
    rows = ",".join(f'{{"id":"{one}"}}' for one in ids.split())
    content = f'{{"data":[{rows}]}}'.encode()
    return count_call(payer, "GET", path, status=200, content=content, sent=None, day=day, query_id=query_id)


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_everything_x_offers_is_known_by_name(name: str, call: str) -> None:
    method, path = call.split()
    assert recognise(method, path.replace(":", "")).name.split(".")[0] in (name.split(".")[0], "people")


def test_a_call_nobody_knows_is_counted_as_other() -> None:
    assert recognise("GET", "/3/teapots").name == "other"
    assert read("/3/teapots", "1").calls == 1


@pytest.mark.parametrize(
    ("text", "reply", "tariff"),
    [
        ("Hello", False, Tariff.POST),
        ("Hello", True, Tariff.SUMMONED_REPLY),
        ("See acme dot com", False, Tariff.POST),
        ("See https://acme.com/help", False, Tariff.LINK_POST),
        ("See acme.com.", True, Tariff.LINK_POST),
    ],
)
def test_a_post_costs_what_it_contains(text: str, reply: bool, tariff: str) -> None:
    assert said(text, reply=reply).tariff == tariff


def test_reading_oneself_is_cheap_only_for_the_owner_of_the_app() -> None:
    owner = Payer(app_id=1, account_key="5", priced=True, owns_app=True)
    assert read("/2/users/5/mentions", "1", payer=owner).tariff == Tariff.OWNED_READ
    assert read("/2/users/6/tweets", "1", payer=owner).tariff == Tariff.POST_READ
    assert read("/2/users/5/mentions", "1", payer=Payer(account_key="5", priced=True)).tariff == Tariff.POST_READ


def test_what_x_refused_is_counted_and_costs_nothing() -> None:
    refused = count_call(ACME, "POST", "/2/tweets", status=403, content=b"{}", sent={"text": "Hi"}, day=DAY)
    assert (refused.calls, refused.refused, refused.items, refused.tariff) == (1, 1, 0, Tariff.FREE)


def test_one_thing_read_twice_a_day_is_charged_once(db: None) -> None:
    enter([read("/2/tweets", "1 2"), read("/2/tweets", "2 3")])
    enter([read("/2/tweets", "3"), read("/2/tweets", "1", day=date(2026, 11, 4))])
    rows = Usage.objects.order_by("day").values_list("calls", "items", "charged", "cost")
    assert list(rows) == [(3, 5, 3, Decimal("0.0150")), (1, 1, 1, Decimal("0.0050"))]


def test_a_new_price_counts_from_its_day_and_leaves_the_past(db: None) -> None:
    Price.objects.create(tariff=Tariff.POST_READ, each=Decimal("0.5"), valid_from=date(2026, 11, 4))
    prices = load_prices()
    assert prices.each(Tariff.POST_READ, DAY) == Decimal("0.005")
    assert prices.each(Tariff.POST_READ, date(2027, 1, 1)) == Decimal("0.5")
    enter([read("/2/tweets", "1")])
    assert Usage.objects.get().cost == Decimal("0.0050")


def test_enterprise_is_counted_and_not_priced(db: None) -> None:
    enter([said("Hi", payer=Payer(app_id=1, account_key="5"))])
    row = Usage.objects.get()
    assert (row.calls, row.items, row.charged, row.cost) == (1, 1, 0, Decimal(0))
    assert not Charge.objects.exists()


def test_many_lines_are_entered_with_as_many_statements_as_few(
    db: None, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    lines = [read("/2/tweets", f"{n} {n + 1}") for n in range(50)] + [said("Hi")]
    with django_assert_num_queries(3):  # type: ignore[operator]  # a fixture without a type
        enter(lines)
    assert Usage.objects.get(operation="posts.read").charged == 51


def test_a_client_books_its_calls_when_it_is_closed(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    with XClient(keys_of(acme)) as client:
        client.me()
        client.post("Hello")
        sandbox.world.faults.plan("status", status=503)
        with pytest.raises(XError):
            client.me()
    rows = Usage.objects.filter(account_key=acme.page_id, app_id=acme.app_id, day=timezone.now().date())
    told = {row.operation: (row.calls, row.refused, row.cost) for row in rows}
    assert told == {"people.me": (2, 1, Decimal("0.0100")), "posts.create": (1, 0, Decimal("0.0150"))}


def test_a_call_without_an_answer_is_counted(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("cut", path="/2/tweets")
    with pytest.raises(XError), XClient(keys_of(acme)) as client:
        client.post("Did it work?")
    assert Usage.objects.get(operation="posts.create").refused == 1


@pytest.mark.django_db(transaction=True)
def test_a_call_outlives_the_transaction_it_was_made_in() -> None:
    """A rolled-back caller made its call all the same; what is committed later is counted once."""
    meter.forget()
    with transaction.atomic():
        meter.note(ACME, "GET", "/2/users/me", status=200, content=b'{"data":{"id":"5"}}', sent=None)
        meter.settle()
        transaction.set_rollback(True)
    assert not Usage.objects.exists()
    with transaction.atomic():
        meter.settle()
        assert not Usage.objects.exists()
    assert Usage.objects.get().calls == 1


def test_what_cannot_be_booked_waits_and_says_no_word(db: None) -> None:
    own = Meter()
    own.note(ACME, "GET", "/2/users/me", status=200, content=b"<html>", sent=None)
    connection.set_rollback(True)
    own.settle()
    connection.set_rollback(False)
    own.settle()
    assert Usage.objects.get().calls == 1
