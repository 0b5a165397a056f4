"""The admin's lists say in words what was delivered, what happened and what it cost."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.twitter_integration.bodies import MODERN, direct, post
from tests.twitter_integration.installed import deliver, install
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Delivery, PartnerAccount, SearchQuery, Usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> PartnerAccount:
    account = install()
    deliver(account, post(dialect=MODERN), direct(), received_at=timezone.now())
    drain()
    return account


def cells(boss: Client, model: str, column: str) -> list[str]:
    page = boss.get(reverse(f"admin:twitter_integration_{model}_changelist")).content.decode()
    found = re.findall(rf"<t[dh][^>]*\bfield-{column}\b[^>]*>(.*?)</t[dh]>", page, re.DOTALL)
    return sorted(" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in found)


def test_deliveries_say_what_they_told_and_by_which_product(acme: PartnerAccount, boss: Client) -> None:
    assert cells(boss, "delivery", "told") == ["Direct message received", "Mention of us"]
    assert cells(boss, "delivery", "by") == ["Account Activity", "X Activity"]


def test_what_the_other_product_had_told_before_is_said_as_well(acme: PartnerAccount, boss: Client) -> None:
    first = Delivery.objects.get(dialect="x_activity")
    facts = {"app": acme.app, "lane": acme.page_id, "state": "done", "dialect": "x_activity", "body": first.body}
    facts |= {"next_try_at": first.received_at, "received_at": first.received_at}
    Delivery.objects.create(digest=b"2" * 32, **facts)
    Delivery.objects.create(digest=b"3" * 32, **facts | {"body": b"no JSON"})
    assert cells(boss, "delivery", "told") == ["", "Direct message received", "Mention of us", "Mention of us"]
    page = boss.get(reverse("admin:twitter_integration_partneraccount_change", args=[acme.pk])).content.decode()
    assert page.count("Mention of us · X Activity · Done") == 2


def test_events_say_what_happened(acme: PartnerAccount, boss: Client) -> None:
    assert cells(boss, "event", "what") == ["Direct message received", "Mention of us"]


def test_recent_deliveries_say_what_came_by_which_product_to_the_second(acme: PartnerAccount, boss: Client) -> None:
    page = boss.get(reverse("admin:twitter_integration_partneraccount_change", args=[acme.pk])).content.decode()
    assert re.search(r":\d\d:\d\d</a> Direct message received · Account Activity · Done", page)
    assert re.search(r":\d\d:\d\d</a> Mention of us · X Activity · Done", page)


def test_usage_names_account_operation_and_search_query(acme: PartnerAccount, boss: Client) -> None:
    query = SearchQuery.objects.create(account=acme, label="Parachutes", query="parachute")
    day = timezone.now().date()
    Usage.objects.all().delete()
    Usage.objects.create(account_key=acme.page_id, day=day, operation="posts.search", query_id=query.pk)
    Usage.objects.create(day=day, operation="webhooks.list")
    assert cells(boss, "usage", "account") == ["@acmehelp_demo", "The app itself"]
    assert cells(boss, "usage", "what") == ["Posts: search", "Webhooks: list"]
    assert "Parachutes" in cells(boss, "usage", "query")
