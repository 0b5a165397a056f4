"""Answers sent per second through the outbox, against a bare requests-oauthlib loop with as many threads; then with X's
limits on: no call beyond one, and how much of the allowed rate is used.

    python -m bench.outbox [--sends 10000] [--accounts 20] [--threads 8] [--windows 3] [--limited 20]
        [--profile FILE]

Both go to the same sandbox, a process of its own, for the same accounts. The floor knows nothing of tickets, writes
nothing down and would send twice after any accident; it is measured before and after.

Where the time of an answer goes, in milliseconds of processor on a busy machine of two cores: our process 4.3,
PostgreSQL 1.1, the sandbox 3.8; at the floor the client 2.4 and the sandbox 4.7. More than half of ours is signing and
HTTP, as there. About one statement falls to an answer: some thirty record all that ended together.
"""

import argparse
import cProfile
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import requests
from requests_oauthlib import OAuth1

from bench.common import ROOT, free_port, installation, report, wait_for
from bench.pipeline import promise

QUARTER = 20  # seconds that X's 15 minutes last in the second part
LIMIT = 100  # posts of one account in them, as on X
Json = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sends", type=int, default=10_000)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--windows", type=int, default=3)
    parser.add_argument("--limited", type=int, default=20, help="accounts in the second part")
    parser.add_argument("--profile")
    options = parser.parse_args()
    with installation(), sandbox() as (url, store):
        import django

        django.setup()
        from django.conf import settings

        settings.X_API_URL, settings.OUTBOX_THREADS = url, options.threads
        # As X told of a larger allowance: without its word the published limits would be kept.
        tell(url, "switch", tier="enterprise", limits="1000", customers_answer=False)
        promise()
        people = connect(url, store, options.accounts)
        queue(people, options.sends)
        bare = options.sends // 5
        floors = [bare / send_bare(url, people, bare, threads=options.threads)]
        value = options.sends / send_all(options.sends, options.profile)
        floors.append(bare / send_bare(url, people, bare, threads=options.threads))
        within = keep_limits(url, people[: options.limited], windows=options.windows)
    floor = sum(floors) / len(floors)
    rounded = [round(one, 1) for one in floors]
    within |= {"limited": options.limited}
    report("outbox", value=value, floor=floor, unit="answers/s", threads=options.threads, floors=rounded, **within)


@contextmanager
def sandbox() -> Iterator[tuple[str, Path]]:
    """X, as a process of its own; yields its address and its store."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kapture-bench-x-") as folder:
        store = Path(folder) / "x.sqlite"
        command = [sys.executable, "manage.py", "sandbox", "--port", str(port), "--store", str(store)]
        environment = os.environ | {"LOG_LEVEL": "ERROR", "KAPTURE_VAR": folder}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}", store
        finally:
            process.terminate()
            process.wait(20)


def tell(url: str, name: str, **words: Any) -> Any:
    """The sandbox's control API."""
    answer = requests.post(f"{url}/sandbox/api/{name}", json=words, timeout=30)
    answer.raise_for_status()
    return answer.json()


def connect(url: str, store: Path, count: int) -> list[Json]:
    """So many accounts of one app, each with a post to answer. Everybody the sandbox knows has let the app in."""
    from django.utils import timezone

    from twitter_integration.sandbox.server import credentials
    from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision

    keys = credentials(store)
    app = {"consumer_key": keys["consumer_key"], "consumer_secret": keys["consumer_secret"]}
    people = [person | app for person in [*keys["accounts"], *keys["customers"]][:count]]
    for person in people:
        account = AccountFacts(
            page_id=person["user_id"],
            page_name=person["handle"],
            access_token=person["access_token"],
            access_token_secret=person["access_token_secret"],
        )
        provision(AppFacts(name="bench", tier="enterprise", **app), account, now=timezone.now())
        post = tell(url, "act", action="post", user=keys["customers"][-1]["handle"], text=f"@{person['handle']} ?")
        person["question"] = str(post["id"])
    return people


def queue(people: Sequence[Json], count: int) -> None:
    """So many tickets, over all accounts, each with an answer whose undo window is over. Only written down faster than
    people write: what the outbox finds is the same."""
    from django.utils import timezone

    from tickets.intake import receive
    from tickets.models import Message, OutboxEntry, Ticket

    now, first = timezone.now(), OutboxEntry.objects.count()
    asked = [_question(people[n % len(people)], first + n, now) for n in range(count)]
    for at in range(0, count, 500):
        receive(asked[at : at + 500], now=now)
    posts = {person["user_id"]: person["question"] for person in people}
    waiting = Message.objects.filter(direction="in", ticket__last_by_us=False).select_related("address", "ticket")
    answers = [_answer(question, posts[question.address.key], now) for question in waiting.order_by("pk")]
    Message.objects.bulk_create(answers, batch_size=1000)
    OutboxEntry.objects.bulk_create([_entry(message, now) for message in answers], batch_size=1000)
    Ticket.objects.update(last_by_us=True)


