"""Fills the database that the environment names; prints what a caller needs to use it, as one JSON line.

python -m bench.million.fill [--tickets 1000000]
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

from bench.common import use_django
from bench.million.story import CLOCK, ENTRY, LINE, MESSAGE, SEARCHES, TICKET, Cast, Rows, Teller, search_of
from bench.million.words import Speech
from tickets.finding.words import vector

BATCH = 10_000  # tickets
AGENTS = 40


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=1_000_000)
    options = parser.parse_args()
    use_django()
    started = time.perf_counter()
    with without_indexes():
        cast = gather(options.tickets)
        tell(cast, options.tickets)
    settle()
    print(json.dumps(access() | {"tickets": options.tickets, "seconds": round(time.perf_counter() - started)}))


def gather(tickets: int) -> Cast:
    """Everything around the tickets: accounts, queues, a tree of folders, tags, people, promises, customers."""
    from django.contrib.auth.models import Group, User

    from tickets.models import Address, Folder, Queue, SearchLabel, Tag

    for n in range(8):
        Queue.objects.get_or_create(slug=f"line-{n}", defaults={"name": f"Line {n}"})
    tops = [Folder.objects.create(name=f"Subject {n}") for n in range(6)]
    within = [Folder.objects.create(name=f"Kind {n}", parent=tops[n % 6]) for n in range(18)]
    Tag.objects.bulk_create(Tag(name=f"tag {n}") for n in range(60))
    SearchLabel.objects.bulk_create(SearchLabel(name=search_of(n)) for n in range(SEARCHES))
    people = [User(username=f"agent{n}", first_name=f"Agent {n}", password="!") for n in range(AGENTS)]
    User.objects.bulk_create(people)
    for one in people:
        one.groups.add(Group.objects.get(name="Agents"))
    return Cast(
        addresses=list(Address.objects.order_by("pk").values_list("pk", flat=True)),
        queues=list(Queue.objects.values_list("pk", flat=True)),
        folders=[one.pk for one in (*tops, *within)],
        tags=list(Tag.objects.values_list("pk", flat=True)),
        agents=[one.pk for one in people],
        policies=[_policy(name, pk) for pk, name in enumerate(("Standard", "Gold"))],
        identities=people_of(max(tickets // 3, 10)),
    )


def _policy(name: str, place: int) -> int:
    from tickets.models import EscalationStep, SlaPolicy, SlaTarget

    policy, made = SlaPolicy.objects.get_or_create(name=f"Bench {name}")
    assert made, "This database is filled already."
    promised = {"first_response": 60, "next_response": 120, "resolution": 1440}
    SlaTarget.objects.bulk_create(
        SlaTarget(policy=policy, metric=metric, priority=priority, minutes=minutes // (place + 1))
        for metric, minutes in promised.items()
        for priority in ("low", "normal", "high", "urgent")
    )
    EscalationStep.objects.create(policy=policy, share=100, priority="urgent")
    return int(policy.pk)


def people_of(count: int) -> list[tuple[int, int]]:
    from django.utils import timezone

    from kapture.sets import copy_rows, reserve_keys
    from tickets.models import Customer, Identity

    now, chance = timezone.now(), random.Random(3)
    customers, identities = reserve_keys(Customer, count), reserve_keys(Identity, count)
    copy_rows(Customer, ["id", "name", "created_at"], ([pk, f"Person {pk}", now] for pk in customers))
    columns = ["id", "customer", "channel", "external_id", "handle", "name", "avatar_url", "bio", "location"]
    columns += ["followers", "verified", "seen_at"]
    rows = (
        [
            *(pk, customer, "twitter", str(910_000_000_000 + pk), f"person_{pk}", f"Person {pk}", "", "", "Berlin"),
            *(int(chance.paretovariate(0.6) * 30), pk % 10 == 0, now),
        ]
        for pk, customer in zip(identities, customers, strict=True)
    )
    copy_rows(Identity, columns, rows)
    return list(zip(identities, customers, strict=True))


def tell(cast: Cast, tickets: int) -> None:
    from django.utils import timezone

    chance = random.Random(17)
    teller = Teller(cast, chance, Speech(chance), tickets, timezone.now())
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as others:
        for start in range(1, tickets + 1, BATCH):
            for number in range(start, min(start + BATCH, tickets + 1)):
                teller.tell(number)
            write(teller.rows, others)
            teller.rows = Rows()
            if sys.stderr.isatty():
                print(f"\r{start + BATCH - 1:,} tickets, {teller.messages:,} messages", end="", file=sys.stderr)


def write(rows: Rows, others: Executor) -> None:
    """What the messages are found by is prepared by other processes meanwhile, as the desk itself prepares it."""
    from django.db import transaction

    from kapture.sets import copy_rows
    from tickets.models import Activity, Message, OutboxEntry, SearchEntry, SlaClock, Ticket

    key, of, text = (MESSAGE.index(name) for name in ("id", "ticket", "text"))
    vectors = others.map(vector, [row[text] for row in rows.message], chunksize=2_000)
    with transaction.atomic():
        copy_rows(Ticket, TICKET, rows.ticket)
        copy_rows(Message, MESSAGE, rows.message)
        copy_rows(OutboxEntry, ENTRY, rows.entry)
        copy_rows(SlaClock, CLOCK, rows.clock)
        copy_rows(Activity, LINE, rows.line)
        copy_rows(Ticket.tags.through, ["ticket", "tag"], rows.tag)
        entries = ([row[key], row[of], told] for row, told in zip(rows.message, vectors, strict=True))
        copy_rows(SearchEntry, ["message", "ticket", "vector"], entries)


@contextmanager
def without_indexes() -> Iterator[None]:
    """The big tables' plain indexes are built at the end, each in one go; references are not looked at row by row."""
    from django.db import connection

    from tickets.models import Activity, Message, OutboxEntry, SearchEntry, SlaClock, Ticket

    models = (Ticket, Message, OutboxEntry, SearchEntry, SlaClock, Activity, Ticket.tags.through)
    big = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [big],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            cursor.execute(definition)


