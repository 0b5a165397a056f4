"""A bad hour of sending: X accepts and does not answer, refuses, cuts and loses calls, tells first or never, and
workers are killed or frozen in the middle. Each answer is on X exactly once, or shown as not sent with its reason."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from tests.contracts.conftest import PROJECT, free_port, wait_for
from tests.factories import make_agent, make_customer, make_queue, make_ticket
from tickets.bells import ring
from tickets.choices import SendState
from tickets.models import Address, Message, OutboxEntry, SendAttempt
from tickets.sending.queueing import BELL, OUTBOX_TASK
from twitter_integration.models import PartnerAccount, Usage
from twitter_integration.sandbox.people import CLOSED_INBOX, PROTECTED
from twitter_integration.sandbox.server import credentials
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision
from twitter_integration.text import fingerprint

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1200)]

# A long run: KAPTURE_FAULT_SENDS=10000 KAPTURE_FAULT_KILLS=40
SENDS = int(os.environ.get("KAPTURE_FAULT_SENDS", "500"))
KILLS = int(os.environ.get("KAPTURE_FAULT_KILLS", "2"))
SEED = int(os.environ.get("KAPTURE_KILL_SEED", random.randrange(10**6)))
ASLEEP = 5.5  # seconds; by then a worker is taken for dead (hurried.py)
PATIENCE = 60 + SENDS / 5  # seconds, of a machine that is busy with other things
# What X does to writes: to so large a share of those that are left by the ones before it.
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "cut", "share": 0.05},  # done, and the connection dropped
    {"kind": "lost", "share": 0.02},  # dropped, nothing done
    {"kind": "slow", "seconds": 1.3, "share": 0.02},  # done, and answered when nobody waits any more
    {"kind": "done", "status": 503, "share": 0.05},  # done, and answered with an error
    {"kind": "status", "status": 500, "share": 0.02},
    {"kind": "status", "status": 503, "share": 0.02},
    {"kind": "status", "status": 429, "share": 0.01},  # of 15 minutes
    {"kind": "status", "status": 429, "window": "24h", "seconds": 3, "count": 1},  # of a day that is as good as over
    {"kind": "status", "status": 403, "detail": "You cannot send messages to this user.", "share": 0.03},
)
Line = tuple[str, str, str]  # account, whom it answers, "public" or "private"


@dataclass
class Stranger:
    """The sandbox as a process of its own, driven and asked over HTTP."""

    url: str
    keys: dict[str, Any]

    def tell(self, name: str, **words: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/sandbox/api/{name}", json=words, timeout=30)
        answer.raise_for_status()
        return dict(answer.json())

    def holds(self, account: PartnerAccount) -> dict[str, Any]:
        answer = requests.get(f"{self.url}/sandbox/api/holds", params={"user": account.page_id}, timeout=60)
        answer.raise_for_status()
        return dict(answer.json())


@dataclass
class Workers:
    """Task clusters as `up` runs them, each in a process group of its own."""

    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        command, quiet = [sys.executable, "-m", "tests.contracts.hurried", "qcluster"], subprocess.DEVNULL
        process = subprocess.Popen(
            command, cwd=PROJECT, env=self.environment, stdout=quiet, stderr=quiet, start_new_session=True
        )
        self.running.append(process)

    def signal_first(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.running[0].pid, number)

    def replace_first(self) -> None:
        """kill -9, as a machine that loses its power would; another one comes up."""
        self.signal_first(signal.SIGKILL)
        self.running.pop(0).wait()
        self.start()

    def kill_all(self) -> None:
        while self.running:
            self.signal_first(signal.SIGKILL)
            self.running.pop(0).wait()


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[tuple[int, Path, "subprocess.Popen[bytes]"]]:
    """It comes up while our web process does."""
    port, store = free_port(), tmp_path / "x.sqlite"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox", "--port", str(port), "--store", str(store)],
        cwd=PROJECT,
        env=os.environ | {"KAPTURE_VAR": str(tmp_path / "x"), "LOG_LEVEL": "CRITICAL"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield port, store, process
    process.kill()
    process.wait()


@pytest.fixture
def x(starting: tuple[int, Path, "subprocess.Popen[bytes]"], web: str, settings: Any) -> Stranger:
    """Its limits are kept and out of reach; but for faults they are no reason here. A quarter of an hour lasts 2 s."""
    port, store, process = starting
    wait_for(port, process)
    settings.X_API_URL = settings.X_UPLOAD_URL = f"http://127.0.0.1:{port}"
    stranger = Stranger(settings.X_API_URL, credentials(store))
    stranger.tell("switch", tier="enterprise", limits="1000", limit_quarter=2, limit_day=4, customers_answer=False)
    return stranger


@pytest.fixture
def accounts(x: Stranger, worker: None) -> list[PartnerAccount]:
    """Of what the first sends, X's webhook tells before the call has answered; of the second's, never."""
    make_queue("Support")
    app = AppFacts(name="Acme app", consumer_key=x.keys["consumer_key"], consumer_secret=x.keys["consumer_secret"])
    connected = [provision(app, _facts(brand), now=timezone.now()) for brand in x.keys["accounts"]]
    told = connected[0].page_id
    call_command("x_subscribe", "add", told, "--product", "account_activity", stdout=StringIO())
    return connected


def _facts(brand: dict[str, str]) -> AccountFacts:
    tokens = {name: brand[name] for name in ("access_token", "access_token_secret")}
    return AccountFacts(page_id=brand["user_id"], page_name=brand["handle"], queue="Support", **tokens)


@pytest.fixture
def workers(process_environment: dict[str, str], x: Stranger) -> Iterator[Workers]:
    told = {"KAPTURE_PROCESS": "worker", "LOG_LEVEL": "CRITICAL", "WORKERS": "1", "X_API_URL": x.url}
    workers = Workers(process_environment | told | {"X_TIMEOUT_SECONDS": "1", "OUTBOX_THREADS": "6"})
    yield workers
    workers.kill_all()


def queue_answers(x: Stranger, accounts: Sequence[PartnerAccount]) -> dict[Line, list[str]]:
    """Half in public and half in private, to everybody who takes messages, no two the same; what each shall hear."""
    agent, now = make_agent("alice"), timezone.now()
    people = [one for one in x.keys["customers"] if one["handle"] not in CLOSED_INBOX | PROTECTED]
    tickets = []
    for account in accounts:
        for person in people:
            identity = make_customer(person["user_id"], handle=person["handle"])
            asked = x.tell("act", action="post", user=person["handle"], text=f"@{account.page_name} my order?")
            for kind, parent in (("reply", str(asked["id"])), ("direct", "")):
                ticket = make_ticket(identity, address=account.address, private=kind == "direct")
                tickets.append((ticket, kind, parent))
    lines: dict[Line, list[str]] = {}
    messages = []
    for number in range(SENDS):
        ticket, kind, parent = tickets[number % len(tickets)]
        message = Message(
            ticket=ticket,
            address=ticket.address,
            identity=ticket.identity,
            agent=agent,
            kind=kind,
            direction="out",
            visibility="private" if ticket.private else "public",
            text=f"Case {number} is on its way.",
            in_reply_to=parent,
            sent_at=now,
            received_at=now,
        )
        line = ticket.address.key, parent or ticket.identity.external_id, message.visibility
        lines.setdefault(line, []).append(message.text)
        messages.append(message)
    OutboxEntry.objects.bulk_create(map(_entry, Message.objects.bulk_create(messages)))
    return lines


def _entry(message: Message) -> OutboxEntry:
    return OutboxEntry(
        message=message,
        address=message.address,
        recipient=message.identity,
        private=message.visibility == "private",
        state=SendState.QUEUED,
        fingerprint=fingerprint(message.text),
        not_before=message.sent_at,
        created_at=message.sent_at,
    )


def make_bad_weather(x: Stranger) -> None:
    for fault in FAULTS:
        for path in ("/2/tweets", "/2/dm_conversations/*"):
            x.tell("fault", path=path, method="POST", **{"count": SENDS} | fault)


def wait_until(true: Callable[[], bool], *, seconds: float) -> bool:
    """Rings meanwhile, as the schedule does once a minute: bells of workers that were killed are lost."""
    deadline = time.monotonic() + seconds
    while not (so := true()) and time.monotonic() < deadline:
        with transaction.atomic():
            ring(BELL, task=OUTBOX_TASK)
        time.sleep(0.25)
    return so


def have_tried(enough: int) -> bool:
    return SendAttempt.objects.filter(purpose="send").count() > enough


def send_while_killing(workers: Workers, *, chance: random.Random) -> None:
    """One of two is killed again and again; the other sleeps once, until it is taken for dead, and goes on."""
    workers.start()
    workers.start()
    for kill in range(1, KILLS + 1):
        enough = SENDS * kill // (KILLS + 2)
        assert wait_until(partial(have_tried, enough), seconds=PATIENCE), "nothing moves"
        time.sleep(chance.uniform(0, 0.4))
        workers.replace_first()
        if kill == 1:
            workers.signal_first(signal.SIGSTOP)
            wait_until(lambda: False, seconds=ASLEEP)
            workers.signal_first(signal.SIGCONT)


def all_settled() -> bool:
    return not OutboxEntry.objects.exclude(state__in=(SendState.SENT, SendState.FAILED)).exists()


def heard_on_x(x: Stranger, accounts: Sequence[PartnerAccount]) -> dict[Line, list[str]]:
    """By X's own books: what each account said to whom, in the order X took it."""
    heard: dict[Line, list[str]] = {}
    for account in accounts:
        books = x.holds(account)
        rows = [(row, row["in_reply_to_tweet_id"], "public") for row in books["posts"]]
        rows += [(row, row["recipient_id"], "private") for row in books["messages"]]
        for row, whom, visibility in sorted(rows, key=lambda told: int(told[0]["id"])):
            if "Case " in row["typed"]:
                said = row["typed"][row["typed"].index("Case ") :]
                heard.setdefault((account.page_id, whom, visibility), []).append(said)
    return heard


