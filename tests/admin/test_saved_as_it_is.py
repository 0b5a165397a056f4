"""Every page of the admin saved as it was opened, outside any transaction but its own, as the web process has it."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.test import Client

from tests.admin.test_two_administrators import MAKERS, _edited, address_of, typed_on
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


@pytest.mark.parametrize("model", sorted(_edited(), key=str), ids=lambda model: model._meta.label)
def test_every_page_is_saved_as_it_was_opened(boss: Client, model: type[Model]) -> None:
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")
    row = (WHOLE.get(model) or MAKERS[model])()
    before = model._default_manager.filter(pk=row.pk).values().get()
    answer = boss.post(address_of(row), typed_on(boss, row) | {"_save": ["Save"]})
    assert answer.status_code == 302, answer.context["errors"]
    assert LogEntry.objects.filter(object_id=str(row.pk)).exists()
    after = model._default_manager.filter(pk=row.pk).values().get()
    assert {name for name in after if after[name] != before[name]} <= {"updated_at"}
