"""Who gets it when, and that it goes once: whoever dies on the way, and however many workers there are."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from tests.at_once import at_once
from tests.factories import NOW, make_address, make_agent, make_queue, make_supervisor
from tests.reports.adding import add_up
from tests.weekly.past import DAY, FIRST, WEEK, added_up, asked
from tests.weekly.postbox import Postbox
from tickets.doctor import findings
from tickets.models import NoticeSettings, ReportDay, WeeklyReport
from tickets.notices.mailing import LADDER
from tickets.schedules import SCHEDULES
from tickets.tasks import weekly_reports
from tickets.weekly import claiming, mailing
from tickets.weekly.claiming import LEASE, NOT_KNOWN
from tickets.weekly.mailing import send_due

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SEVEN = NOW.replace(hour=7)


def sent_at(moment: datetime) -> list[Any]:
    before = len(mail.outbox)
    send_due(clock=lambda: moment)
    return mail.outbox[before:]


@pytest.fixture
def told(sam: User) -> User:
    """Sam, who has something to be told."""
    asked()
    added_up(now=SEVEN - HOUR)
    return sam


def test_it_goes_on_monday_at_seven_once(told: User) -> None:
    assert sent_at(SEVEN - MINUTE) == []
    (letter,) = sent_at(SEVEN)
    assert letter.to == ["sam@acme.example"] and letter.subject.startswith("Weekly report, 23 Feb 2026")
    assert sent_at(SEVEN + MINUTE) == sent_at(SEVEN + 23 * HOUR) == []
    row = WeeklyReport.objects.get()
    assert (row.person, row.week, row.sent_at, row.reason) == (told, FIRST, SEVEN, "")


def test_a_worker_that_was_down_on_monday_sends_it_until_tuesday_at_seven(told: User) -> None:
    assert sent_at(SEVEN + DAY) == sent_at(SEVEN + 3 * DAY) == []
    assert len(sent_at(SEVEN + DAY - MINUTE)) == 1


def test_the_next_week_is_another_mail(told: User) -> None:
    sent_at(SEVEN)
    asked(weeks_ago=0)
    for n in range(7):
        add_up(FIRST + WEEK + n * DAY, now=SEVEN + WEEK)
    (letter,) = sent_at(SEVEN + WEEK)
    assert "2 Mar 2026 to 8 Mar 2026" in letter.subject and WeeklyReport.objects.count() == 2


def test_each_gets_it_at_seven_on_their_own_clock(told: User) -> None:
    for name, zone in (("kim", "Asia/Tokyo"), ("lea", "America/New_York")):
        NoticeSettings.objects.create(person=make_supervisor(name), weekly_report=True, time_zone=zone)
        added_up(zone=zone, now=NOW + 4 * HOUR if zone[0] == "A" and "New" in zone else SEVEN - 10 * HOUR)
    assert [one.to for one in sent_at(datetime(2026, 3, 1, 22, tzinfo=UTC))] == [["kim@acme.example"]]
    assert [one.to for one in sent_at(SEVEN)] == [["sam@acme.example"]]
    assert [one.to for one in sent_at(datetime(2026, 3, 2, 11, 59, tzinfo=UTC))] == []
    assert [one.to for one in sent_at(datetime(2026, 3, 2, 12, tzinfo=UTC))] == [["lea@acme.example"]]


def test_nobody_gets_it_who_did_not_choose_it(told: User) -> None:
    make_supervisor("lea")
    assert not NoticeSettings(person=told).weekly_report
    NoticeSettings.objects.update(weekly_report=False)
    assert sent_at(NOW) == [] and not WeeklyReport.objects.exists()


@pytest.mark.parametrize("how", ["rights", "agent", "inactive", "address", "mail_off", "refused", "no_server", "gone"])
def test_nor_whom_no_other_mail_reaches_or_who_sees_no_reports(told: User, settings: Any, how: str) -> None:
    wish = NoticeSettings.objects.filter(person=told)
    match how:
        case "rights":
            told.groups.clear()
        case "agent":
            told.groups.set(make_agent("tom").groups.all())
        case "inactive":
            User.objects.update(is_active=False)
        case "address":
            User.objects.update(email="")
        case "mail_off":
            wish.update(mail_off_at=NOW)
        case "refused":
            wish.update(mail_stopped_at=NOW)
        case "no_server":
            settings.MAIL_ON = False
        case "gone":
            told.delete()
    assert sent_at(NOW) == [] and not WeeklyReport.objects.exists()


def test_who_is_deleted_takes_along_what_they_were_sent(told: User) -> None:
    sent_at(NOW)
    told.delete()
    assert not WeeklyReport.objects.exists()


def test_quiet_hours_are_waited_for(told: User) -> None:
    NoticeSettings.objects.update(quiet_from=time(20), quiet_until=time(9, 30))
    assert sent_at(SEVEN) == sent_at(SEVEN + 2 * HOUR) == []
    assert len(sent_at(SEVEN + 3 * HOUR)) == 1


def test_it_waits_until_every_day_is_added_up_as_it_ended(told: User) -> None:
    sunday, saturday = ReportDay.objects.filter(day__in=(FIRST + 6 * DAY, FIRST + 5 * DAY)).order_by("-day")
    ReportDay.objects.filter(pk=sunday.pk).update(figured_at=datetime(2026, 3, 1, 23, 50, tzinfo=UTC))
    assert sent_at(SEVEN) == []
    ReportDay.objects.filter(pk=sunday.pk).update(figured_at=SEVEN - HOUR, stale=True)  # it moves until midnight
    friday_noon = datetime(2026, 2, 27, 12, tzinfo=UTC)
    ReportDay.objects.filter(pk=saturday.pk).update(figured_at=friday_noon, stale=True)
    assert sent_at(SEVEN) == []
    ReportDay.objects.filter(pk=saturday.pk).update(stale=False)  # nothing was of that day since
    assert len(sent_at(SEVEN)) == 1


def test_two_weeks_without_anything_are_told_to_nobody_and_asked_for_once(sam: User, monkeypatch: Any) -> None:
    asked(weeks_ago=3)
    added_up(since=FIRST - 3 * WEEK)
    assert sent_at(NOW) == []
    assert "Nothing happened" in WeeklyReport.objects.get().reason
    monkeypatch.setattr(mailing, "read_week", None)
    assert sent_at(NOW + HOUR) == []


def test_whoever_died_before_the_mail_server_was_asked_had_sent_nothing(told: User, monkeypatch: Any) -> None:
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(mailing, "_mail", _die)
        sent_at(NOW)
    assert sent_at(NOW + MINUTE) == []
    assert len(sent_at(NOW + LEASE)) == 1


@pytest.mark.parametrize("where", ["send", "note_sent"])
def test_whoever_died_after_that_may_have_sent_it_so_it_goes_no_more(
    told: User, monkeypatch: Any, settings: Any, where: str
) -> None:
    place = mail.EmailMessage if where == "send" else mailing
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(place, where, _die)
        sent_at(NOW)
    assert sent_at(NOW + HOUR) == sent_at(NOW + 20 * HOUR) == []
    assert len(mail.outbox) == (where == "note_sent")
    row = WeeklyReport.objects.get()
    assert row.ended_at == NOW and row.sent_at is None and row.reason == NOT_KNOWN
    WeeklyReport.objects.update(week=timezone.now().date() - 7 * DAY)
    assert any("weekly_report sam --again" in one.remedy for one in findings() if not one.ok)


def test_whose_claim_lapsed_sends_nothing_any_more(told: User, monkeypatch: Any) -> None:
    """A worker that stood still for longer than its claim holds."""
    asked_before = mailing.letter_of

    def slowly(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(mailing, "letter_of", asked_before)
        assert len(sent_at(NOW + LEASE)) == 1  # somebody else meanwhile
        return asked_before(*given, **named)

    monkeypatch.setattr(mailing, "letter_of", slowly)
    sent_at(NOW)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_sends(settings: Any) -> None:
    make_address(queue=make_queue("Support"))
    for name in ("sam", "kim", "lea"):
        NoticeSettings.objects.create(person=make_supervisor(name), weekly_report=True)
    asked()
    added_up()
    assert sum(at_once(*[lambda: send_due(clock=lambda: NOW)] * 6)) == 3
    assert sorted(one.to[0] for one in mail.outbox) == ["kim@acme.example", "lea@acme.example", "sam@acme.example"]
    assert WeeklyReport.objects.filter(tries=1).exclude(sent_at=None).count() == 3


def test_workers_look_every_minute_and_not_for_long(monkeypatch: Any) -> None:
    asked_for: list[dict[str, Any]] = []
    monkeypatch.setattr("tickets.tasks.send_weeks_due", lambda **how: asked_for.append(how))
    assert ("tickets.tasks.weekly_reports", 1) in [(task, minutes) for _name, task, minutes in SCHEDULES]
    weekly_reports()
    assert asked_for == [{"at_most": timedelta(seconds=15)}]


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with Postbox() as box:
        for name, value in box.settings.items():
            setattr(settings, name, value)
        yield box


def test_a_mail_server_takes_it_whole(told: User, postbox: Postbox) -> None:
    assert send_due(clock=lambda: NOW) == 1
    (got,) = postbox.mails
    assert "To: sam@acme.example" in got and f"Message-ID: <weekly.{told.pk}.2026-02-23@desk.example.com>" in got
    assert "text/plain" in got and "text/html" in got and "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in got


@pytest.mark.parametrize(("command", "says"), [("RCPT", "451 later"), ("DATA", "452 full"), (".", "554 no")])
def test_what_the_server_did_not_take_is_tried_again(told: User, postbox: Postbox, command: str, says: str) -> None:
    postbox.says = {command: says}
    assert send_due(clock=lambda: NOW) == 0 and postbox.mails == []
    row = WeeklyReport.objects.get()
    assert row.ended_at is None and row.claimed_until == NOW + LADDER[0] and "did not take it" in row.reason
    postbox.says = {}
    assert send_due(clock=lambda: NOW + LADDER[0] - timedelta(seconds=1)) == 0
    assert send_due(clock=lambda: NOW + LADDER[0]) == 1
    assert len(postbox.mails) == 1 and WeeklyReport.objects.get().reason == ""


def test_a_server_that_is_not_there_is_tried_again(told: User, settings: Any) -> None:
    with Postbox() as box:
        wanted = box.settings
    for name, value in wanted.items():
        setattr(settings, name, value)
    assert send_due(clock=lambda: NOW) == 0
    row = WeeklyReport.objects.get()
    assert row.ended_at is None and row.claimed_until == NOW + LADDER[0]


def test_where_the_server_breaks_off_nobody_knows_so_it_goes_no_more(told: User, postbox: Postbox) -> None:
    postbox.says = {".": ""}
    assert send_due(clock=lambda: NOW) == 0 and len(postbox.mails) == 1
    postbox.says = {}
    assert send_due(clock=lambda: NOW + HOUR) == 0 and len(postbox.mails) == 1
    assert WeeklyReport.objects.get().reason == NOT_KNOWN


def test_an_address_that_is_refused_is_not_tried_again_that_week(told: User, postbox: Postbox) -> None:
    postbox.says = {"RCPT": "550 No such user"}
    assert send_due(clock=lambda: NOW) == send_due(clock=lambda: NOW + HOUR) == 0
    assert WeeklyReport.objects.get().reason == "550 No such user" and postbox.asked.count("RCPT") == 1


def test_one_click_in_it_ends_it_and_no_other_mail(told: User, client: Any) -> None:
    (letter,) = sent_at(NOW)
    address = letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://desk.example.com")
    assert "No more weekly report by mail?" in client.get(address).content.decode()
    assert NoticeSettings.objects.get(person=told).weekly_report
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    wish = NoticeSettings.objects.get(person=told)
    assert not wish.weekly_report and wish.mail_off_at is None
    assert client.post(f"{address[:-2]}x/").status_code == 404


def test_a_claim_is_nobody_else_s_before_it_lapses() -> None:
    sam = make_supervisor()
    held = claiming.claim(sam.pk, FIRST, now=NOW)
    assert held is not None and claiming.claim(sam.pk, FIRST, now=NOW + MINUTE) is None
    assert claiming.claim(sam.pk, FIRST, now=NOW + MINUTE, again=True) is None
    later = claiming.claim(sam.pk, FIRST, now=NOW + LEASE)
    assert later is not None and later.pk == held.pk and not claiming.hand_over(held, now=NOW + LEASE)
    assert claiming.hand_over(later, now=NOW + LEASE) and not claiming.hand_over(later, now=NOW + LEASE)
    assert claiming.claim(sam.pk, FIRST, now=NOW + 2 * LEASE) is None
    assert claiming.claim(sam.pk, FIRST, now=NOW + 2 * LEASE, again=True) is not None
    assert claiming.claim(sam.pk, date(2026, 3, 2), now=NOW) is not None


def _die(*_given: Any, **_named: Any) -> Any:
    raise SystemExit
