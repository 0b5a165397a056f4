"""Every page of the admin saved as it was opened, outside any transaction but its own, as the web process has it."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client

from tests.admin.test_two_administrators import MAKERS, _edited, address_of, typed_on
from tests.factories import make_person, make_rule
from tests.tickets.test_phrases import make_canned
from tickets import models as desk

pytestmark = pytest.mark.django_db(transaction=True)


def _checklist() -> Model:
    found = desk.Checklist.objects.create(name="Refunds")
    found.lines.create(text="Ask for the receipt")
    return found


def _auto_reply() -> Model:
    found = MAKERS[desk.AutoReply]()
    desk.AutoReply.objects.update(text="We are closed.", privacy_url="https://example.com/privacy")
    return found


# Those whose page asks for more than a row can do without.
WHOLE: dict[type[Model], Callable[[], Model]] = {
    desk.RoutingRule: lambda: desk.RoutingRule.objects.create(name="Ours"),
    desk.CannedReply: lambda: make_canned("Delay"),
    desk.Checklist: _checklist,
    desk.Macro: lambda: desk.Macro.objects.create(name="Lost", tags="lost"),
    desk.AutoReply: _auto_reply,
}


EVERY = pytest.mark.parametrize("model", sorted(_edited(), key=str), ids=lambda model: model._meta.label)


@EVERY
def test_every_page_is_saved_as_it_was_opened(boss: Client, model: type[Model]) -> None:
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")
    row = (WHOLE.get(model) or MAKERS[model])()
    before = model._default_manager.filter(pk=row.pk).values().get()
    answer = boss.post(address_of(row), typed_on(boss, row) | {"_save": ["Save"]})
    assert answer.status_code == 302, answer.context["errors"]
    assert LogEntry.objects.filter(object_id=str(row.pk)).exists()
    after = model._default_manager.filter(pk=row.pk).values().get()
    assert {name for name in after if after[name] != before[name]} <= {"updated_at"}


@EVERY
def test_every_page_is_read_by_who_may_only_look(client: Client, model: type[Model]) -> None:
    client.force_login(make_person("iris", role="Auditors", is_staff=True))
    row = (WHOLE.get(model) or MAKERS[model])()
    answer = client.get(address_of(row))
    if answer.status_code == 403:  # what is nobody's to look at but theirs who set it
        assert not User.objects.get(username="iris").has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        return
    assert (answer.status_code, 'name="_save"' in answer.content.decode()) == (200, False)


def test_what_a_rule_asks_and_does_is_read_by_who_may_only_look(client: Client) -> None:
    rule = make_rule("Money", {"field": "text", "is": "has_any", "value": ["refund"]}, priority="urgent")
    make_rule("Money", {"field": "text", "is": "has_any", "value": ["money"]})
    client.force_login(make_person("iris", role="Auditors", is_staff=True))
    told = client.get(address_of(rule)).content.decode()
    assert "refund" in told and "priority urgent" in told and "_roll_back" not in told
