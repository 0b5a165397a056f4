"""What a week's mail says: the figures of the reports' pages, of what its reader may see, in their language."""

import re
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_agent, make_clock, make_message, make_person, make_queue, make_ticket, staff
from tests.reports.adding import add_up
from tests.tickets.rights import without
from tests.weekly.past import DAY, FIRST, WEEK, added_up, asked
from tickets.models import NoticeSettings, ReportDay
from tickets.weekly.mailing import letter_of
from tickets.weekly.weeks import last_week

pytestmark = pytest.mark.django_db


def letter(person: User, *, now: Any = NOW) -> EmailMultiAlternatives:
    wish = NoticeSettings.objects.filter(person=person).first() or NoticeSettings(person=person)
    found = letter_of(wish, last_week(now, wish.zone), now=now)
    assert isinstance(found, EmailMultiAlternatives)
    return found


def html(found: EmailMultiAlternatives) -> str:
    told, kind = found.alternatives[0]
    assert kind == "text/html"
    return str(told)


def test_every_figure_stands_with_that_of_the_week_before(sam: User) -> None:
    asked(), asked(minutes=40), asked(weeks_ago=2)
    ticket = asked(weeks_ago=2)
    make_clock(ticket, ended_at=NOW - 4 * DAY, met=True), make_clock(asked(), ended_at=NOW - 4 * DAY, met=False)
    added_up()
    found = letter(sam)
    assert found.subject == "Weekly report, 23 Feb 2026 to 1 Mar 2026: 3 received, 3 answered"
    for line in (
        "Days of UTC. In brackets: the week before, 16 Feb 2026 to 22 Feb 2026.",
        "* Messages received: 3 (2)",
        "* Answers sent: 3 (2)",
        "* Tickets opened: 3 (2)",
        "* First reply: p50 12 min, p90 40 min, of 3 (p50 12 min, p90 12 min, of 2)",
        "* Next reply: – (–)",
        "* First reply: 50.0 % of 2 kept; 1 missed, 0 delayed by the channel (–)",
        "* Waits for us: 5",
    ):
        assert line in found.body.splitlines(), found.body
    cells = re.findall(r'<th scope="row">(.*?)</th><td class="told">(.*?)</td><td>(.*?)</td>', html(found))
    assert ("Messages received", "3", "2") in cells and ("Next reply", "–", "–") in cells


def test_it_leads_to_the_reports_of_the_same_days_which_say_the_same(sam: User, client: Any) -> None:
    asked(), asked(queue=make_queue("Billing")), asked(weeks_ago=2)
    added_up()
    found = letter(sam)
    client.force_login(sam)
    address = "https://desk.example.com/reports/?from=2026-02-23&to=2026-03-01"
    assert address in found.body and address.replace("&", "&amp;") in html(found)
    links = re.findall(r"https://desk\.example\.com(/\S+)", str(found.body))
    assert f"{address}&queue=billing".removeprefix("https://desk.example.com") in links
    for link in links:
        assert client.get(link).status_code == 200, link
    page = client.get("/reports/?from=2026-02-23&to=2026-03-01").context
    assert [(figure.code, count) for figure, count, _search in page["volumes"]][:2] == [("received", 2), ("answers", 2)]
    assert "* Messages received: 2 (1)" in found.body


def test_queues_stand_below_the_busiest_first_where_there_are_several(sam: User) -> None:
    billing = make_queue("Billing")
    asked(), asked(), asked(queue=billing), asked(queue=make_queue("Past"), weeks_ago=2)
    added_up()
    body = letter(sam).body
    assert body.index("Queue Support") < body.index("Queue Billing") < body.index("Queue Past")
    assert "* Messages received: 0 (1)" in body.split("Queue Past")[1]


def test_one_queue_alone_is_not_told_twice(sam: User) -> None:
    asked()
    added_up()
    assert "Queue" not in letter(sam).body


def test_of_many_queues_the_busiest_are_told_and_how_many_more_there_are(sam: User) -> None:
    for number in range(14):
        asked(queue=make_queue(f"Q{number:02}"))
    added_up()
    body = letter(sam).body
    assert body.count("\nQueue Q") == 12
    more = "And 2 more queues: https://desk.example.com/reports/queue/?from=2026-02-23&to=2026-03-01"
    assert more in body


