"""A search query is written, tried out against X, and explained when X would not understand it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from twitter_integration.models import PartnerAccount, SearchQuery
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db
ADD = "admin:twitter_integration_searchquery_add"
LIST = "admin:twitter_integration_searchquery_changelist"


@pytest.fixture
def boss(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def form(account: PartnerAccount, **changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"account": account.pk, "label": "Outages", "query": "gate closed", "cap_per_hour": 60}
    return facts | {"priority": "normal", "enabled": "on"} | changes


def test_it_is_tried_out_before_it_is_switched_on(
    boss: Client, acme: PartnerAccount, sandbox: ThreadedSandbox, django_capture_on_commit_callbacks: Any
) -> None:
    sandbox.act("post", user="ana_demo", text="The gate closed before our eyes")
    with django_capture_on_commit_callbacks(execute=True):
        answer = boss.post(reverse(ADD), form(acme, twitter_integration_searchquery_try_out="on"))
    (told,) = [str(m) for m in get_messages(answer.wsgi_request) if "posts a day" in str(m)]
    assert "@ana_demo: The gate closed" in told and "a day;" in told
    assert SearchQuery.objects.get().hits == 0


def test_a_query_x_would_not_understand_is_refused_with_the_place(boss: Client, acme: PartnerAccount) -> None:
    answer = boss.post(reverse(ADD), form(acme, query="(gate closed"))
    assert answer.status_code == 200 and not SearchQuery.objects.exists()
    assert answer.context["adminform"].form.errors["query"]


def test_the_list_shows_what_each_query_brought(boss: Client, acme: PartnerAccount) -> None:
    SearchQuery.objects.create(account=acme, label="Outages", query="gate closed", hits=7)
    assert "Outages" in boss.get(reverse(LIST)).content.decode()
