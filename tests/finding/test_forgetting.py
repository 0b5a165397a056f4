"""Kept searches that name somebody who is to be forgotten."""

import pytest
from auditlog.models import LogEntry

from tests.factories import make_agent
from tickets.finding.forgetting import emptied, forget_handles
from tickets.finding.query import parse
from tickets.models import SavedView

GONE = frozenset(("ana_demo", "refund", "zoe"))


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("from:@ana_demo is:open", "from:@- is:open"),
        ("from:@Ana_Demo,ben,zoe OR -from:zoe", "from:@-,ben,@- OR -from:@-"),
        ('from:"@zoe"', "from:@-"),
        ("@zoe is:open", "from:@- is:open"),
        ('(-"thanks @zoe" OR ana_demo)', "(-from:@- OR from:@-)"),
        ("refund zoe tag:refund from:zoey @zoey", "refund zoe tag:refund from:zoey @zoey"),
    ],
)
def test_a_search_is_emptied_of_them(line: str, left: str) -> None:
    assert emptied(line, GONE) == left
    assert parse(left).terms


@pytest.mark.django_db
def test_every_kept_search_is() -> None:
    alice = make_agent("alice")
    SavedView.objects.create(owner=alice, name="Of @Zoe", query="from:@zoe")
    SavedView.objects.create(owner=alice, name="Open", query="is:open")
    assert forget_handles(GONE) == 1 and forget_handles(GONE) == 0
    [made, *more] = LogEntry.objects.get_for_model(SavedView).filter(object_repr__contains="Of").order_by("pk")
    assert made.changes["query"] == ["None", "from:@-"] and made.object_repr == "Of @-"
    assert "zoe" not in str([one.changes for one in (made, *more)]).lower()
    assert sorted(SavedView.objects.values_list("name", "query")) == [("Of @-", "from:@-"), ("Open", "is:open")]
