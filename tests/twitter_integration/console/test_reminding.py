"""A mute, block or report with an end: on that day the desk asks whether it shall stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from twitter_integration.console import doing
from twitter_integration.console.actor import Actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.reminding import open_reminders
from twitter_integration.models import AccountAct, PartnerAccount

ANA = "900000000000000002"
OPERATOR = Actor(name="operator", via="command")


def mute(account: PartnerAccount, *, days: int) -> doing.Done:
    now = timezone.now()
    order = doing.Order(
        action="mute", values={"person": ANA}, reason="Floods the thread", until=now + timedelta(days=days)
    )
    return doing.perform(account, order, actor=OPERATOR, now=now)


def do(account: PartnerAccount, action: str, **values: object) -> doing.Done:
    return doing.perform(account, doing.Order(action=action, values=values), actor=OPERATOR, now=timezone.now())


def test_a_mute_with_an_end_is_remembered_until_it_is_taken_back(acme: PartnerAccount) -> None:
    mute(acme, days=7)
    (row,) = do(acme, "reminders").outcome.rows
    assert (row["action"], row["target"], row["reason"], row["due"]) == ("mute", ANA, "Floods the thread", False)
    do(acme, "unmute", person=ANA)
    assert not open_reminders(acme).exists()


def test_a_mute_with_another_end_is_remembered_by_the_newest_alone(acme: PartnerAccount) -> None:
    for days in (7, 30):
        mute(acme, days=days)
    reminder = open_reminders(acme).get()
    assert reminder.act == AccountAct.objects.latest("id") and reminder.due_at > timezone.now() + timedelta(days=29)


def test_somebody_may_say_that_it_stays(acme: PartnerAccount) -> None:
    mute(acme, days=7)
    do(acme, "keep", reminder=open_reminders(acme).get().pk)
    assert not open_reminders(acme).exists()
    with pytest.raises(BadInput, match="no such open reminder"):
        do(acme, "keep", reminder=1)


def test_an_end_in_the_past_is_refused_before_anything_is_done(acme: PartnerAccount) -> None:
    with pytest.raises(BadInput, match="a day to come"):
        mute(acme, days=-1)
    assert not AccountAct.objects.exists()
