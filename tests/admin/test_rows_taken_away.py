"""Rows of a page that another administrator took away meanwhile: it is told, what was typed is in the right rows, and
the next save goes through."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from kapture.admin_rows_known import renumber
from tests.admin.test_two_administrators import _told, _Typed, address_of, typed_on
from tests.factories import make_policy, make_queue
from tests.tickets.test_phrases import make_canned
from tickets.models import Checklist, Queue, SlaPolicy

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy() -> SlaPolicy:
    found = make_policy("Fast")
    found.steps.all().delete()
    for share in (50, 75, 100):
        found.steps.create(share=share, metric="", tell_leads=True)
    return found


def again(answer: Any) -> dict[str, list[str]]:
    """What the browser sends of the page that came back, whose rows stand each under its own heading."""
    assert answer.status_code == 200
    for rows in answer.context["inline_admin_formsets"]:
        assert all(one.original is None or one.original.pk == one.form.instance.pk for one in rows)
        assert {one.original.pk for one in rows if one.original} == {
            one.instance.pk for one in rows.formset.initial_forms
        }
    form = answer.context["adminform"].form
    page = answer.content.decode()
    return _Typed(page[page.index(f'id="{form._meta.model._meta.model_name}_form"') :]).data


def shares(policy: SlaPolicy) -> list[int]:
    return sorted(policy.steps.values_list("share", flat=True))


def test_what_was_typed_in_a_row_that_was_taken_away_is_a_new_row(boss: Client, policy: SlaPolicy) -> None:
    typed = typed_on(boss, policy) | {"name": ["Mine"], "steps-1-share": ["66"], "steps-2-share": ["110"]}
    policy.steps.filter(share=75).delete()
    answer = boss.post(address_of(policy), typed)
    page = answer.content.decode()
    assert [one for one in _told(page) if one.startswith("Escalation")] == [
        (
            "Escalation steps, “75 %” was taken away meanwhile. Yours is a new row below (66: Raise to nothing; Move "
            "to nothing; Tell who has it No; Tell the leads Yes; Tell nothing): saving adds it again."
        )
    ]
    assert "A row you changed was taken away meanwhile." in page and "Load the page again" not in page
    mine = again(answer)
    assert [mine[f"steps-{at}-share"] for at in range(3)] == [["50"], ["110"], ["66"]]
    assert shares(policy) == [50, 100]
    assert boss.post(address_of(policy), mine).status_code == 302
    policy.refresh_from_db()
    assert (policy.name, shares(policy)) == ("Mine", [50, 66, 110])


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        ({"name": ["Mine"]}, "“75 %” was taken away meanwhile, and is left out below."),
        ({"name": ["Mine"], "steps-1-DELETE": ["on"]}, "“75 %” was taken away meanwhile, as by you."),
    ],
)
def test_a_row_that_was_taken_away_and_not_changed_stays_away(
    boss: Client, policy: SlaPolicy, mine: dict[str, list[str]], told: str
) -> None:
    typed = typed_on(boss, policy) | mine
    policy.steps.filter(share=75).delete()
    answer = boss.post(address_of(policy), typed)
    assert f"Escalation steps, {told}" in "".join(_told(answer.content.decode()))
    assert boss.post(address_of(policy), again(answer)).status_code == 302
    policy.refresh_from_db()
    assert (policy.name, shares(policy)) == ("Mine", [50, 100])


def test_rows_that_stand_in_another_order_by_now_keep_what_was_typed_in_each(boss: Client, policy: SlaPolicy) -> None:
    typed = typed_on(boss, policy) | {"steps-1-share": ["66"]}
    policy.steps.filter(share=50).update(share=120)
    mine = again(boss.post(address_of(policy), typed))
    assert boss.post(address_of(policy), mine).status_code == 302
    assert shares(policy) == [50, 66, 100]


def test_a_row_that_says_it_is_anothers_is_none_of_them(boss: Client, policy: SlaPolicy) -> None:
    [other] = make_policy("Slow").steps.all()[:1] or [make_policy("Slower").steps.create(share=80, metric="")]
    typed = typed_on(boss, policy) | {"steps-1-id": [str(other.pk)], "steps-1-share": ["66"]}
    assert again(boss.post(address_of(policy), typed))["steps-2-share"] == ["66"]
    before = other.share
    other.refresh_from_db()
    assert other.share == before and shares(policy) == [50, 75, 100]


def _checklist() -> Checklist:
    found = Checklist.objects.create(name="Refunds")
    found.lines.create(text="Ask for the receipt\nand the number ")
    return found


# Those that have one row at least: what they are of, its rows, what is typed in the only one.
NEEDED: dict[str, tuple[Callable[[], Model], str, str]] = {
    "checklist": (_checklist, "lines", "text"),
    "canned reply": (lambda: make_canned("Delay"), "texts", "text"),
}


@pytest.mark.parametrize("kind", NEEDED)
def test_of_what_has_one_row_at_least_the_only_one_may_be_taken_away(boss: Client, kind: str) -> None:
    make, rows, field = NEEDED[kind]
    row: Any = make()
    typed = typed_on(boss, row)
    getattr(row, rows).all().delete()
    refused = again(boss.post(address_of(row), typed))  # untouched: none is left
    assert refused[f"{rows}-TOTAL_FORMS"] == ["0"] and boss.post(address_of(row), refused).status_code == 200
    mine = again(boss.post(address_of(row), typed | {f"{rows}-0-{field}": ["Mine"]}))
    assert boss.post(address_of(row), mine).status_code == 302
    assert list(getattr(row, rows).values_list(field, flat=True)) == ["Mine"]


def _list(boss: Client) -> tuple[str, dict[str, list[str]]]:
    url = reverse("admin:tickets_queue_changelist")
    page = boss.get(url).content.decode()
    return url, _Typed(page[page.index('id="changelist-form"') :]).data | {"_save": ["Save"]}


def _place(typed: dict[str, list[str]], queue: Queue) -> str:
    return next(
        name.removesuffix("-id") for name, value in typed.items() if name.endswith("-id") and value == [str(queue.pk)]
    )


def test_a_row_deleted_while_a_list_is_changed_holds_up_none_of_the_others(boss: Client) -> None:
    gone, moved, last = (make_queue(name, position=at) for at, name in enumerate(("Gone", "Moved", "Last"), 50))
    url, typed = _list(boss)
    typed |= {f"{_place(typed, moved)}-position": ["77"]}
    Queue.objects.filter(pk=gone.pk).delete()
    assert boss.post(url, typed).status_code == 302
    moved.refresh_from_db()
    assert moved.position == 77

    url, typed = _list(boss)
    typed |= {f"{_place(typed, moved)}-position": ["78"], f"{_place(typed, last)}-position": ["5"]}
    Queue.objects.filter(pk=last.pk).delete()
    answer = boss.post(url, typed)
    page = answer.content.decode()
    assert "A row you changed was deleted meanwhile, and is left out." in page
    moved.refresh_from_db()
    assert moved.position == 77
    typed = _Typed(page[page.index('id="changelist-form"') :]).data | {"_save": ["Save"]}
    assert boss.post(url, typed).status_code == 302
    moved.refresh_from_db()
    assert moved.position == 78


def test_what_is_typed_in_a_list_stands_beside_its_row_though_the_rows_moved(boss: Client) -> None:
    first, _second = make_queue("First", position=50), make_queue("Second", position=51)
    url, typed = _list(boss)
    Queue.objects.filter(pk=first.pk).update(position=90)
    answer = boss.post(url, typed | {f"{_place(typed, first)}-position": ["55"]})
    shown = answer.context["cl"]
    assert [row.pk for row in shown.result_list] == [form.instance.pk for form in shown.formset.forms]
    page = answer.content.decode()
    assert page.index(">First<") < page.index("Somebody else set it to “90” meanwhile.") < page.index(">Second<")


@pytest.mark.parametrize(
    ("rows", "begun", "becomes"),
    [
        ([1, 0], 1, "t-INITIAL_FORMS=1&t-TOTAL_FORMS=2&t-1-a=x&t-0-a=y&initial-t-0-a=z&t-2-0-a=w"),
        ([1], 0, "t-INITIAL_FORMS=0&t-TOTAL_FORMS=1&t-0-a=y&initial-t-0-a=z&t-2-0-a=w"),
        ([], 0, "t-INITIAL_FORMS=0&t-TOTAL_FORMS=0&t-2-0-a=w"),
    ],
)
def test_rows_are_numbered_anew(rows: list[int], begun: int, becomes: str) -> None:
    sent = QueryDict("t-INITIAL_FORMS=2&t-TOTAL_FORMS=2&t-0-a=x&t-1-a=y&initial-t-1-a=z&t-2-0-a=w", mutable=True)
    renumber(sent, "t", rows, begun=begun)
    assert dict(sent.lists()) == dict(QueryDict(becomes).lists())
