"""Polling as the safety net: what X has is read once, within its limits, from where we were."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tests.factories import ACME
from tickets.models import Address, Message, Ticket
from twitter_integration import polling
from twitter_integration.accounts import mark_token
from twitter_integration.choices import TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.facts.consequences import withdraw_consent
from twitter_integration.metering import budgets
from twitter_integration.models import Allowance, Cursor, Event, PartnerAccount, Subscription, Usage, Webhook
from twitter_integration.models.cursor import Stream
from twitter_integration.outgoing.verdicts import send_error
from twitter_integration.polling import poll, poll_due
from twitter_integration.reading import cursors
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup import connecting

NOW = timezone.now


def ask(sandbox: ThreadedSandbox, text: str = "where is my order?", *, user: str = "ana_demo") -> str:
    return str(sandbox.act("post", user=user, text=f"@acmehelp_demo {text}")["id"])


def write(sandbox: ThreadedSandbox, text: str = "It is order 5521.") -> str:
    return str(sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text=text)["id"])


def texts() -> list[str]:
    return list(Message.objects.order_by("sent_at", "id").values_list("text", flat=True))


def cursor(stream: str = Stream.MENTIONS) -> Cursor:
    return Cursor.objects.get(stream=stream)


def tell_by_webhook(account: PartnerAccount) -> None:
    webhook = Webhook.objects.create(
        app=account.app, x_id="1", url="https://desk.example", valid=True, checked_at=NOW()
    )
    ordered_at = NOW() - timedelta(hours=2)
    Subscription.objects.create(account=account, webhook=webhook, product="account_activity", created_at=ordered_at)


def test_mentions_and_messages_become_tickets(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)
    write(sandbox)
    assert {done.outcome for done in poll_due()} == {"read"}
    assert Ticket.objects.count() == 2
    assert {m.sources[0] for m in Message.objects.filter(direction="in")} == {"poll"}


def test_a_token_that_has_read_is_alive(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    assert acme.token_state == "untried"
    poll(acme, Stream.MENTIONS, now=NOW())
    acme.refresh_from_db()
    assert acme.token_state == "alive"


def test_nothing_is_taken_in_twice(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)
    first = poll(acme, Stream.MENTIONS, now=NOW())
    again = poll(acme, Stream.MENTIONS, now=NOW())
    assert (first.fresh, again.fresh, Message.objects.count()) == (1, 0, 1)


def test_an_answer_typed_on_x_itself_joins_its_ticket(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked = ask(sandbox)
    poll(acme, Stream.MENTIONS, now=NOW())
    sandbox.act("reply", user="acmehelp_demo", in_reply_to=asked, text="On its way!")
    poll(acme, Stream.POSTS, now=NOW())
    assert Ticket.objects.get().messages.filter(direction="out").get().text.endswith("On its way!")


def test_a_quote_that_does_not_name_us_is_found(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ours = str(sandbox.act("post", user="acmehelp_demo", text="Our flights are on time today.")["id"])
    poll(acme, Stream.POSTS, now=NOW())
    sandbox.act("quote", user="ana_demo", quote=ours, text="Not mine!")
    assert poll(acme, Stream.MENTIONS, now=NOW()).fresh == 0
    assert poll(acme, Stream.ANSWERS, now=NOW()).fresh == 1
    message = Message.objects.get(direction="in")
    assert (message.kind, message.sources) == ("quote", ["poll"])


def test_the_cursor_says_up_to_when_it_is_complete(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked, now = ask(sandbox), NOW()
    poll(acme, Stream.MENTIONS, now=now)
    assert cursor().newest_id == asked
    assert cursor().complete_until == now - polling.OVERLAP


def test_a_long_absence_is_read_page_by_page(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twitter_integration.reading.reads.PAGE", 5)
    wanted = [ask(sandbox, f"question {n}") for n in range(13)]
    done = poll(acme, Stream.MENTIONS, now=NOW())
    assert (done.outcome, done.fresh, cursor().newest_id) == ("read", 13, wanted[-1])


def test_a_walk_that_was_interrupted_goes_on_where_it_was(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twitter_integration.reading.reads.PAGE", 5)
    monkeypatch.setattr(polling, "MOST_PAGES", 1)
    wanted = [ask(sandbox, f"question {n}") for n in range(12)]
    began = NOW()
    assert poll(acme, Stream.MENTIONS, now=began).outcome == "partly"
    assert (cursor().newest_id, cursor().complete_until) == ("", None)
    ask(sandbox, "and one more meanwhile")
    assert [poll(acme, Stream.MENTIONS, now=NOW()).outcome for _ in range(2)] == ["partly", "read"]
    assert (cursor().newest_id, cursor().complete_until) == (wanted[-1], began - polling.OVERLAP)
    poll(acme, Stream.MENTIONS, now=NOW())
    assert Message.objects.count() == 13


def test_what_was_said_before_the_first_look_is_left_alone(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "FIRST_LOOK", timedelta(0))
    ask(sandbox)
    write(sandbox)
    later = NOW() + timedelta(seconds=5)
    assert [poll(acme, stream, now=later).fresh for stream in polling.STREAMS] == [0] * 4


def test_a_refusal_for_rate_holds_up_its_own_stream_only(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    write(sandbox)
    sandbox.world.faults.plan("status", path="*/mentions", status=429)
    outcomes = {done.stream: done.outcome for done in poll_due()}
    assert outcomes == {"mentions": "failed", "messages": "read", "posts": "read", "answers": "read"}
    wait = cursor().wait_until
    assert wait is not None and wait > NOW()
    assert poll(acme, Stream.MENTIONS, now=NOW()).outcome == "waits"


def test_a_window_that_is_used_up_is_not_overdrawn(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    outcomes = [poll(acme, Stream.MESSAGES, now=NOW()).outcome for _ in range(16)]
    assert outcomes == ["read"] * 15 + ["waits"]
    assert (cursor(Stream.MESSAGES).window_limit, cursor(Stream.MESSAGES).window_left) == (15, 0)


def test_dead_tokens_stop_the_account_and_say_so(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.act("revoke", user="acmehelp_demo")
    assert poll_due()[0].outcome == "failed"
    acme.refresh_from_db()
    acme.address.refresh_from_db()
    assert acme.token_state == TokenState.DEAD
    assert acme.address.sending_stopped and "access token" in acme.address.banner
    assert poll_due() == []


def test_an_outage_of_x_is_waited_for_ever_longer(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", path="*/mentions", status=503, count=3)
    now, waits = NOW(), []
    for _ in range(3):
        poll(acme, Stream.MENTIONS, now=now)
        until = cursor().wait_until
        assert until is not None
        waits.append((until - now) // timedelta(minutes=1))
        now = until
    assert waits == [1, 2, 5]
    assert poll(acme, Stream.MENTIONS, now=now).outcome == "read"


def test_an_account_without_webhook_is_read_often_and_one_with_it_seldom(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    def due_after(minutes: int) -> list[str]:
        later: datetime = NOW() + timedelta(minutes=minutes)
        return [stream for _, _, stream in polling._order(later)]

    poll_due()
    assert due_after(0) == []
    assert due_after(1) == ["mentions"]
    tell_by_webhook(acme)
    assert due_after(10) == []
    assert set(due_after(15)) == {"mentions", "messages"}


def test_no_budget_holds_back_what_customers_say(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    Allowance.objects.create(account=acme, calls_per_day=1, cost_per_day=0)
    ask(sandbox)
    write(sandbox)
    assert {done.outcome for done in poll_due()} == {"read"}
    assert (budgets.left(acme, now=NOW()).used, Ticket.objects.count()) == (400, 2)


def test_every_call_is_in_the_ledger_with_its_price(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)
    ask(sandbox, "hello?")
    poll(acme, Stream.MENTIONS, now=NOW())
    row = Usage.objects.get(operation="timelines.mentions")
    assert (row.calls, row.items, row.cost) == (1, 2, Decimal("0.0100"))
    assert budgets.left(acme, now=NOW()).cost == Decimal("4.9900")


def test_two_workers_do_not_read_one_stream_together(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    other, key = connection.copy(), (cursors._LOCK_SPACE, f"{acme.pk}:mentions")
    with other.cursor() as session:
        session.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", key)
        assert poll(acme, Stream.MENTIONS, now=NOW()).outcome == "busy"
        session.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)
    other.close()
    assert poll(acme, Stream.MENTIONS, now=NOW()).outcome == "read"


def test_x_s_newest_names_are_read_as_well(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("post_names", True)
    ask(sandbox)
    assert poll(acme, Stream.MENTIONS, now=NOW()).fresh == 1


def test_what_the_webhook_told_is_only_noted_again(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked = ask(sandbox)
    poll(acme, Stream.MENTIONS, now=NOW())
    Message.objects.update(sources=["account_activity"])
    poll(acme, Stream.MENTIONS, now=NOW())
    assert Message.objects.get().sources == ["account_activity", "poll"]
    assert Event.objects.get(key=f"post:{asked}", account_id=ACME).times_told == 2


@pytest.fixture
def withdrawn(acme: PartnerAccount) -> PartnerAccount:
    """Acme withdrew its consent on X; everybody was told."""
    withdraw_consent(acme, at=NOW())
    return PartnerAccount.objects.select_related("app", "address").get()


def test_an_account_without_a_token_is_not_read_and_keeps_the_reason(withdrawn: PartnerAccount) -> None:
    with pytest.raises(CommandError, match=r"^@acmehelp_demo is disconnected from X\. Connect it again"):
        call_command("x_poll", withdrawn.page_id)
    out = StringIO()
    call_command("x_poll", stdout=out)
    assert out.getvalue().startswith("Skipped: @acmehelp_demo is disconnected") and out.getvalue().count("\n") == 1
    PartnerAccount.objects.update(enabled=False)
    for name in ("x_poll", "x_reconcile"):
        with pytest.raises(CommandError, match="No account is connected"):
            call_command(name)
    assert "withdrew its consent" in Address.objects.get().banner and not Cursor.objects.exists()


def test_a_token_refused_after_the_consent_was_withdrawn_changes_nothing(withdrawn: PartnerAccount) -> None:
    refusal = XError(ErrorKind.DEAD_TOKEN, status=401)
    cursors.stop_account(withdrawn, refusal)
    assert "withdrew its consent" in send_error(refusal, withdrawn, private=False).sentence
    assert "withdrew its consent" in Address.objects.get().banner


def test_an_account_we_disconnected_ourselves_is_not_read_by_itself(acme: PartnerAccount) -> None:
    connecting.disconnect(acme, now=NOW())
    assert poll_due() == []
    mark_token(acme.page_id, TokenState.DEAD)
    acme.refresh_from_db()
    assert acme.token_word == "Disconnected"
    assert "was disconnected from X" in Address.objects.get().banner
