"""Two administrators at one page: the second is told what the first saved, and nothing of either is lost."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, User
from django.db import connection, models
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from kapture.admin_base import CarefulList
from kapture.admin_rows_told import row_news
from tests.factories import NOW, PASSWORD, make_agent, make_folder, make_policy, make_ticket
from tickets import models as desk
from tickets.choices import Metric, Priority
from twitter_integration import models as x
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision

pytestmark = pytest.mark.django_db


def _account() -> x.PartnerAccount:
    provision(
        AppFacts(name="Acme", consumer_key="key", consumer_secret="demo-consumer-secret"),
        AccountFacts(page_id="7000", page_name="acme", access_token="t", access_token_secret="s"),
        now=NOW,
    )
    return x.PartnerAccount.objects.get(page_id="7000")


# How a row of each kind that is edited in the admin is made.
MAKERS: dict[type[Model], Callable[[], Model]] = {
    User: lambda: make_agent("carl"),
    Group: lambda: Group.objects.create(name="Night shift"),
    desk.Queue: lambda: make_ticket().queue,
    desk.Folder: lambda: make_folder("Orders"),
    desk.BusinessHours: lambda: desk.BusinessHours.objects.create(name="Day"),
    desk.Tag: lambda: desk.Tag.objects.create(name="refund"),
    desk.Team: lambda: desk.Team.objects.create(name="Night"),
    desk.Skill: lambda: desk.Skill.objects.create(name="French"),
    desk.DeskLimit: lambda: desk.DeskLimit.objects.get_or_create()[0],
    desk.Agent: lambda: desk.Agent.objects.get_or_create(person=make_agent("carl"))[0],
    desk.SlaPolicy: lambda: make_policy("Fast"),
    desk.CustomerList: lambda: desk.CustomerList.objects.create(name="Known"),
    desk.CannedReply: lambda: desk.CannedReply.objects.create(title="Thanks"),
    desk.Macro: lambda: desk.Macro.objects.create(name="Close it"),
    desk.Checklist: lambda: desk.Checklist.objects.create(name="Refunds"),
    desk.AutoReply: lambda: desk.AutoReply.objects.create(address=_account().address),
    desk.ApprovalRule: lambda: desk.ApprovalRule.objects.create(name="Money"),
    desk.Hook: lambda: desk.Hook.objects.create(name="Ours", url="https://example.com/", secret="s"),
    desk.SavedView: lambda: desk.SavedView.objects.create(name="Mine", query="is:open", owner=make_agent("carl")),
    x.XApp: lambda: _account().app,
    x.PartnerAccount: _account,
    x.SearchQuery: lambda: x.SearchQuery.objects.create(account=_account(), query="acme", label="Acme"),
    x.Price: lambda: x.Price.objects.create(tariff="post", each=1, valid_from=date(2100, 1, 1)),
    x.Allowance: lambda: x.Allowance.objects.get_or_create(account=_account())[0],
}
LOOKS_FOR_ITSELF = {desk.RoutingRule}  # by its versions: tests/admin/test_routing_rules.py


def _edited() -> list[type[Model]]:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    return [one for one, admin in site._registry.items() if admin.has_change_permission(request)]


class _Typed(HTMLParser):
    """What a browser would send of a page's form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        facts = dict(attrs)
        name, kind = facts.get("name") or "", facts.get("type", "")
        if tag == "input" and name and kind not in ("submit", "button", "file"):
            if kind not in ("checkbox", "radio") or "checked" in facts:
                self.data.setdefault(name, []).append(facts.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self._area = name
            self.data[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in facts:
            self.data.setdefault(self._select, []).append(facts.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._select, self._area = ("" if tag == "select" else self._select), ("" if tag == "textarea" else self._area)

    def handle_data(self, data: str) -> None:
        if self._area:
            self.data[self._area][0] += data.removeprefix("\r\n").removeprefix("\n")


def address_of(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def typed_on(client: Client, row: Model) -> dict[str, list[str]]:
    page = client.get(address_of(row)).content.decode()
    return _Typed(page[page.index(f'id="{row._meta.model_name}_form"') :]).data


def _theirs(row: Any, typed: dict[str, list[str]]) -> tuple[str, Any]:
    """A field of this page, and another value for it."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.BooleanField) and f'"{field.name}":' in typed["_opened"][0]:
            return field.name, not value
        if field.name not in typed or field.choices:
            continue
        if isinstance(field, models.CharField | models.TextField):
            return field.name, f"{value}x"
        if isinstance(field, models.IntegerField | models.DecimalField):
            return field.name, (value or 0) + 1
    raise AssertionError(f"Nothing to change on the page of {row!r}.")


@pytest.mark.parametrize("model", sorted(_edited(), key=str), ids=lambda model: model._meta.label)
def test_what_another_saved_meanwhile_is_told_and_stays(boss: Client, model: type[Model]) -> None:
    admin = site._registry[model]
    assert isinstance(admin, CarefulList) and type(admin)._was_opened is CarefulList._was_opened
    assert admin.told_of_others is (model not in LOOKS_FOR_ITSELF)
    if model in LOOKS_FOR_ITSELF:
        return
    row = MAKERS[model]()
    typed = typed_on(boss, row)
    name, theirs = _theirs(row, typed)
    model._default_manager.filter(pk=row.pk).update(**{name: theirs})
    answer = boss.post(address_of(row), typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "while you were writing. Nothing was lost or saved yet." in page
    row.refresh_from_db()
    assert getattr(row, name) == theirs
    mine = _Typed(page[page.index(f'id="{model._meta.model_name}_form"') :]).data
    unsaid = ("_opened", "csrfmiddlewaretoken")
    assert {key: mine.get(key) for key in typed if key not in unsaid} == {
        key: value for key, value in typed.items() if key not in unsaid
    }
    again = boss.post(address_of(row), mine)  # having read it
    assert again.status_code == 302 or "while you were writing" not in again.content.decode()


def test_a_page_nobody_else_touched_is_saved(boss: Client) -> None:
    policy = make_policy("Fast")
    assert boss.post(address_of(policy), typed_on(boss, policy) | {"name": ["Faster"]}).status_code == 302
    policy.refresh_from_db()
    assert policy.name == "Faster"


@pytest.mark.parametrize("opened", ["[" * 5_000, "[]", "{", "1", "\x00"])
def test_what_cannot_be_read_of_how_a_page_was_opened_says_nothing(boss: Client, opened: str) -> None:
    policy = make_policy("Fast")
    answer = boss.post(address_of(policy), typed_on(boss, policy) | {"_opened": [opened], "name": ["Slow"]})
    assert answer.status_code == 200 and "while you were writing" in answer.content.decode()
    policy.refresh_from_db()
    assert policy.name == "Fast"


def test_who_saved_and_what_is_told_of_the_rows_below_and_the_chosen(boss: Client, admin_user: User) -> None:
    policy, carl, group = make_policy("Fast"), make_agent("carl"), Group.objects.create(name="Night shift")
    ours, of_carl = typed_on(boss, policy), typed_on(boss, carl)
    other = Client()
    other.force_login(User.objects.create_superuser("olga", password=PASSWORD))
    assert other.post(address_of(policy), typed_on(other, policy) | {"targets-0-minutes": ["61"]}).status_code == 302
    chosen = typed_on(other, carl)
    assert other.post(address_of(carl), chosen | {"groups": [str(group.pk)]}).status_code == 302
    page = boss.post(address_of(policy), ours | {"name": ["Slow"]}).content.decode()
    assert "olga saved this at" in page and "SLA targets, First reply, Low: 61 (yours: 60)." in page
    assert 'value="Slow"' in page
    assert policy.targets.filter(minutes=61).exists()
    page = boss.post(address_of(carl), of_carl).content.decode()
    assert "Groups is “Night shift” now." in page
    assert list(carl.groups.all()) == [group]


def test_targets_of_as_many_minutes_stand_in_the_order_they_were_made_in(boss: Client) -> None:
    policy = make_policy("Fast", minutes={Metric.FIRST_RESPONSE: 60})
    policy.targets.filter(priority=Priority.LOW).update(minutes=60)  # written anew, behind the others
    with connection.cursor() as cursor:  # however the database comes upon them
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    ids = [value for name, value in typed_on(boss, policy).items() if re.fullmatch(r"targets-\d+-id", name)]
    assert [pk for (pk, *_) in ids if pk] == [str(pk) for pk in sorted(policy.targets.values_list("pk", flat=True))]


def test_which_rows_another_changed_added_or_took_away_is_told(boss: Client) -> None:
    policy = make_policy("Fast", minutes={Metric.FIRST_RESPONSE: 60})
    step = policy.steps.create(share=110, metric="", priority=Priority.HIGH)
    low, _normal, high, urgent = (policy.targets.get(priority=one) for one in Priority)
    typed = typed_on(boss, policy)
    place = {pk: name.removesuffix("-id") for name, (pk, *_) in typed.items() if re.fullmatch(r"targets-\d+-id", name)}
    mine = {f"{place[str(high.pk)]}-minutes": ["15"], f"{place[str(urgent.pk)]}-minutes": ["14"]}
    policy.targets.filter(pk=low.pk).delete()
    policy.targets.filter(pk=urgent.pk).update(minutes=13)
    policy.targets.create(metric=Metric.RESOLUTION, priority=Priority.LOW, minutes=600)
    policy.steps.filter(pk=step.pk).update(priority="", tell_leads=True)
    page = boss.post(address_of(policy), typed | mine).content.decode()
    assert [one for one in _told(page) if one.startswith(("SLA", "Esc"))] == [
        "SLA targets, First reply, Urgent: 13 (yours: 14).",
        "SLA targets, Resolution, Low: added meanwhile (600).",
        "SLA targets, “First reply, Low: 60 min” was taken away meanwhile, and is left out below.",
        "Escalation steps, 110: Raise to nothing (yours: High); Tell the leads Yes (yours: No).",
    ]
    assert set(policy.targets.filter(metric=Metric.FIRST_RESPONSE).values_list("minutes", flat=True)) == {13, 60}


@pytest.mark.parametrize(
    ("seen", "stands", "told"),
    [
        ({"t/1/a": "x"}, {"t/1/a": "x"}, []),
        ({"t/1/a": "x", "t/1/b": "y"}, {"t/1/a": "x", "t/1/b": "z"}, [("1", "changed", ("b",))]),
        ({"t/1/a": "x"}, {"t/1/a": "x", "t/2/a": "y"}, [("2", "added", ())]),
        ({"t/1/a": "x", "t/2/a": "y"}, {"t/2/a": "y"}, [("1", "removed", ())]),
        ({"t/1/a": "x", "u/1/a": "x"}, {"t/1/a": "x", "u/1/a": "y"}, []),
        ({"t/1/a": "x"}, {"t/1/a": "x", "t/1/new": "y"}, [("1", "changed", ("new",))]),
        ({"t/1": "x", "t": "y", "t/": "z", "at": "w"}, {}, []),
    ],
)
def test_what_became_of_rows_is_read_off_two_sets_of_marks(
    seen: dict[str, str], stands: dict[str, str], told: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    assert [(one.pk, one.became, one.fields) for one in row_news("t", seen, stands)] == told


def _told(page: str) -> list[str]:
    return [unescape(one).strip() for one in re.findall(r"<p>([^<]*)</p>", page)]


def test_a_row_moved_in_the_list_stays_where_another_put_it(boss: Client) -> None:
    folder, url = make_folder("Orders"), reverse("admin:tickets_folder_changelist")
    page = boss.get(url).content.decode()
    typed = _Typed(page[page.index('id="changelist-form"') :]).data
    place = next(
        name.removesuffix("-id") for name, value in typed.items() if name.endswith("-id") and value == [str(folder.pk)]
    )
    desk.Folder.objects.filter(pk=folder.pk).update(position=77)
    answer = boss.post(url, typed | {f"{place}-position": ["5"], "_save": ["Save"]})
    folder.refresh_from_db()
    assert folder.position == 77 and "Somebody else set it to “77” meanwhile." in answer.content.decode()