def test_of_a_queue_that_is_closed_to_them_nothing_is_told(acme: Any) -> None:
    lea = make_person("lea", role="Agents")
    lea.user_permissions.add(
        *make_person("otto", role="Auditors").groups.get().permissions.filter(codename="view_reports")
    )
    billing = make_queue("Billing")
    staff("Billing", "Money", make_agent("alice"))
    asked(), asked(queue=billing), asked(queue=billing, weeks_ago=2)
    added_up()
    found = letter(User.objects.get(pk=lea.pk))
    assert "* Messages received: 1 (0)" in found.body and "Billing" not in f"{found.body}{html(found)}"
    assert "* Waits for us: 1\n" in found.body


def test_who_reads_nothing_private_is_told_of_nothing_private(sam: User) -> None:
    asked(), asked(private=True)
    added_up()
    assert "* Messages received: 2 (0)" in letter(sam).body
    assert "* Messages received: 1 (0)" in letter(without(sam, "see_private")).body


def test_days_are_those_of_their_zone_also_where_a_clock_is_changed(sam: User) -> None:
    """Of a message on Sunday evening in New York it is Monday in Berlin; the week there has 167 hours."""
    NoticeSettings.objects.filter(person=sam).update(time_zone="Europe/Berlin")
    now = NOW + 4 * WEEK  # Monday, 30 March; clocks were put forward on the 29th
    for at, day in ((now.replace(day=29, hour=21, minute=59), "in"), (now.replace(day=29, hour=22, minute=1), "after")):
        make_message(make_ticket(opened_at=at), day, sent_at=at, received_at=at)
    for n in range(14):
        add_up(FIRST + 3 * WEEK + n * DAY, zone="Europe/Berlin", now=now)
    body = letter(sam, now=now).body
    assert "23 Mar 2026 to 29 Mar 2026" in body and "Days of Europe/Berlin." in body
    assert "* Messages received: 1 (0)" in body


def test_it_is_written_in_their_language_and_runs_its_way(sam: User, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")]
    asked()
    added_up()
    NoticeSettings.objects.update(language="de")
    found = letter(sam)
    assert "* Gesendete Antworten: 1 (0)" in found.body and '<html lang="de">' in html(found)
    assert "23. Feb 2026" in found.subject and "p50 ist die Zeit" in found.body
    NoticeSettings.objects.update(language="ar")
    assert '<html lang="ar" dir="rtl">' in html(letter(sam))
    NoticeSettings.objects.update(language="")
    settings.LANGUAGE_CODE = "de"
    assert "Gesendete Antworten" in letter(sam).body


def test_where_the_desk_is_younger_than_two_weeks_it_says_since_when(sam: User) -> None:
    asked()
    added_up(since=FIRST - 2 * DAY)
    assert "There are figures since 21 Feb 2026." in letter(sam).body
    ReportDay.objects.filter(day__lt=FIRST).delete()
    found = letter(sam)
    assert "* Messages received: 1 (–)" in found.body and "There are figures since 23 Feb 2026." in found.body


def test_names_of_queues_begin_no_header_and_no_tag(sam: User) -> None:
    asked(), asked(queue=make_queue("<b>x\r\nBcc: all@acme.example"))
    added_up()
    found = letter(sam)
    raw: Message = found.message()
    assert raw["Bcc"] is None and "<b>x" not in html(found) and "Queue <b>x Bcc: all@acme.example\n" in found.body


def test_a_week_without_anything_after_a_busy_one_is_told(sam: User) -> None:
    asked(weeks_ago=2)
    added_up()
    assert "* Messages received: 0 (1)" in letter(sam).body


def test_of_two_weeks_without_anything_nothing_is_told(sam: User) -> None:
    asked(weeks_ago=3)
    added_up(since=FIRST - 3 * WEEK)
    assert letter_of(NoticeSettings.objects.get(), last_week(NOW, NoticeSettings().zone), now=NOW) is None


def test_it_takes_as_many_statements_however_much_there_is(sam: User) -> None:
    asked()
    added_up()
    few = statements(sam)
    for number in range(6):
        asked(queue=make_queue(f"Q{number}"), minutes=number + 1), asked(weeks_ago=2, private=True)
    added_up()
    assert statements(sam) == few <= 14


def statements(person: User) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        letter(User.objects.get(pk=person.pk), now=NOW + timedelta(hours=1))
    return len(found)
