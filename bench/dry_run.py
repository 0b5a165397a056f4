"""A dry run of 20 rules over 50,000 messages, against reading the same messages without asking anything of them.

python -m bench.dry_run [--messages 50000] [--rules 20] [--profile FILE]
"""

import argparse
import cProfile
import random
import time
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from bench.common import installation, report

WORDS = [
    *("order", "parcel", "refund", "delivery", "broken", "app", "login", "password", "invoice", "late", "driver"),
    *("thanks", "great", "awful", "help", "please", "where", "when", "account", "cancel", "charge", "twice", "gate"),
    *("flight", "bag", "lost", "found", "again", "today", "yesterday", "nobody", "answers", "subscription"),
]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--rules", type=int, default=20)
    parser.add_argument("--profile")
    options = parser.parse_args()
    with installation():
        import django

        django.setup()
        say(options.messages)
        rules = write_rules(options.rules)
        busy = time.process_time()
        seconds, run = try_out(rules, options.profile)
        busy = time.process_time() - busy
        assert run.messages == options.messages, f"{run.messages} messages were gone through"
        floor = read_only()
        report(
            "dry_run",
            value=options.messages / seconds,
            floor=options.messages / floor,
            unit="messages/s",
            seconds=round(seconds, 1),
            cpu_seconds=round(busy, 1),  # of this process alone: says more where others keep the machine busy
            rules=options.rules,
            changed=run.changed,
        )


def say(count: int) -> None:
    """Three of five messages open a ticket; the others go on with the one before."""
    from django.utils import timezone

    from kapture.sets import copy_objects
    from tickets.models import Activity, Message, Ticket

    chance, now = random.Random(7), timezone.now()
    common, people = people_of(count // 5, chance)
    starts = [now - timedelta(days=6) + timedelta(seconds=8 * n) for n in range(count)]
    tickets, messages, routed = [], [], []
    facts = {"queue": common["queue"].pk, "policy": None, "reason": {"code": "default_queue"}}
    for n, at in enumerate(starts):
        if n % 5 < 3:
            who = chance.choice(people)
            times = dict.fromkeys(("opened_at", "created_at", "last_message_at", "last_inbound_at"), at)
            whose = {"customer_id": who.customer_id, "identity": who}
            tickets.append(Ticket(pk=n + 1, kind="mention", **common, **whose, **times))
            routed.append(Activity(ticket_id=n + 1, verb="ticket.routed", data=facts, at=at))
        message = Message(ticket_id=tickets[-1].pk, address=common["address"], external_id=str(1_950_000_000_000 + n))
        message.kind, message.direction, message.visibility, message.language = "mention", "in", "public", "en"
        message.identity_id, message.sources = tickets[-1].identity_id, ["account_activity"]
        message.text = f"@acmehelp_demo {' '.join(chance.choices(WORDS, k=chance.randint(4, 30)))}"
        message.sent_at = message.received_at = at
        messages.append(message)
    for rows in (tickets, messages, routed):
        copy_objects(rows)


def people_of(count: int, chance: random.Random) -> tuple[dict[str, Any], list[Any]]:
    from django.utils import timezone

    from kapture.sets import copy_objects
    from tickets.models import Address, Customer, Identity, Queue

    now, address = timezone.now(), Address.objects.get()
    customers = [Customer(name=f"Person {n}", created_at=now) for n in range(count)]
    copy_objects(customers)
    people = []
    for n, one in enumerate(customers):
        who = Identity(customer_id=one.pk, channel=address.channel, external_id=str(910_000_000_000 + n), seen_at=now)
        who.handle, who.followers, who.verified = f"person_{n}", int(chance.paretovariate(0.6) * 30), n % 10 == 0
        people.append(who)
    copy_objects(people)
    return {"address": address, "queue": Queue.objects.order_by("id")[0]}, people


def write_rules(count: int) -> list[int]:
    """Each asks for words, for reach and for shape, in groups; half are in force in an older version."""
    from django.utils import timezone

    from tickets.models import Queue, RoutingRule, RuleVersion

    chance, now = random.Random(11), timezone.now()
    queue, keys = Queue.objects.order_by("-id")[0], []
    for n in range(count):
        rule = RoutingRule.objects.create(name=f"Rule {n}", position=n)
        for number in (1, 2):
            words = chance.sample(WORDS, 8) + [f"{a} {b}" for a, b in zip(WORDS, WORDS[3:], strict=False)][:8]
            reach = {"field": "followers", "is": "at_least", "value": 50 * n}
            condition = {
                "all": [
                    {"field": "text", "is": "has_any", "value": words},
                    {
                        "any": [
                            reach,
                            {"field": "verified", "is": "yes"},
                            {"field": "tag", "is": "any_of", "value": ["a"]},
                        ]
                    },
                    {
                        "none": [
                            {"field": "only_links", "is": "yes"},
                            {"field": "mentions", "is": "at_least", "value": 6},
                        ]
                    },
                ]
            }
            version = RuleVersion.objects.create(
                rule=rule,
                number=number,
                condition=condition,
                queue=queue,
                tags=[f"t{n}"],
                on_later=n % 2 == 0,
                made_at=now,
            )
            if number == 1 and n % 2:
                rule.live = version
                rule.save()
        keys.append(rule.pk)
    return keys


def try_out(rules: list[int], profile: str | None) -> tuple[float, Any]:
    from django.utils import timezone

    from tickets.rules.rehearsing import order, rehearse_some

    profiler = cProfile.Profile() if profile else None
    started = time.perf_counter()
    with profiler or nullcontext():
        run = order(rules, days=7, by=None, now=timezone.now())
        while rehearse_some(run.pk, clock=timezone.now):
            pass
    seconds = time.perf_counter() - started
    if profiler and profile:
        profiler.dump_stats(profile)
    run.refresh_from_db()
    return seconds, run


def read_only() -> float:
    """The floor: the words and their writers, once each. Seconds."""
    from tickets.models import Message

    started = time.perf_counter()
    rows = Message.objects.order_by("sent_at").values_list("text", "language", "sent_at", "identity__followers")
    assert sum(1 for _ in rows.iterator())
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
