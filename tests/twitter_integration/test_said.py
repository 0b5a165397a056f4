"""What we said is priced once X has it, by whatever that came to be known, and what X has not is not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F, Sum
from django.utils import timezone

from tests.factories import ACME, ANA, make_customer, make_message, make_supervisor, make_ticket
from tickets import posting, replies
from tickets.choices import SendState
from tickets.inbound import Person
from tickets.models import Message, OutboxEntry, SendAttempt, Ticket
from tickets.outbound import Receipt, Sent
from tickets.outbox import pump
from tickets.sending.receipts import record_receipts
from twitter_integration.metering.costs import report
from twitter_integration.metering.said import count_said
from twitter_integration.metering.tariff import SAID
from twitter_integration.models import Charge, PartnerAccount, Usage
from twitter_integration.models.cursor import Stream
from twitter_integration.polling import poll
from twitter_integration.sandbox.server import ThreadedSandbox

SAYINGS = ("posts.create", "posts.reply", "posts.quote", "messages.send")


@dataclass
class Desk:
    """Acme's desk, with a supervisor who says things a minute ago and hears of them by and by."""

    acme: PartnerAccount
    sandbox: ThreadedSandbox
    by: User

    def reply(self, text: str = "We are on it.") -> Message:
        asked = self.sandbox.act("post", user="ana_demo", text="@acmehelp_demo where is my order?")
        ticket = make_ticket(make_customer(ANA), address=self.acme.address)
        make_message(ticket, external_id=str(asked["id"]))
        return replies.reply(ticket, text=text, private=False, by=self.by, now=timezone.now())

    def message(self, text: str = "We are on it.") -> Message:
        ana = Person(external_id=ANA, handle="ana_demo")
        return posting.write_privately(self.acme.address, ana, text, by=self.by, now=timezone.now())

    def post(self, text: str = "We are on it.") -> Message:
        return posting.publish(self.acme.address, text, by=self.by, now=timezone.now())

    def lose_answers(self, kind: str = "cut", *, count: int = 1, **told: Any) -> None:
        """`cut`: X did it, and never answers. `lost`: it did nothing."""
        for path in ("/2/tweets", "/2/dm_conversations/*"):
            self.sandbox.world.faults.plan(kind, path=path, method="POST", count=count, **told)

    def go_on(self, *, times: int = 1) -> None:
        """As time goes by."""
        for _ in range(times):
            entry = OutboxEntry.objects.get()
            pump(clock=lambda at=entry.not_before: max(at, timezone.now()))  # type: ignore[misc]  # one clock a round


def let_two_minutes_pass() -> None:
    """So that what is not there yet will not come any more."""
    ago = timedelta(minutes=2)
    unknown = OutboxEntry.objects.filter(state=SendState.UNKNOWN)
    unknown.update(claimed_at=F("claimed_at") - ago, perhaps_out_at=F("perhaps_out_at") - ago)
    SendAttempt.objects.update(started_at=F("started_at") - ago)


@pytest.fixture
def desk(acme: PartnerAccount, sandbox: ThreadedSandbox, settings: Any) -> Desk:
    settings.UNDO_SECONDS = 0
    return Desk(acme, sandbox, make_supervisor())


def state() -> str:
    return OutboxEntry.objects.get().state


def charged() -> list[tuple[str, str, str, Decimal]]:
    """For what, which message, whose, how much."""
    rows = Charge.objects.filter(tariff__in=SAID).order_by("pk")
    return [(row.tariff, row.message, row.account_key, row.cost) for row in rows]


def booked() -> dict[str, tuple[int, int, int, Decimal]]:
    """Calls, refused or unanswered, said, cost."""
    sums = [Sum(name) for name in ("calls", "refused", "items", "cost")]
    rows = Usage.objects.filter(operation__in=SAYINGS).values_list("operation").annotate(*sums)
    return {row[0]: row[1:] for row in rows}


KINDS: list[tuple[Callable[[Desk], Message], str, str, str]] = [
    (Desk.reply, "posts.reply", "summoned_reply", "0.0100"),
    (lambda desk: desk.reply("See https://acme.com/help"), "posts.reply", "link_post", "0.2000"),
    (Desk.post, "posts.create", "post", "0.0150"),
    (Desk.message, "messages.send", "message", "0.0150"),
]
BY_KIND = pytest.mark.parametrize(("say", "operation", "tariff", "cost"), KINDS)


@BY_KIND
def test_an_answered_call_is_priced_once(desk: Desk, say: Any, operation: str, tariff: str, cost: str) -> None:
    message = say(desk)
    desk.go_on()
    message.refresh_from_db()
    assert charged() == [(tariff, message.external_id, desk.acme.page_id, Decimal(cost))]
    assert booked() == {operation: (1, 0, 1, Decimal(cost))}


