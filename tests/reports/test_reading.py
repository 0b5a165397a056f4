"""What is read of days that are kept is what all their lengths together tell, in whichever way it is told apart."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any, get_args

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_agent, make_person, make_queue
from tests.planner import carried_out, looked_at, settle
from tests.reports.adding import MONDAY
from tests.tickets.rights import without
from tickets.models import Address, ReportDay, ReportLine, SearchLabel, Tag
from tickets.reports.asking import Asked, understand
from tickets.reports.figuring import PARTS
from tickets.reports.lengths import round_up, within
from tickets.reports.reading import TIMED, By, Figures, Times, read_figures, read_sides

pytestmark = pytest.mark.django_db
DAYS = 9
OF = {"point": "whole", "queue": "queue", "account": "account", "agent": "agents", "tag": "tags", "search": "searches"}
KEYS = {"queue": "queue_id", "account": "address_id", "agent": "agent_id", "tag": "tag_id", "search": "search_id"}


@pytest.fixture
def lines(acme: Address) -> list[tuple[int, ReportLine]]:
    """Two queues, agents and tags on nine days: each with the number of its day."""
    dice = Random("lengths")
    places = {
        "queue_id": [make_queue().pk, make_queue("Billing").pk],
        "address_id": [acme.pk],
        "agent_id": [make_agent("alice").pk, make_agent("bob").pk],
        "tag_id": [Tag.objects.create(name=name).pk for name in ("refund", "bag")],
        "search_id": [SearchLabel.objects.create(name=name).pk for name in ("Brand", "Press")],
    }
    found = []
    for n in range(DAYS):
        day = ReportDay.objects.create(zone="UTC", day=MONDAY + timedelta(days=n), stale=False, figured_at=NOW)
        for part, by in PARTS.items():
            for _ in range(2):
                told = {column: dice.choice(places[column]) for column in by if column != "private"}
                told |= {"private": dice.random() < 0.3} if "private" in by else {}
                found.append((n, ReportLine(day=day, part=part, received=dice.randrange(9), **told, **spreads(dice))))
    ReportLine.objects.bulk_create([line for _, line in found])
    return found


def spreads(dice: Random) -> dict[str, list[int]]:
    told: dict[str, list[int]] = {}
    for name in TIMED:
        often = Counter(round_up(dice.lognormvariate(8, 2)) for _ in range(dice.randrange(40)))
        told |= {f"{name}_lengths": sorted(often), f"{name}_counts": [often[one] for one in sorted(often)]}
    return told


def recounted(lines: list[ReportLine], name: str) -> Times:
    often: Counter[int] = Counter()
    for line in lines:
        lengths, counts = getattr(line, f"{name}_lengths"), getattr(line, f"{name}_counts")
        often.update(dict(zip(lengths, counts, strict=True)))
    upward, counts = sorted(often), [often[length] for length in sorted(often)]
    return Times(sum(counts), within(upward, counts, 0.5), within(upward, counts, 0.9))


def check(told: Figures, lines: list[ReportLine], timed: Any = TIMED) -> None:
    assert told.counts["received"] == sum(line.received for line in lines)
    assert told.times == {name: recounted(lines, name) if name in timed else Times() for name in TIMED}


def asked_by(person: User, **narrowed: str) -> Asked:
    days = {"from": str(MONDAY), "to": str(MONDAY + timedelta(days=DAYS - 1))}
    return understand(days | narrowed, user=person, now=NOW)


@pytest.mark.parametrize("by", get_args(By))
def test_the_whole_and_each(sam: User, lines: list[tuple[int, ReportLine]], by: By) -> None:
    whole, each = read_figures(asked_by(sam), by)
    mine = [(n if by == "point" else getattr(line, KEYS[by]), line) for n, line in lines if line.part == OF[by]]
    check(whole, [line for _, line in mine])
    assert [one.key for one in each] == sorted({key for key, _ in mine})
    for one in each:
        check(one, [line for key, line in mine if key == one.key])


def test_those_side_by_side_are_told_no_other_times(sam: User, lines: list[tuple[int, ReportLine]]) -> None:
    _whole, each = read_figures(asked_by(sam), "tag")
    sides = read_sides(asked_by(sam), "tag", ["next"])
    assert [one.key for one in sides] == [one.key for one in each]
    for one in sides:
        check(one, [line for _, line in lines if line.part == "tags" and line.tag_id == one.key], ["next"])


def test_who_reads_nothing_private(lines: list[tuple[int, ReportLine]]) -> None:
    nora = without(make_person("nora", role="Auditors"), "see_private")
    whole, each = read_figures(asked_by(nora, queue="billing"), "agent")
    billing = make_queue("Billing").pk
    mine = [line for _, line in lines if line.part == "agent" and line.queue_id == billing and not line.private]
    check(whole, mine)
    for one in each:
        check(one, [line for line in mine if line.agent_id == one.key])


@pytest.mark.django_db(transaction=True)
def test_of_one_queue_no_others_are_looked_at(sam: User, lines: list[tuple[int, ReportLine]]) -> None:
    tags = [line for _, line in lines if line.part == "tag"]
    billing = make_queue("Billing").pk
    support = [line for line in tags if line.queue_id != billing] * 200
    for line in support:
        line.pk = None
    ReportLine.objects.bulk_create(support)
    settle("tickets_reportline", "tickets_reportday")
    with CaptureQueriesContext(connection) as captured:
        read_sides(asked_by(sam, queue="billing"), "tag", TIMED)
    read = [step for one in captured.captured_queries if "reportline" in one["sql"] for step in carried_out(one["sql"])]
    most = max(looked_at(step) for step in read if step.get("Relation Name") == "tickets_reportline")
    assert most == sum(line.queue_id == billing for line in tags)
