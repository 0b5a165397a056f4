"""Every admin page opens, costs the same however many rows there are, and shows nobody what is not theirs."""

import re
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.db.models import DateTimeField, Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kapture.admin_base import MOST_NEW_ROWS
from tests.factories import (
    NOW,
    PASSWORD,
    make_activity,
    make_agent,
    make_answer,
    make_customer,
    make_folder,
    make_message,
    make_outsider,
    make_policy,
    make_ticket,
    unaudited,
)
from tickets.choices import SendState
from tickets.models import NoticeSettings
from twitter_integration.models import AccountAct, Delivery, Event, PartnerAccount
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision

pytestmark = pytest.mark.django_db
OURS = sorted(
    f"{model._meta.app_label}_{model._meta.model_name}"
    for model in site._registry
    if model._meta.app_label in ("tickets", "twitter_integration", "auth")
)


@unaudited
def fill(count: int, *, start: int = 0) -> None:
    """A little of everything."""
    make_policy(f"Policy {start}")
    for number in range(start, start + count):
        provision(
            AppFacts(name=f"App {number}", consumer_key="k", consumer_secret="demo-consumer-secret"),
            AccountFacts(
                page_id=str(7000 + number), page_name=f"page_{number}", access_token="t", access_token_secret="s"
            ),
            now=NOW,
        )
        make_folder(f"Folder {number}", parent=make_folder("Orders"))
        ticket = make_ticket(make_customer(str(8000 + number)), private=number % 2 == 1)
        make_message(ticket, "a private thing" if ticket.private else "a public thing")
        make_answer(ticket, state=SendState.FAILED)
        make_activity(ticket, "ticket.opened")
        account = PartnerAccount.objects.get(page_id=str(7000 + number))
        delivery = Delivery.objects.create(
            app=account.app,
            digest=bytes([number]) * 32,
            lane=account.page_id,
            body=b'{"text": "Ana asks for a refund"}',
            next_try_at=NOW,
            received_at=NOW,
        )
        AccountAct.objects.create(
            account=account,
            page_name=account.page_name,
            action="message" if number % 2 else "mute",
            by_name="alice",
            via="page",
            private=number % 2 == 1,
            outcome="done",
            at=NOW,
        )
        Event.objects.create(
            key=f"post:{number}",
            kind="mention",
            outcome="acted",
            delivery=delivery,
            occurred_at=NOW,
            received_at=NOW,
        )


def model_of(name: str) -> type[Model]:
    return next(model for model in site._registry if f"{model._meta.app_label}_{model._meta.model_name}" == name)


