"""Crossing over in the admin: the figures of the command in one table, what blocks before any question."""

import io
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from twitter_integration.choices import Product
from twitter_integration.crossing import begin_crossing
from twitter_integration.models import Event, PartnerAccount

pytestmark = pytest.mark.django_db
OLD, NEW = Product.ACCOUNT_ACTIVITY.value, Product.X_ACTIVITY.value


@pytest.fixture
def boss(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


@pytest.fixture
def crossing(reachable: PartnerAccount) -> datetime:
    """Acme has been crossing over for an hour; returns a moment in it."""
    now = timezone.now()
    begin_crossing(reachable, now=now)
    PartnerAccount.objects.update(crossing_since=now - timedelta(hours=1))
    return now - timedelta(minutes=40)


def heard(kind: str, *sources: str, at: datetime) -> None:
    facts = {"account_id": "900000000000000001", "kind": kind, "outcome": "acted", "sources": list(sources)}
    Event.objects.create(key=f"{kind}:{Event.objects.count()}", occurred_at=at, received_at=at, **facts)


def page(boss: Client) -> str:
    html = boss.get(reverse("x_crossing", args=[PartnerAccount.objects.get().pk])).content.decode()
    return " ".join(html.split())


def drop(boss: Client, **form: str) -> Any:
    return boss.post(reverse("x_crossing_drop", args=[PartnerAccount.objects.get().pk]), form)


def test_the_page_shows_the_figures_of_the_command(boss: Client, crossing: datetime) -> None:
    for sources in ((OLD, NEW), (OLD, NEW), (OLD,), (OLD, "rest_v2"), (NEW,)):
        heard("message_received", *sources, at=crossing)
    output = io.StringIO()
    call_command("x_subscribe", "migrate", "@acmehelp_demo", "--report", "--json", stdout=output)
    told = json.loads(output.getvalue())["told"]["message_received"]
    (row,) = re.findall(r"<tr><th scope=\"row\">Direct message received</th>(.*?)</tr>", page(boss))
    figures = [told["both"], told["x_activity_only"], told["account_activity_only"], len(told["missed"])]
    assert [int(number) for number in re.findall(r"<td class=\"n\">(\d+)</td>", row)] == figures == [2, 1, 2, 1]
    assert "1: came by another way as well" in row


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
