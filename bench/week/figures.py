"""The figures of the week: once as the desk's own rows tell them, once from the recount, under the same names."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q

from bench.week.recount.ledger import Desk, Gift
from bench.week.world import AGENTS, BERLIN, METRICS, TURNS
from tickets.models import Activity, Gesture, Message, OutboxEntry, SlaClock, Ticket

Figures = dict[str, Any]
HOWS = ("sticky", "round_robin", "least_loaded")
WHYS = ("skills", "away", "unseen", "full")


def of_the_desk() -> Figures:
    clocks = [
        (c.ticket.address.name, c.metric, c.started_at, c.due_at, c.ended_at, c.met)
        for c in SlaClock.objects.select_related("ticket__address")
    ]
    told = _promises(clocks)
    steps = Activity.objects.filter(verb="clock.step").values_list("data__metric", "data__share", "data__raised_to")
    found = Counter((metric, share) for metric, share, _ in steps)
    told["escalations"] = {f"{metric} {share} %": count for (metric, share), count in sorted(found.items())}
    told["raised"] = sum(1 for *_, raised in steps if raised)
    counted = Ticket.objects.filter(merged_into=None).order_by().values_list("status").annotate(Count("pk"))
    told["status"] = dict(sorted(counted))
    told["in Rescue"] = Ticket.objects.filter(queue__slug="rescue", merged_into=None).count()
    sent = Message.objects.filter(direction="out").order_by().values_list("agent__username").annotate(Count("pk"))
    told["answers"] = dict(sorted(sent))
    heard = Message.objects.order_by().values_list("address__name", "direction").annotate(Count("pk"))
    told["messages"] = {f"{'to' if way == 'in' else 'out of'} {name}": n for name, way, n in sorted(heard)}
    told["tickets"] = Ticket.objects.count()
    told["reopened"] = _lines("ticket.reopened")
    told["followed up"] = _lines("ticket.followed_up")
    told["merged"] = Gesture.objects.filter(kind="merge").count()
    told["undone"] = Gesture.objects.exclude(undone_at=None).count()
    told["split"] = Gesture.objects.filter(kind="split").count()
    told["taken back"] = _lines("reply.cancelled")
    told["put aside"] = _lines("ticket.snoozed")
    for why in ("time", "message"):
        told[f"brought back by {why}"] = _lines("ticket.woke", why=why)
    for status in ("on_hold", "resolved", "ignored", "closed"):
        told[f"set {status}"] = _lines("ticket.status", after=status)
    told |= _given(_gifts())
    assert not OutboxEntry.objects.filter(~Q(state="sent")).exists(), "Something is not out."
    return told


def _gifts() -> list[Gift]:
    names = dict(User.objects.values_list("pk", "username"))
    numbers = {pk: number for number, pk in enumerate(Ticket.objects.order_by("pk").values_list("pk", flat=True))}
    lines = Activity.objects.filter(verb="ticket.assigned", data__has_key="how").order_by("pk")
    return [
        Gift(
            numbers[ticket],
            data["how"],
            names.get(data["from"]),
            names[data["to"]],
            [(names[person], why) for person, why in data.get("passed", ())],
            at,
        )
        for ticket, at, data in lines.values_list("ticket", "at", "data")
    ]


def _given(gifts: Sequence[Gift]) -> Figures:
    """How many tickets the desk gave by what, and to whom; whom it passed for what; and every one of them."""
    told: Figures = {f"given, {how}": sum(one.how == how for one in gifts) for how in HOWS}
    told["given to"] = {name: sum(one.to == name for one in gifts) for name in AGENTS}
    passed = Counter(why for one in gifts for _, why in one.passed)
    told |= {f"passed, {why}": passed[why] for why in WHYS}
    told["given to another when it came back"] = sum(one.before is not None for one in gifts)
    every = [[one.number, one.how, str(one.before), one.to, str(one.passed), _told(one.at)] for one in gifts]
    return told | {"every gift": sorted(every, key=lambda one: (one[-1], one[0]))}


def _lines(verb: str, **data: str) -> int:
    asked = {f"data__{name}": value for name, value in data.items()}
    return Activity.objects.filter(verb=verb, **asked).count()


def of_the_recount(desk: Desk) -> Figures:
    told = _promises(
        (ticket.account.name, one.metric, one.start, one.due, one.end, one.kept)
        for ticket in desk.tickets
        for one in ticket.promises
    )
    told["escalations"] = {f"{metric} {share} %": count for (metric, share), count in sorted(desk.steps.items())}
    told["raised"] = desk.raised
    standing = [ticket for ticket in desk.tickets if not ticket.merged]
    told["status"] = dict(sorted(Counter(ticket.status for ticket in standing).items()))
    told["in Rescue"] = sum(ticket.queue == "rescue" for ticket in standing)
    told["answers"] = dict(sorted(desk.answers.items()))
    told["messages"] = {
        name.removeprefix("messages "): count
        for name, count in sorted(desk.counts.items())
        if name.startswith("messages ")
    }
    told["messages"] = dict(sorted(told["messages"].items(), key=lambda one: one[0].split(" ")[::-1]))
    told["tickets"] = len(desk.tickets)
    names = ["reopened", "followed up", "merged", "undone", "split", "taken back", "put aside"]
    names += [f"brought back by {why}" for why in ("time", "message")]
    told |= {name: desk.counts[name] for name in names}
    told |= {f"set {status}": desk.counts[f"set {status}"] for status in ("on_hold", "resolved", "ignored", "closed")}
    return told | _given(desk.gifts)


def _promises(rows: Iterable[tuple[Any, ...]]) -> Figures:
    """Of each account and promise: kept, missed, unjudged, running, attainment, how long it took; and every moment."""
    found = sorted(rows, key=lambda row: tuple(str(value) for value in row))
    told: Figures = {"promises": len(found)}
    for name in sorted({row[0] for row in found}):
        for metric in METRICS:
            chosen = [row for row in found if row[:2] == (name, metric)]
            told[f"{name}: {metric}"] = _attainment(chosen)
    for name, moment in TURNS.items():
        told[name] = sum(row[0] == BERLIN.name and row[2] < moment < row[3] for row in found)
    took = sorted((end - start).total_seconds() for _, m, start, _, end, kept in found if _is_first(m, kept))
    told["first response, minutes"] = {f"p{share}": _share(took, share) for share in (50, 90)}
    told["every promise"] = [[name, metric, *map(_told, moments)] for name, metric, *moments in found]
    return told


def _is_first(metric: str, kept: bool | None) -> bool:
    return metric == "first_response" and kept is not None


def _attainment(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    kept, missed = sum(row[5] is True for row in rows), sum(row[5] is False for row in rows)
    ended = sum(row[4] is not None for row in rows)
    share = round(100 * kept / (kept + missed), 2) if kept + missed else None
    told = {"kept": kept, "missed": missed, "attained, %": share}
    return told | {"unjudged": ended - kept - missed, "running": len(rows) - ended}


def _share(ordered: Sequence[float], share: int) -> float | None:
    return round(ordered[min(len(ordered) * share // 100, len(ordered) - 1)] / 60, 2) if ordered else None


def _told(value: datetime | bool | None) -> str:
    return value.strftime("%d %H:%M:%S") if isinstance(value, datetime) else str(value)
