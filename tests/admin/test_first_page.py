"""The admin's first page judges every account, and asks the database no more often for many than for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW
from tests.twitter_integration.installed import install
from twitter_integration.models import (
    AuditNote,
    Cursor,
    Delivery,
    OAuth2Grant,
    PartnerAccount,
    Subscription,
    Webhook,
    XApp,
)

pytestmark = pytest.mark.django_db


def look(boss: Client) -> tuple[str, int]:
    with CaptureQueriesContext(connection) as captured:
        page = boss.get(reverse("admin:index")).content.decode()
    return page, len(captured)


def make_busy(number: int, *, trouble: str = "") -> PartnerAccount:
    """With an app, an order, a grant, an audit, a stream that was read, a delivery that waits and one that is dead."""
    account = install(f"90000000000000001{number}", app=f"App {number}", handle=f"page_{number}")
    XApp.objects.update(audited_at=NOW)
    PartnerAccount.objects.filter(pk=account.pk).update(products=["account_activity"])
    hook = Webhook.objects.create(app=account.app, x_id=f"7{number}", url="https://a.example", checked_at=NOW)
    Subscription.objects.create(account=account, webhook=hook, product="account_activity", created_at=NOW)
    OAuth2Grant.objects.create(account=account, access_token="a", expires_at=NOW, obtained_at=NOW, broken=trouble)
    AuditNote.objects.create(app=account.app, at=NOW, mended=False, sentence="X answered 503.")
    Cursor.objects.create(account=account, stream="mentions", polled_at=NOW)
    facts = {"app": account.app, "body": b"{}", "lane": account.page_id, "received_at": NOW, "next_try_at": NOW}
    for state in ("new", "dead"):
        Delivery.objects.create(digest=f"{state} {number}".encode(), state=state, **facts)
    return account


def test_five_accounts_take_as_many_statements_as_one(boss: Client) -> None:
    make_busy(0)
    look(boss)
    _, first = look(boss)
    for number in range(1, 5):
        make_busy(number)
    page, then = look(boss)
    assert then == first and page.count("page_") >= 5


def test_each_has_a_card_with_its_state_the_last_event_the_webhook_and_what_to_do(boss: Client) -> None:
    account = make_busy(0)
    PartnerAccount.objects.filter(pk=account.pk).update(token_state="dead")
    page, _ = look(boss)
    card = page.split('<ul class="admin-accounts', 1)[1].split("</ul>", 1)[0]
    told = ("@page_0", "Token refused", "X refuses its token.", "Press “Connect with X” on its page.")
    assert all(words in card for words in (*told, "<dt>Last event</dt>", "<dt>Webhook</dt>", "<dt>Sending</dt>"))


def test_each_is_judged_by_what_is_its_own(boss: Client) -> None:
    for number, trouble in enumerate(["", "It was revoked."]):
        make_busy(number, trouble=trouble)
    Webhook.objects.update(valid=True)
    AuditNote.objects.all().delete()
    Delivery.objects.filter(lane__endswith="1").delete()
    page, _ = look(boss)
    assert "OAuth 2.0: It was revoked." in page and "A delivery has been waiting since" in page