def _question(person: Json, number: int, now: Any) -> Any:
    from tickets.inbound import InboundMessage, Person

    return InboundMessage(
        channel="twitter",
        address_key=person["user_id"],
        external_id=str(1_500_000_000_000_000_000 + number),
        kind="mention",
        author=Person(external_id=str(700_000_000_000 + number), handle=f"person_{number}"),
        sent_at=now,
        text=f"Where is order {number}?",
        source="bench",
    )


def _answer(question: Any, post: str, now: Any) -> Any:
    from tickets.models import Message

    return Message(
        ticket=question.ticket,
        address=question.address,
        identity=question.identity,
        kind="reply",
        direction="out",
        visibility="public",
        text=f"Order {question.pk} left this morning and arrives on Thursday.",
        in_reply_to=post,
        sent_at=now,
        received_at=now,
    )


def _entry(message: Any, now: Any) -> Any:
    from tickets.models import OutboxEntry

    return OutboxEntry(
        message=message,
        address=message.address,
        recipient=message.identity,
        private=False,
        state="held",
        fingerprint=message.text,
        not_before=now,
        created_at=now,
    )


def send_all(count: int, profile: str | None) -> float:
    """Seconds that one worker takes for the whole queue."""
    from tickets.models import OutboxEntry
    from tickets.outbox import pump

    profiler = cProfile.Profile() if profile else None
    started = time.perf_counter()
    with profiler or nullcontext():
        pump()
    seconds = time.perf_counter() - started
    if profiler and profile:
        profiler.dump_stats(profile)
    left = Counter(OutboxEntry.objects.exclude(state="sent").values_list("state", "code", "reason"))
    assert not left, f"Of {count} answers these are not sent: {left}"
    return seconds


def send_bare(url: str, people: Sequence[Json], count: int, *, threads: int) -> float:
    """The floor: seconds for as many signed posts over kept connections."""
    todo: SimpleQueue[int] = SimpleQueue()
    for number in range(count):
        todo.put(number)
    mark = time.time_ns()

    def work() -> None:
        lines = [_line(person) for person in people]
        while True:
            try:
                number = todo.get_nowait()
            except Empty:
                return
            at = number % len(people)
            text = f"@person_{number} Order {number}-{mark} left this morning and arrives on Thursday."
            body = {"text": text, "reply": {"in_reply_to_tweet_id": people[at]["question"]}}
            answer = lines[at].post(f"{url}/2/tweets", json=body, timeout=30)
            assert answer.status_code == 201, answer.text

    crew = [threading.Thread(target=work) for _ in range(threads)]
    started = time.perf_counter()
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return time.perf_counter() - started


def _line(person: Json) -> requests.Session:
    session = requests.Session()
    token = person["access_token"], person["access_token_secret"]
    session.auth = OAuth1(person["consumer_key"], person["consumer_secret"], *token)
    return session


def keep_limits(url: str, people: Sequence[Json], *, windows: int) -> Json:
    """With X's limits in windows of a few seconds: refusals, and sends in them against what they allow."""
    from tickets.models import SendWindow
    from twitter_integration.outgoing import limits

    tell(url, "switch", limits="real", limit_quarter=QUARTER)
    requests.delete(f"{url}/sandbox/api/fault", timeout=30).raise_for_status()  # and what is counted so far
    limits.QUARTER = QUARTER
    SendWindow.objects.all().delete()
    _forget_lanes()
    queue(people, len(people) * LIMIT * (windows + 2))
    requests.delete(f"{url}/sandbox/api/calls", timeout=30).raise_for_status()
    started = time.time()
    _work_until(started + windows * QUARTER - 0.5)
    calls = requests.get(f"{url}/sandbox/api/calls", params={"log": 1, "since": started}, timeout=30).json()["log"]
    posts = Counter(call["status"] for call in calls if call["method"] == "POST")
    allowed = len(people) * LIMIT * windows
    return {"beyond_limits": posts[429], "of_allowed": round(posts[201] / allowed, 4), "windows": windows}


def _forget_lanes() -> None:
    from tickets.models import SendLane

    SendLane.objects.all().delete()


def _work_until(end: float) -> None:
    """Two workers answer the bells as a task cluster does."""
    from django.db import connection

    from kapture.broker import SkipLockedBroker
    from tickets.outbox import pump

    def work() -> None:
        broker = SkipLockedBroker()
        try:
            while time.time() < end:
                for number, _ in broker.dequeue():
                    broker.delete(number)
                    pump()
        finally:
            connection.close()

    pump(at_most=timedelta(seconds=end - time.time()))
    crew = [threading.Thread(target=work) for _ in range(2)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()


if __name__ == "__main__":
    main()