@BY_KIND
def test_so_is_one_without_an_answer_that_is_found(
    desk: Desk, say: Any, operation: str, tariff: str, cost: str
) -> None:
    desk.lose_answers()
    message = say(desk)
    desk.go_on()
    assert (state(), charged()) == (SendState.UNKNOWN, [])
    desk.go_on()
    message.refresh_from_db()
    assert (state(), charged()) == (SendState.SENT, [(tariff, message.external_id, desk.acme.page_id, Decimal(cost))])
    assert booked() == {operation: (1, 1, 1, Decimal(cost))}


@BY_KIND
def test_so_is_one_that_x_tells_of_itself(desk: Desk, say: Any, operation: str, tariff: str, cost: str) -> None:
    desk.lose_answers()
    message = say(desk)
    desk.go_on()
    poll(desk.acme, Stream.MESSAGES if operation == "messages.send" else Stream.POSTS, now=timezone.now())
    desk.go_on()
    message.refresh_from_db()
    assert (state(), charged()) == (SendState.SENT, [(tariff, message.external_id, desk.acme.page_id, Decimal(cost))])
    assert booked() == {operation: (1, 1, 1, Decimal(cost))}


def test_an_echo_before_the_answer_prices_it_no_second_time(desk: Desk) -> None:
    desk.lose_answers()
    message = desk.reply()
    desk.go_on()
    poll(desk.acme, Stream.POSTS, now=timezone.now())
    message.refresh_from_db()
    entry = OutboxEntry.objects.get()
    record_receipts([(entry.pk, Receipt(external_id=str(message.external_id)), timezone.now())], now=timezone.now())
    assert booked() == {"posts.reply": (1, 1, 1, Decimal("0.0100"))}


@BY_KIND
def test_what_x_refused_is_a_call_and_costs_nothing(
    desk: Desk, say: Any, operation: str, tariff: str, cost: str
) -> None:
    desk.lose_answers("status", status=403)
    say(desk)
    desk.go_on()
    assert (state(), charged(), booked()) == (SendState.FAILED, [], {operation: (1, 1, 0, Decimal(0))})


@BY_KIND
def test_what_x_never_got_is_never_priced(desk: Desk, say: Any, operation: str, tariff: str, cost: str) -> None:
    desk.lose_answers("lost", count=2)
    say(desk)
    for _ in range(12):
        desk.go_on()
        let_two_minutes_pass()
    assert (state(), charged(), booked()) == (SendState.FAILED, [], {operation: (2, 2, 0, Decimal(0))})


def test_a_ticket_costs_the_answer_whose_receipt_was_lost(desk: Desk) -> None:
    desk.lose_answers()
    desk.reply()
    desk.go_on(times=2)
    today = timezone.now().date()
    ticket = Ticket.objects.get()
    told = {row.link: row.cost for row in report(since=today, until=today).tickets}
    assert told[str(ticket.pk)] >= Decimal("0.0100")


def said(number: str, *, at: datetime, quote_of: str = "", **more: Any) -> Sent:
    told: dict[str, Any] = {"private": False, "in_reply_to": "", "invite": False, "with_files": False} | more
    return Sent(address_key=ACME, external_id=number, text="See this.", at=at, quote_of=quote_of, **told)


def test_it_is_booked_on_the_day_it_was_said(acme: PartnerAccount) -> None:
    before_midnight = datetime(2026, 11, 3, 23, 59, 59, tzinfo=UTC)
    count_said([said("1", at=before_midnight), said("2", at=before_midnight + timedelta(seconds=1))])
    assert list(Usage.objects.order_by("day").values_list("day__day", "items")) == [(3, 1), (4, 1)]


def test_a_quote_is_a_post_and_an_invitation_beside_files_a_link(acme: PartnerAccount) -> None:
    now = timezone.now()
    count_said([said("1", at=now, quote_of="7"), said("2", at=now, invite=True), said("3", at=now, invite=True)])
    count_said([said("4", at=now, invite=True, with_files=True, in_reply_to="7")])
    assert [row[0] for row in charged()] == ["post", "post", "post", "link_post"]
    assert {name: row[2] for name, row in booked().items()} == {"posts.quote": 1, "posts.create": 2, "posts.reply": 1}


def test_many_are_booked_with_as_many_statements_as_one(acme: PartnerAccount, django_assert_num_queries: Any) -> None:
    now = timezone.now()
    with django_assert_num_queries(4):
        count_said([said(str(number), at=now) for number in range(100)])
    assert booked() == {"posts.create": (0, 0, 100, Decimal("1.5000"))}
