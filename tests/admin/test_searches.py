"""A search query is written, tried out against X, and explained when X would not understand it."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from twitter_integration.models import PartnerAccount, SearchQuery
from twitter_integration.polling import poll
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db
ADD = "admin:twitter_integration_searchquery_add"
CHANGE = "admin:twitter_integration_searchquery_change"
LIST = "admin:twitter_integration_searchquery_changelist"


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
    assert "/ana_demo/status/" in told and f"{timezone.localtime():%Y-%m-%d}" in told and "already held" not in told
    query = SearchQuery.objects.get()
    assert query.hits == 0 and answer["Location"] == reverse(CHANGE, args=[query.pk])


def test_trying_out_marks_what_is_here_already(
    boss: Client, acme: PartnerAccount, sandbox: ThreadedSandbox, django_capture_on_commit_callbacks: Any
) -> None:
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo The gate closed before our eyes")
    poll(acme, "mentions", now=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        answer = boss.post(reverse(ADD), form(acme, twitter_integration_searchquery_try_out="on"))
    assert any("<b>(already held)</b>" in str(told) for told in get_messages(answer.wsgi_request))


@pytest.mark.parametrize(("query", "told"), [("x" * 600, "at most 512"), ("  ", "required")])
def test_what_is_wrong_with_a_query_is_told_once(boss: Client, acme: PartnerAccount, query: str, told: str) -> None:
    (fault,) = boss.post(reverse(ADD), form(acme, query=query)).context["adminform"].form.errors["query"]
    assert told in fault


def test_a_new_query_is_off_and_can_be_tried_out_at_once(boss: Client, acme: PartnerAccount) -> None:
    page = boss.get(f"{reverse(ADD)}?account={acme.pk}")
    initial = page.context["adminform"].form.initial
    assert (initial["enabled"], initial["account"]) == (False, str(acme.pk))
    assert 'name="twitter_integration_searchquery_try_out"' in page.content.decode()


def test_trying_out_again_stays_on_the_page_and_saving_leads_to_the_list(boss: Client, acme: PartnerAccount) -> None:
    query = SearchQuery.objects.create(account=acme, label="Outages", query="gate closed", enabled=False)
    address = reverse(CHANGE, args=[query.pk])
    assert boss.post(address, form(acme, twitter_integration_searchquery_try_out="on"))["Location"] == address
    assert boss.post(address, form(acme))["Location"] == reverse(LIST)


def test_a_query_x_would_not_understand_is_refused_with_the_place(boss: Client, acme: PartnerAccount) -> None:
    answer = boss.post(reverse(ADD), form(acme, query="(gate closed"))
    assert answer.status_code == 200 and not SearchQuery.objects.exists()
    assert answer.context["adminform"].form.errors["query"]


def test_the_list_shows_what_each_query_brought(boss: Client, acme: PartnerAccount) -> None:
    SearchQuery.objects.create(account=acme, label="Outages", query="gate closed", hits=7)
    assert "Outages" in boss.get(reverse(LIST)).content.decode()


def test_a_query_that_is_too_long_is_refused_and_not_cut_off(boss: Client, acme: PartnerAccount) -> None:
    page = boss.get("/admin/twitter_integration/searchquery/add/").content.decode()
    assert 'maxlength="512"' not in page and 'name="query"' in page
