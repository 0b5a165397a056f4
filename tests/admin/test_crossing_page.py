"""Crossing over in the admin: the figures of the command in one table, what blocks before any question."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.twitter_integration.crossing_over import NEW, OLD, heard, migrate, withdraw_at_x
from twitter_integration.facts.consequences import withdraw_consent
from twitter_integration.models import PartnerAccount
from twitter_integration.setup.crossing import begin_crossing

pytestmark = pytest.mark.django_db


@pytest.fixture
def crossing(reachable: PartnerAccount) -> datetime:
    """Acme has been crossing over for an hour; returns a moment in it."""
    now = timezone.now()
    begin_crossing(reachable, now=now)
    PartnerAccount.objects.update(crossing_since=now - timedelta(hours=1))
    return now - timedelta(minutes=40)


def page(boss: Client) -> str:
    html = boss.get(reverse("x_crossing", args=[PartnerAccount.objects.get().pk])).content.decode()
    return " ".join(html.split())


def drop(boss: Client, **form: str) -> Any:
    return boss.post(reverse("x_crossing_drop", args=[PartnerAccount.objects.get().pk]), form)


def test_the_page_shows_the_figures_of_the_command(boss: Client, crossing: datetime) -> None:
    for sources in ((OLD, NEW), (OLD, NEW), (OLD,), (OLD, "rest_v2"), (NEW,)):
        heard("message_received", *sources, at=crossing)
    heard("block_of_us", OLD, at=crossing)
    told = migrate("--report")["told"]["message_received"]
    (row,) = re.findall(r"<tr><th scope=\"row\">Direct message received</th>(.*?)</tr>", page(boss))
    figures = [told["both"], told["x_activity_only"], told["account_activity_only"], len(told["missed"])]
    assert [int(number) for number in re.findall(r"<td class=\"n\"[^>]*>(\d+)</td>", row)] == figures == [2, 1, 2, 2]
    assert "1: X Activity has no order for it" in page(boss)


def test_what_blocks_is_said_before_the_question_and_in_plain_words(boss: Client, crossing: datetime) -> None:
    heard("mention", OLD, at=crossing)
    shown = page(boss)
    assert "Account Activity is still needed." in shown and "told of: 1 × Mention of us." in shown
    assert "Drop it all the same" in shown and "x_subscribe" not in shown and "--" not in shown.split("<main")[1]
    answer = drop(boss, sure="yes")
    assert answer.status_code == 409 and PartnerAccount.objects.get().products == [OLD, NEW]


def test_dropping_it_all_the_same_says_what_ends_and_asks(boss: Client, crossing: datetime) -> None:
    heard("mention", OLD, at=crossing)
    asked = drop(boss, force="1").content.decode()
    assert "Mention of us: 1 event that X Activity missed." in asked and "Really do it?" in asked
    assert "Nothing shows yet that X Activity tells anything" in asked and "no order for these" in asked
    assert drop(boss, force="1", sure="yes").status_code == 302
    assert PartnerAccount.objects.get().products == [NEW]


def test_what_nothing_blocks_is_asked_once_and_dropped(boss: Client, crossing: datetime) -> None:
    heard("mention", OLD, NEW, at=crossing)
    assert "it can be dropped" in page(boss)
    assert "Really do it?" in drop(boss).content.decode() and PartnerAccount.objects.get().products == [OLD, NEW]
    assert drop(boss, sure="yes").status_code == 302
    assert PartnerAccount.objects.get().products == [NEW]


def test_an_account_that_is_not_crossing_over_has_nothing_to_drop(boss: Client, reachable: PartnerAccount) -> None:
    assert "@acmehelp_demo is not crossing over." in page(boss) and "Drop it all the same" not in page(boss)
    assert drop(boss, force="1", sure="yes").status_code == 409


def test_its_first_minutes_say_that_counting_has_just_begun(boss: Client, reachable: PartnerAccount) -> None:
    begin_crossing(reachable, now=timezone.now() - timedelta(minutes=1))
    shown = page(boss)
    assert "Counting has just begun" in shown and "counted from" not in shown and "<table" not in shown
    PartnerAccount.objects.update(crossing_since=timezone.now() - timedelta(minutes=7))
    shown = page(boss)
    assert "Counting has just begun" not in shown and "counted from" in shown and "<table" in shown


def test_an_order_withdrawn_at_x_is_told_before_the_question(boss: Client, crossing: datetime) -> None:
    heard("mention", OLD, NEW, at=crossing)
    withdraw_at_x(PartnerAccount.objects.get(), "post.mention.create")
    answer = drop(boss)
    assert answer.status_code == 409 and "X had no order for post.mention.create" in answer.content.decode()
    withdraw_at_x(PartnerAccount.objects.get(), "dm.received")
    answer = drop(boss, sure="yes")
    assert answer.status_code == 409 and "X had no order for dm.received" in answer.content.decode()
    assert PartnerAccount.objects.get().products == [OLD, NEW]


@pytest.mark.parametrize("form", [{}, {"force": "1"}, {"force": "1", "sure": "yes"}])
def test_an_account_that_was_revoked_meanwhile_says_how_it_goes_on(
    boss: Client, crossing: datetime, form: dict[str, str]
) -> None:
    withdraw_consent(PartnerAccount.objects.select_related("address").get(), at=timezone.now())
    answer = drop(boss, **form)
    assert answer.status_code == 409 and "is disconnected from X. Connect it again" in answer.content.decode()
    assert "is disconnected from X." in page(boss) and PartnerAccount.objects.get().products == [OLD, NEW]


def test_the_end_of_a_replay_is_told_by_x_activity_as_well(boss: Client, crossing: datetime) -> None:
    heard("replay_finished", OLD, at=crossing)
    assert "Replay finished" not in page(boss)
    assert "Replay finished" not in drop(boss, force="1").content.decode()
