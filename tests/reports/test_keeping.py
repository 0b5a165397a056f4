"""How the days are kept: what changed is added up anew, wherever it belongs, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.factories import make_activity, make_answer, make_message, make_supervisor, make_ticket
from tickets.choices import Status
from tickets.models import Activity, Message, NoticeSettings, ReportDay, ReportLine, SearchLabel, Ticket
from tickets.receiving.labels import know_labels
from tickets.reports.keeping import OLD_DAYS_EVERY, keep

pytestmark = pytest.mark.django_db(transaction=True)
LONG = timedelta(minutes=5)


def sums(name: str, zone: str = "UTC") -> dict[date, int]:
    lines = ReportLine.objects.filter(part="whole", day__zone=zone)
    return {day: count for day, count in lines.values_list("day__day", name) if count}


def made(days_ago: int, **fields: Any) -> Ticket:
    then = timezone.now() - timedelta(days=days_ago)
    ticket = make_ticket(opened_at=then, created_at=then, last_message_at=then, **fields)
    make_message(ticket, sent_at=then, received_at=then)
    return ticket


def test_all_days_since_the_first_ticket_are_added_up_once() -> None:
    ticket = made(5)
    assert keep(now=timezone.now(), at_most=LONG) == 6
    assert sums("received") == {ticket.opened_at.date(): 1}
    assert keep(now=timezone.now(), at_most=LONG) == 2  # today and yesterday


def test_what_comes_late_or_is_taken_back_changes_the_days_it_belongs_to() -> None:
    then = timezone.now() - timedelta(days=6)
    done = made(9, status=Status.RESOLVED, resolved_at=then)
    make_activity(done, "ticket.status", {"after": "resolved"}, at=then)
    quiet = made(8)
    keep(now=timezone.now(), at_most=LONG)
    assert sums("resolved") == {then.date(): 1}
    untouched = ReportDay.objects.get(day=quiet.opened_at.date()).figured_at
    Ticket.objects.filter(pk=done.pk).update(status=Status.OPEN, resolved_at=None)
    late = done.opened_at - timedelta(days=3)  # before all that was known
    make_message(done, sent_at=late, received_at=timezone.now())
    later = timezone.now() + OLD_DAYS_EVERY + timedelta(minutes=1)
    keep(now=later, at_most=LONG)
    assert sums("resolved") == {}
    assert sums("received")[late.date()] == 1
    assert ReportDay.objects.get(day=quiet.opened_at.date()).figured_at == untouched


def test_what_a_search_query_finds_of_what_is_known_moves_its_day() -> None:
    ticket = made(6)
    keep(now=timezone.now(), at_most=LONG)
    Message.objects.update(labels=["Parachutes"])
    know_labels(Message.objects.all())
    assert not ReportLine.objects.filter(part="searches")
    keep(now=timezone.now() + OLD_DAYS_EVERY + timedelta(minutes=1), at_most=LONG)
    line = ReportLine.objects.get(part="searches")
    assert (line.search, line.day.day, line.received) == (SearchLabel.objects.get(), ticket.opened_at.date(), 1)


def test_days_before_yesterday_wait_a_quarter_of_an_hour() -> None:
    ticket = made(4)
    keep(now=timezone.now(), at_most=LONG)
    then = ticket.opened_at + timedelta(minutes=10)
    make_answer(ticket, sent_at=then, received_at=then)
    keep(now=timezone.now(), at_most=LONG)
    assert sums("answers") == {}
    keep(now=timezone.now() + OLD_DAYS_EVERY + timedelta(minutes=1), at_most=LONG)
    assert sums("answers") == {then.date(): 1}


def test_every_zone_is_kept_in_which_somebody_reads_the_reports() -> None:
    made(1)
    sam = make_supervisor()
    NoticeSettings.objects.create(person=sam, time_zone="Asia/Kathmandu")
    call_command("figure_reports")
    assert sum(sums("received", "Asia/Kathmandu").values()) == sum(sums("received").values()) == 1
    NoticeSettings.objects.update(time_zone="")
    call_command("figure_reports", anew=True)
    assert set(ReportDay.objects.values_list("zone", flat=True)) == {"UTC"}


def test_where_time_is_short_the_newest_days_are_added_up_first() -> None:
    made(30)
    assert keep(now=timezone.now(), at_most=timedelta(0)) == 0
    assert ReportDay.objects.filter(stale=True).count() == 31


def test_what_somebody_resolved_who_was_deleted_since_stays_theirs() -> None:
    then, lea = timezone.now() - timedelta(days=6), make_supervisor("lea")
    done = made(9, status=Status.RESOLVED, resolved_at=then)
    make_activity(done, "ticket.status", {"after": "resolved"}, at=then)
    make_answer(done, agent=lea, sent_at=then, received_at=then)
    Activity.objects.update(actor=lea)
    keep(now=timezone.now(), at_most=LONG)
    number = lea.pk
    lea.delete()
    assert theirs(number) == (1, 1)
    ReportDay.objects.update(stale=True)
    assert keep(now=timezone.now() + 2 * OLD_DAYS_EVERY, at_most=LONG) == ReportDay.objects.count()
    assert theirs(number) == (1, 1) and sums("resolved") == {then.date(): 1}


def theirs(number: int) -> tuple[int, int]:
    line = ReportLine.objects.get(part="agents", agent_id=number)
    return line.resolved, line.answers