def test_each_answer_is_sent_exactly_once_or_shown_as_not_sent(
    x: Stranger, accounts: list[PartnerAccount], workers: Workers
) -> None:
    sys.stdout.write(f"KAPTURE_KILL_SEED={SEED}\n")  # shown when the test fails: set it to repeat the moments
    meant = queue_answers(x, accounts)
    make_bad_weather(x)
    send_while_killing(workers, chance=random.Random(SEED))
    open_ones = OutboxEntry.objects.exclude(state__in=(SendState.SENT, SendState.FAILED))
    assert wait_until(all_settled, seconds=PATIENCE), Counter(open_ones.values_list("state", "code", "reason"))
    heard = heard_on_x(x, accounts)
    said = Counter(text for texts in heard.values() for text in texts)
    shown = dict(OutboxEntry.objects.values_list("message__text", "state"))
    sent = {text for text, state in shown.items() if state == SendState.SENT}
    assert [text for text, times in said.items() if times > 1] == [], "on X more than once"
    assert sent - said.keys() == set(), "shown as sent, and not on X"
    assert said.keys() - sent == set(), "on X, and shown as not sent"
    assert not OutboxEntry.objects.filter(state=SendState.FAILED, reason="").exists(), "a failure without its reason"
    assert heard == in_order(meant, sent), "a customer heard them in another order"
    booked = Usage.objects.filter(operation__in=("posts.reply", "messages.send")).aggregate(said=Sum("items"))
    assert booked["said"] == len(said), "on X, and not booked as said exactly once"
    assert not Address.objects.filter(sending_stopped=True).exists()
    sys.stdout.write(figures())


def in_order(meant: dict[Line, list[str]], sent: set[str]) -> dict[Line, list[str]]:
    expected = {line: [text for text in texts if text in sent] for line, texts in meant.items()}
    return {line: texts for line, texts in expected.items() if texts}


def figures() -> str:
    """For a long run (`-s`): how they ended, and what every call came to."""
    ends = Counter(OutboxEntry.objects.values_list("state", "code"))
    calls = Counter(SendAttempt.objects.values_list("purpose", "outcome", "code"))
    return f"{SENDS} answers, {KILLS} kills\nends: {dict(ends)}\ncalls: {dict(calls)}\n"