def settle() -> None:
    """Sequences go on behind what was copied; what autovacuum would have done by now is done."""
    from django.core.management.color import no_style
    from django.db import connection

    from tickets.models import Message, Ticket

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Ticket, Message]):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def access() -> dict[str, Any]:
    """A session of an agent's and a token of the same person."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Permission, User
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from kapture.api_tokens import issue

    agent = User.objects.get(username="agent0")
    agent.user_permissions.add(Permission.objects.get(codename="view_reports"))
    lead(agent)
    keep_views(agent)
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.set_expiry(timedelta(days=30))
    session.create()
    scopes = ("tickets:read", "private:read", "accounts:read", "reports:read")
    _, secret = issue(agent, scopes=scopes, now=timezone.now(), name="bench", rate=100_000)
    return {"session": session.session_key, "token": secret, "agent": agent.pk, "samples": samples()}


def lead(agent: Any) -> None:
    """All the others are of a team that this one leads; it staffs nothing."""
    from django.contrib.auth.models import User

    from tickets.models import Membership, Team

    team = Team.objects.create(name="Bench")
    everybody = User.objects.filter(username__startswith="agent")
    Membership.objects.bulk_create(Membership(team=team, person=one, lead=one == agent) for one in everybody)


def keep_views(agent: Any) -> None:
    """Some searches kept under a name: what few and what many tickets have."""
    from bench.asked import SEARCHES
    from tickets.models import SavedView

    views = (SavedView(name=name, query=query, owner=agent) for name, query in SEARCHES.items())
    SavedView.objects.bulk_create(views)


def samples(count: int = 40) -> Iterable[int]:
    """Tickets of 12 messages and more, from all the time there is."""
    from tickets.models import Ticket

    numbers = list(Ticket.objects.filter(message_count__gte=12).order_by("pk").values_list("pk", flat=True))
    return numbers[:: max(len(numbers) // count, 1)][:count]


if __name__ == "__main__":
    main()