def count_queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def staff(client: Client, *permissions: str) -> Client:
    """An office worker with exactly these permissions."""
    user = User.objects.create_user("olga", password=PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def test_a_list_costs_the_same_with_more_rows(boss: Client, subtests: pytest.Subtests) -> None:
    make_agent()
    fill(2)
    lists, before = {name: reverse(f"admin:{name}_changelist") for name in OURS}, {}
    for name, url in lists.items():
        boss.get(url)
        before[name] = count_queries(boss, url)
    fill(6, start=2)
    for name, url in lists.items():
        with subtests.test(name):
            assert count_queries(boss, url) <= before[name]


def test_a_row_opens(boss: Client, subtests: pytest.Subtests) -> None:
    make_agent()
    fill(2)
    for name in OURS:
        row = model_of(name)._default_manager.first()
        if row is not None:
            with subtests.test(name):
                assert boss.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("name", OURS)
def test_a_filter_nothing_can_be_compared_with_is_refused(boss: Client, name: str) -> None:
    times = [field.name for field in model_of(name)._meta.fields if isinstance(field, DateTimeField)]
    lookups = [f"{time}__year={year}" for time in times for year in ("0", "-1", "9" * 30)]
    url = reverse(f"admin:{name}_changelist")
    for lookup in [*lookups, *(f"{time}=yesterday" for time in times), "pk__in=1,abc", "nothing__gt=1"]:
        assert boss.get(f"{url}?{lookup}").headers["Location"] == f"{url}?e=1", lookup
    assert boss.get(f"{url}?pk__gt={'9' * 30}").status_code == 200


def test_an_expression_the_database_cannot_read_is_refused_in_a_sentence(boss: Client) -> None:
    fill(1)
    url = reverse("admin:tickets_message_changelist")
    told = boss.get(f"{url}?text__regex=(", follow=True)
    assert "cannot be understood, so the whole list is shown" in told.content.decode()
    assert told.context["cl"].result_count == 2
    assert boss.get(f"{url}?sent_at__year={NOW.year}").context["cl"].result_count == 2


def test_the_front_page_shows_the_menu_in_groups(boss: Client) -> None:
    page = boss.get(reverse("admin:index")).content.decode()
    assert "Partner configurations" in page and "Webhook deliveries" in page


def test_an_outsider_and_an_agent_see_nothing(client: Client, subtests: pytest.Subtests) -> None:
    for person in (make_outsider(), make_agent()):
        client.force_login(person)
        for name in OURS:
            with subtests.test(f"{name} {person.username}"):
                answer = client.get(reverse(f"admin:{name}_changelist"))
                assert answer.status_code in (302, 403)


def test_who_may_not_read_private_messages_finds_none_here(client: Client) -> None:
    fill(2)
    office = staff(client, "view_ticket", "view_message", "view_activity")
    for name in ("ticket", "message", "activity"):
        listed = office.get(reverse(f"admin:tickets_{name}_changelist")).context["cl"].result_list
        assert listed and all(not getattr(row, "ticket", row).private for row in listed)


def test_with_whom_an_account_spoke_privately_is_private_too(client: Client) -> None:
    fill(2)
    url = reverse("admin:twitter_integration_accountact_changelist")
    listed = staff(client, "view_accountact").get(url).context["cl"].result_list
    assert [act.action for act in listed] == ["mute"]


def test_only_a_superuser_reads_what_x_delivered(client: Client, admin_user: User) -> None:
    fill(1)
    url = reverse("admin:twitter_integration_delivery_change", args=[Delivery.objects.get().pk])
    assert "asks for a refund" not in staff(client, "view_delivery").get(url).content.decode()
    client.force_login(admin_user)
    assert "asks for a refund" in client.get(url).content.decode()


def test_what_is_in_use_cannot_be_deleted(boss: Client) -> None:
    ticket = make_ticket()
    url = reverse("admin:tickets_queue_delete", args=[ticket.queue.pk])
    for answer in (boss.get(url), boss.post(url, {"post": "yes"})):
        assert "is not deleted: it is in use." in answer.content.decode()
    ticket.queue.refresh_from_db()


def test_records_cannot_be_changed(boss: Client) -> None:
    ticket = make_ticket()
    url = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    assert boss.post(url, {"status": "closed"}).status_code == 403


def test_another_queue_is_made_the_default(boss: Client) -> None:
    queue = make_ticket().queue
    data: dict[str, Any] = {"action": "make_default", "_selected_action": [queue.pk], "index": "0"}
    boss.post(reverse("admin:tickets_queue_changelist"), data)
    queue.refresh_from_db()
    assert queue.is_default
    assert type(queue).objects.filter(is_default=True).count() == 1


NOTHING_ELSE = {f"{rows}-{of}_FORMS": 0 for rows in ("steps", "pause_rules") for of in ("TOTAL", "INITIAL")}


def test_a_form_that_claims_thousands_of_rows_is_refused_unbuilt(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss", password=PASSWORD))
    page = {"name": "Fast", "targets-TOTAL_FORMS": 5000, "targets-INITIAL_FORMS": 0} | NOTHING_ELSE
    answer = client.post(reverse("admin:tickets_slapolicy_add"), page)
    rows, *_others = answer.context["inline_admin_formsets"]
    assert len(rows.formset.forms) <= MOST_NEW_ROWS
    assert "Please submit at most" in str(rows.formset.non_form_errors())


@pytest.mark.parametrize("minutes", [0, 365 * 24 * 60 + 1, 99999999999])
def test_a_promise_nobody_can_mean_is_refused_at_its_field(client: Client, minutes: int) -> None:
    client.force_login(User.objects.create_superuser("boss", password=PASSWORD))
    row = {"metric": "first_response", "priority": "normal", "minutes": minutes}
    page = {"name": "Fast", "targets-TOTAL_FORMS": 1, "targets-INITIAL_FORMS": 0} | NOTHING_ELSE
    answer = client.post(reverse("admin:tickets_slapolicy_add"), page | {f"targets-0-{n}": v for n, v in row.items()})
    rows, *_others = answer.context["inline_admin_formsets"]
    assert [list(one) for one in rows.formset.errors] == [["minutes"]]


def test_a_step_that_would_raise_to_what_is_not_promised_is_told(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss", password=PASSWORD))
    policy = make_policy("Fast", minutes={})
    policy.targets.create(metric="first_response", priority="normal", minutes=5)
    policy.steps.create(share=100, priority="urgent")
    answer = client.post(
        reverse("admin:tickets_slapolicy_change", args=[policy.pk]),
        {"name": "Fast", "targets-TOTAL_FORMS": 0, "targets-INITIAL_FORMS": 0} | NOTHING_ELSE,
        follow=True,
    )
    assert "At 100 % nothing is raised to Urgent" in answer.content.decode()


@pytest.mark.parametrize("initial", [0, 1])
def test_a_row_that_claims_a_key_there_is_not_is_refused(client: Client, initial: int) -> None:
    client.force_login(User.objects.create_superuser("boss", password=PASSWORD))
    policy = make_policy("Fast", minutes={})
    row = {"id": "9" * 20, "policy": policy.pk, "metric": "first_response", "priority": "normal", "minutes": 5}
    page = {"name": "Fast", "targets-TOTAL_FORMS": 1, "targets-INITIAL_FORMS": initial} | NOTHING_ELSE
    address = reverse("admin:tickets_slapolicy_change", args=[policy.pk])
    answer = client.post(address, page | {f"targets-0-{name}": value for name, value in row.items()})
    rows, *_others = answer.context["inline_admin_formsets"]
    assert rows.formset.total_error_count() and not policy.targets.exists()


def test_a_dead_letter_is_worked_again_by_its_button(boss: Client) -> None:
    fill(1)
    Delivery.objects.update(state="dead", reason="It could not be read.")
    delivery = Delivery.objects.get()
    there = reverse("admin:twitter_integration_delivery_replay", args=[delivery.pk])
    page = reverse("admin:twitter_integration_delivery_change", args=[delivery.pk])
    assert f'formaction="{there}"' in boss.get(page).content.decode()
    assert boss.get(there).status_code == 405
    assert "1 delivery will be worked again." in boss.post(there, follow=True).content.decode()
    delivery.refresh_from_db()
    assert delivery.state == "new" and there not in boss.get(page).content.decode()


def test_who_may_only_look_at_deliveries_replays_none(client: Client) -> None:
    fill(1)
    Delivery.objects.update(state="dead")
    olga, pk = staff(client, "view_delivery"), Delivery.objects.get().pk
    there = reverse("admin:twitter_integration_delivery_replay", args=[pk])
    assert there not in olga.get(reverse("admin:twitter_integration_delivery_change", args=[pk])).content.decode()
    assert olga.post(there).status_code == 403


def test_a_list_names_the_account_writes_times_one_way_and_says_what_it_lacks(boss: Client) -> None:
    fill(1)
    Event.objects.update(account_id="7000")
    for name in ("delivery", "event"):
        shown = boss.get(reverse(f"admin:twitter_integration_{name}_changelist")).content.decode()
        assert "@page_0" in shown and f"{NOW:%Y-%m-%d %H:%M}" in shown
    Delivery.objects.update(state="done")
    dead = boss.get(reverse("admin:twitter_integration_delivery_changelist") + "?state__exact=dead")
    assert "No dead letters: everything that X delivered could be worked." in dead.content.decode()


def test_who_may_not_configure_is_told_who_they_are(client: Client) -> None:
    client.force_login(make_agent())
    page = client.get(reverse("admin:index"), follow=True).content.decode()
    assert "You are signed in as alice, who may not configure Kapture." in page and "Back to the desk" in page


def test_the_privacy_policy_of_automatic_answers_looks_and_helps_as_other_fields(boss: Client) -> None:
    page = boss.get(reverse("admin:tickets_autoreply_add")).content.decode()
    looks = {name: re.search(rf'name="{name}"[^>]* class="([^"]+)"', page) for name in ("privacy_url", "time_zone")}
    assert looks["privacy_url"] and looks["time_zone"]
    assert looks["privacy_url"][1].split()[:4] == looks["time_zone"][1].split()[:4]
    assert "Goes along with the first automatic message" in page


def test_the_theme_is_the_desk_s_and_is_chosen_by_a_form(boss: Client) -> None:
    page = boss.get(reverse("admin:index")).content.decode()
    assert 'action="/theme/"' in page and 'class="dark"' not in page
    answer = boss.post("/theme/", {"theme": "dark", "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    page = boss.get(reverse("admin:index")).content.decode()
    assert 'class="dark"' in page and 'value="dark" aria-pressed="true"' in page
    NoticeSettings.objects.update(theme="")  # else what is theirs wins over any cookie
    boss.cookies["theme"] = 'dark" x'
    assert 'class="dark' not in boss.get(reverse("admin:index")).content.decode()


def test_every_box_to_write_in_has_a_border(boss: Client) -> None:
    bare, boxes = [], re.compile(r'<(?:input(?! type="(?:hidden|checkbox|radio))|textarea)[^>]*>')
    for name in OURS:
        page = boss.get(reverse(f"admin:{name}_add"))
        form = page.context["adminform"].form if page.status_code == 200 else ()
        for field in form:
            found = boxes.findall(str(field))
            bare += [(name, field.name) for box in found if not re.search(r'class="[^"]*\bborder\b', box)]
    assert not bare
