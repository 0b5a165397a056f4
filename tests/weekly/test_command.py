"""manage.py weekly_report: shows the mail of last week, or sends it now; never twice without being told to."""

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command

from tests.factories import NOW, make_agent, make_supervisor
from tests.weekly.past import DAY, added_up, asked
from tickets.management.commands import weekly_report
from tickets.models import NoticeSettings, WeeklyReport
from tickets.weekly import claiming

pytestmark = pytest.mark.django_db
THURSDAY = NOW + 3 * DAY


@pytest.fixture(autouse=True)
def clock(monkeypatch: Any) -> None:
    class Clock:
        @staticmethod
        def now() -> datetime:
            return THURSDAY

    monkeypatch.setattr(weekly_report, "timezone", Clock)


@pytest.fixture
def told(sam: User) -> User:
    asked()
    added_up()
    return sam


def run(*words: str) -> str:
    out = StringIO()
    call_command("weekly_report", *words, stdout=out)
    return out.getvalue()


def test_it_shows_the_mail_and_sends_nothing(told: User) -> None:
    NoticeSettings.objects.all().delete()  # to look at, whether they want it or not
    shown = run("sam", "--print")
    assert (
        shown.startswith("To: sam@acme.example\nSubject: Weekly report, 23 Feb 2026") and "* Answers sent: 1" in shown
    )
    assert mail.outbox == [] and not WeeklyReport.objects.exists()


def test_it_sends_on_any_day_and_once_unless_told_again(told: User) -> None:
    assert run("sam") == "The week of 2026-02-23: mailed to sam@acme.example.\n"
    with pytest.raises(CommandError, match="it went at 2026-03-05 10:00 UTC"):
        run("sam")
    assert len(mail.outbox) == 1
    run("sam", "--again")
    assert len(mail.outbox) == 2


def test_what_nobody_knows_of_goes_again_when_told_to(told: User, monkeypatch: Any) -> None:
    held = claiming.claim(told.pk, mail_week(), now=NOW)
    assert held is not None and claiming.hand_over(held, now=NOW)
    with pytest.raises(CommandError, match="nobody knows whether it went"):
        run("sam")
    run("sam", "--again")
    assert len(mail.outbox) == 1 and WeeklyReport.objects.get().sent_at == THURSDAY


def test_what_waits_for_the_mail_server_is_not_waited_for(told: User) -> None:
    held = claiming.claim(told.pk, mail_week(), now=THURSDAY)
    assert held is not None
    with pytest.raises(CommandError, match="A worker has it in hand"):
        run("sam", "--again")
    claiming.put_off(held, "The mail server did not take it.", now=THURSDAY)
    run("sam", "--again")
    assert len(mail.outbox) == 1


def test_who_gets_none_is_told_with_the_reason(told: User, settings: Any) -> None:
    make_agent("tom"), make_supervisor("lea")
    for words, reason in (
        (["nobody"], "There is no user"),
        (["tom"], "tom may not see the reports"),
        (["tom", "--print"], "tom may not see the reports"),
        (["lea"], "They have not chosen the weekly report"),
    ):
        with pytest.raises(CommandError, match=reason):
            run(*words)
    NoticeSettings.objects.update(mail_off_at=NOW)
    with pytest.raises(CommandError, match="They want no mail"):
        run("sam")
    settings.MAIL_ON = False
    with pytest.raises(CommandError, match="EMAIL_URL is not set"):
        run("sam")
    assert mail.outbox == []


def test_of_two_weeks_without_anything_it_says_so(sam: User) -> None:
    added_up()
    for words in (["sam", "--print"], ["sam"]):
        assert "Nothing happened in it" in run(*words)


def mail_week() -> Any:
    return (NOW - 7 * DAY).date()
