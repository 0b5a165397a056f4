"""The same thing saved twice in one moment: the database takes one, the other hears what it would a second later."""

from typing import Any

import pytest
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.admin.test_two_administrators import _Typed, address_of, typed_on
from tests.at_once import at_once
from tests.factories import PASSWORD, make_policy
from tickets import models as desk
from twitter_integration import models as x

pytestmark = pytest.mark.django_db(transaction=True)

# What a form of each kind is sent with, beside what stands in it.
ADDED: dict[type[Model], dict[str, str]] = {
    User: {"username": "carl", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD},
    desk.Queue: {"name": "Night", "slug": "night"},
    desk.Folder: {"name": "Orders"},
    desk.BusinessHours: {"name": "Day"},
    desk.Tag: {"name": "refund"},
    desk.Team: {"name": "Night"},
    desk.SlaPolicy: {"name": "Fast"},
    desk.RoutingRule: {"name": "Ours"},
    desk.Checklist: {"name": "Refunds", "lines-0-text": "Ask for the receipt"},
    desk.CannedReply: {"title": "Thanks", "shortcut": "ty", "texts-0-text": "Thank you."},
    desk.ApprovalRule: {"name": "Money"},
    x.XApp: {"name": "Acme", "consumer_key": "key", "new_consumer_secret": "demo-consumer-secret"},
    x.Price: {"tariff": "post_read", "each": "1", "valid_from": "2100-01-01"},
}


def people(count: int) -> list[Client]:
    """As many administrators, each with a browser."""
    found = [Client() for _ in range(count)]
    for number, client in enumerate(found):
        client.force_login(User.objects.create_superuser(f"boss{number}", password=PASSWORD))
    return found


def form_of(client: Client, model: type[Model]) -> tuple[str, dict[str, Any]]:
    facts = model._meta
    address = reverse(f"admin:{facts.app_label}_{facts.model_name}_add")
    page = client.get(address).content.decode()
    return address, _Typed(page[page.index(f'id="{facts.model_name}_form"') :]).data


@pytest.mark.parametrize("model", ADDED, ids=lambda model: model._meta.label)
def test_what_is_added_four_times_at_once_is_added_once(model: type[Model]) -> None:
    bosses = people(4)
    address, typed = form_of(bosses[0], model)
    sent = typed | ADDED[model]
    before = model._default_manager.count()
    answers = at_once(*[lambda who=who: who.post(address, sent) for who in bosses])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302], [_errors(a) for a in answers]
    assert model._default_manager.count() == before + 1
    later = bosses[0].post(address, sent)
    for answer in answers:
        if answer.status_code == 200:
            told = _errors(answer)  # of two names the other one may have come between
            assert told and told.items() <= _errors(later).items()
            assert not list(messages.get_messages(answer.wsgi_request))


def test_of_two_renamed_to_one_name_at_once_one_has_it() -> None:
    bosses, tags = people(2), [desk.Tag.objects.create(name=name) for name in ("refund", "refund please")]
    forms = [typed_on(who, tag) | {"name": ["refunds"]} for who, tag in zip(bosses, tags, strict=True)]
    asks = zip(bosses, tags, forms, strict=True)
    answers = at_once(*[lambda who=who, tag=tag, sent=sent: who.post(address_of(tag), sent) for who, tag, sent in asks])
    told = {answer.status_code: answer for answer in answers}
    assert told.keys() == {200, 302} and desk.Tag.objects.filter(name="refunds").count() == 1
    assert "Tag with this Name already exists." in told[200].content.decode()


def test_a_row_added_from_both_its_ends_at_once_is_there_once() -> None:
    bosses = people(2)
    queue, team = desk.Queue.objects.create(name="Night", slug="night"), desk.Team.objects.create(name="Night")
    mine = {"staffings-TOTAL_FORMS": ["1"], "staffings-0-queue": [str(queue.pk)], "staffings-0-see": ["on"]}
    theirs = {"staffings-TOTAL_FORMS": ["1"], "staffings-0-team": [str(team.pk)], "staffings-0-see": ["on"]}
    sent = [typed_on(bosses[0], team) | mine, typed_on(bosses[1], queue) | theirs]
    answers = at_once(
        lambda: bosses[0].post(address_of(team), sent[0]), lambda: bosses[1].post(address_of(queue), sent[1])
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert desk.Staffing.objects.filter(queue=queue, team=team).count() == 1


def test_two_made_the_default_at_once_leave_one() -> None:
    bosses, policies = people(2), [make_policy(name) for name in ("Fast", "Slow")]
    make_policy("Standard", is_default=True)
    url = reverse("admin:tickets_slapolicy_changelist")
    sent = [{"action": "make_default", "_selected_action": [str(one.pk)]} for one in policies]
    asks = [lambda who=who, data=data: who.post(url, data) for who, data in zip(bosses, sent, strict=True)]
    assert [answer.status_code for answer in at_once(*asks)] == [302, 302]
    assert desk.SlaPolicy.objects.filter(is_default=True).get() in policies


def test_of_four_who_move_a_row_of_a_list_at_once_three_are_told() -> None:
    bosses, url = people(4), reverse("admin:tickets_queue_changelist")
    night, day = (desk.Queue.objects.create(name=name, slug=name.lower(), position=9) for name in ("Night", "Day"))
    page = bosses[0].get(url).content.decode()
    typed = _Typed(page[page.index('id="changelist-form"') :]).data
    keys = {value[0]: name.removesuffix("-id") for name, value in typed.items() if name.endswith("-id")}
    fields = [f"{keys[str(queue.pk)]}-position" for queue in (night, day)]
    sent = [typed | {field: [str(at)] for field in fields} | {"_save": ["Save"]} for at in range(70, 74)]
    asks = [
        lambda who=who, data=data, order=order: who.post(f"{url}?o={order}", data)
        for who, data, order in zip(bosses, sent, (1, -1, 1, -1), strict=True)
    ]
    answers = at_once(*asks)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    [saved] = [at for at, answer in zip(range(70, 74), answers, strict=True) if answer.status_code == 302]
    assert set(desk.Queue.objects.filter(pk__in=[night.pk, day.pk]).values_list("position", flat=True)) == {saved}
    for answer in answers:
        if answer.status_code == 200:
            assert answer.content.decode().count(f"Somebody else set it to “{saved}” meanwhile.") == 2


def _errors(answer: Any) -> dict[str, Any]:
    return dict(answer.context["adminform"].form.errors)
