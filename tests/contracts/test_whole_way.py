"""One tweet's whole way: written on X, a ticket here, answered here, read on X. Every part is real."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import QuerySet
from django.utils import timezone

from tests.factories import ACME, make_agent
from tickets import replies
from tickets.choices import Metric, SendState, Status
from tickets.models import Message, OutboxEntry, Ticket
from tickets.outbox import pump
from twitter_integration.choices import Product
from twitter_integration.models import Delivery, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

BOTH = (Product.ACCOUNT_ACTIVITY, Product.X_ACTIVITY)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_agent("alice")


@pytest.fixture
def connect(acme: PartnerAccount, web: str, worker: None, settings: Any) -> Iterator[Callable[..., PartnerAccount]]:
    """Register the webhook and place the orders, as an operator does once."""
    settings.UNDO_SECONDS = 0

    def connect_to(*products: str) -> PartnerAccount:
        wanted = [word for product in products for word in ("--product", product)]
        call_command("x_subscribe", "add", acme.page_id, *wanted, stdout=StringIO())
        return acme

    yield connect_to


def on_x(sandbox: ThreadedSandbox) -> dict[str, Any]:
    with urllib.request.urlopen(f"{sandbox.base_url}/sandbox/api/state?limit=50", timeout=10) as answer:
        return dict(json.loads(answer.read()))


def wait_until(true: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)


def settled(sandbox: ThreadedSandbox) -> None:
    """X has delivered everything and we have worked it."""
    assert sandbox.settle(timeout=10)
    wait_until(lambda: not Delivery.objects.filter(state="new").exists(), what="the inbox is empty")


def ask(sandbox: ThreadedSandbox) -> str:
    """Ana writes a mention and a direct message; returns the mention's id."""
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo where is my order?")
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="It is order 5521 & late")
    settled(sandbox)
    return str(asked["id"])


def answer_both(alice: User) -> None:
    for ticket in Ticket.objects.order_by("private"):
        text = "Privately: on its way." if ticket.private else "Sorry! On its way."
        replies.reply(ticket, text=text, private=ticket.private, by=alice, now=timezone.now())
    wait_until(lambda: pump() == 0 and not unsent().exists(), what="everything is sent")


def unsent() -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.exclude(state=SendState.SENT)


def said_by_acme(rows: list[dict[str, Any]]) -> list[str]:
    texts = [str(row["text"]) for row in rows if ACME in (row.get("author_id"), row.get("sender_id"))]
    return [text for text in texts if "on its way" in text.lower()]


@pytest.mark.parametrize(
    ("echo", "products"),
    [
        ("before", (Product.ACCOUNT_ACTIVITY,)),
        ("before", (Product.X_ACTIVITY,)),
        ("after", BOTH),
        ("never", BOTH),
    ],
)
def test_a_mention_and_a_message_are_answered_on_x(
    connect: Callable[..., PartnerAccount], sandbox: ThreadedSandbox, alice: User, echo: str, products: tuple[str, ...]
) -> None:
    sandbox.world.switches.set("echo", echo)
    connect(*products)
    asked = ask(sandbox)
    public, private = Ticket.objects.order_by("private")
    assert (str(public.identity), public.last_text) == ("@ana_demo", "@acmehelp_demo where is my order?")
    assert (private.private, private.last_text) == (True, "It is order 5521 & late")
    answer_both(alice)
    settled(sandbox)
    assert_answered(sandbox, asked)


def assert_answered(sandbox: ThreadedSandbox, asked: str) -> None:
    """Once on X, once here, and nobody waits for an answer any more."""
    state = on_x(sandbox)
    assert len(said_by_acme(state["posts"])) == len(said_by_acme(state["messages"])) == 1
    assert OutboxEntry.objects.count() == 2 and not unsent().exists()
    assert Message.objects.count() == 4 and Message.objects.filter(external_id=None).count() == 0
    assert Message.objects.get(text="Sorry! On its way.").in_reply_to == asked
    for ticket in Ticket.objects.all():
        assert (ticket.status, ticket.message_count) == (Status.PENDING, 2)
        assert ticket.clocks.get(metric=Metric.FIRST_RESPONSE).met is True
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"done"}


def test_a_connection_that_breaks_while_sending_is_settled_without_a_second_answer(
    connect: Callable[..., PartnerAccount], sandbox: ThreadedSandbox, alice: User
) -> None:
    connect(Product.ACCOUNT_ACTIVITY)
    asked = ask(sandbox)
    fault = {"kind": "cut", "path": "/2/*", "method": "POST", "count": 2}
    call = urllib.request.Request(
        f"{sandbox.base_url}/sandbox/api/fault",
        data=json.dumps(fault).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(call, timeout=10).close()
    answer_both(alice)
    settled(sandbox)
    assert_answered(sandbox, asked)


def test_what_the_brand_answers_in_the_app_joins_and_stops_the_clock(
    connect: Callable[..., PartnerAccount], sandbox: ThreadedSandbox
) -> None:
    connect(*BOTH)
    asked = ask(sandbox)
    sandbox.act("reply", user="acmehelp_demo", in_reply_to=asked, text="Sorry! On its way.")
    sandbox.act("dm", user="acmehelp_demo", to="ana_demo", text="Privately: on its way.")
    settled(sandbox)
    assert Message.objects.filter(direction="out", agent=None).count() == 2
    for ticket in Ticket.objects.all():
        assert (ticket.status, ticket.message_count) == (Status.PENDING, 2)
