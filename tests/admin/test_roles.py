"""What administrators, auditors and API clients find in the admin (docs/rules.md, "Who may do what")."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_person, make_queue, make_team
from tests.twitter_integration.installed import install
from tickets.models import Hook, Queue, Staffing, Team
from twitter_integration.models import XApp

pytestmark = pytest.mark.django_db
MODELS = [model for model in site._registry if model._meta.app_label in ("tickets", "twitter_integration", "auth")]
NAMES = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in MODELS)


def enter(client: Client, role: str) -> Client:
    client.force_login(make_person("nora", role=role, is_staff=True))
    return client


def test_an_auditor_looks_at_every_list_and_adds_nothing(client: Client) -> None:
    nora = enter(client, "Auditors")
    for name in NAMES:
        assert nora.get(reverse(f"admin:{name}_changelist")).status_code == 200, name
        assert nora.get(reverse(f"admin:{name}_add")).status_code == 403, name


@pytest.mark.parametrize(("role", "shown"), [("Auditors", False), ("Administrators", True)])
def test_an_auditor_is_shown_no_button_that_has_x_do_something(client: Client, role: str, shown: bool) -> None:
    account = install()
    for row, words in ((account, "Connect with X"), (account.app, "Connect an account with X")):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        page = enter(client, role).get(reverse(name, args=[row.pk])).content.decode()
        assert (words in page, "formaction=" in page) == (shown, shown)
        User.objects.filter(username="nora").delete()


def test_an_auditor_changes_no_setting_and_is_shown_no_secret(client: Client) -> None:
    nora, queue = enter(client, "Auditors"), make_queue("Bookings")
    app = XApp.objects.create(name="Acme", consumer_key="k", consumer_secret="hush-hush", bearer_token="hush-hush")
    hook = Hook.objects.create(name="Orders", url="https://orders.example/", secret="hush-hush")
    for row in (queue, app, hook):
        page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        shown = nora.get(page)
        assert shown.status_code == 200
        told = shown.content.decode()
        assert "hush-hush" not in told and (row != queue or 'name="_save"' not in told), page
        assert nora.post(page, {"name": "Mine"}).status_code == 403
        assert nora.post(page.replace("change", "delete"), {"post": "yes"}).status_code in (403, 404)
    assert Queue.objects.filter(name="Bookings").exists()


def test_an_administrator_sets_up_the_desk_without_being_a_superuser(client: Client) -> None:
    nora = enter(client, "Administrators")
    for name in NAMES:
        assert nora.get(reverse(f"admin:{name}_changelist")).status_code == 200, name
    queue, team = make_queue("Bookings"), make_team("Flights", User.objects.get(username="nora"))
    rows = {"staffings-TOTAL_FORMS": 1, "staffings-INITIAL_FORMS": 0, "staffings-0-team": team.pk, "staffings-0-see": 1}
    page = {"name": "Flights", "slug": "flights", "position": 1, "assignment": "by_hand"} | rows
    form = nora.get(reverse("admin:tickets_queue_change", args=[queue.pk])).context["adminform"].form
    known = {name: form.initial[name] for name in form.fields if form.initial.get(name) is not None}
    answer = nora.post(reverse("admin:tickets_queue_change", args=[queue.pk]), known | page)
    assert answer.status_code == 302, answer.context["errors"]
    assert Staffing.objects.get().team == team and Queue.objects.get(pk=queue.pk).name == "Flights"


def test_an_administrator_makes_nobody_a_superuser_and_touches_none(client: Client) -> None:
    nora = enter(client, "Administrators")
    boss, bob = User.objects.create_superuser("boss", password=PASSWORD), make_person("bob", role="Agents")
    assert nora.post(reverse("admin:auth_user_change", args=[boss.pk]), {"username": "me"}).status_code == 403
    assert nora.post(reverse("admin:auth_user_password_change", args=[boss.pk]), {}).status_code == 403
    assert nora.post(reverse("admin:auth_user_delete", args=[boss.pk]), {"post": "yes"}).status_code == 403
    page = {"username": "bob", "is_superuser": "on", "is_active": "on", "date_joined_0": "2026-03-02"}
    page |= {"date_joined_1": "10:00", "groups": str(Group.objects.get(name="Supervisors").pk)}
    assert nora.post(reverse("admin:auth_user_change", args=[bob.pk]), page).status_code == 302
    bob.refresh_from_db()
    assert not bob.is_superuser and bob.groups.get().name == "Supervisors"


def test_the_admin_has_nothing_for_an_api_client(client: Client) -> None:
    nora = enter(client, "API clients")
    for name in NAMES:
        found = nora.get(reverse(f"admin:{name}_changelist"))
        assert found.status_code == 403 or name == "tickets_ticket", name


def test_a_team_that_staffs_a_queue_is_not_deleted(client: Client) -> None:
    nora, team = enter(client, "Administrators"), make_team("Flights")
    Staffing.objects.create(queue=make_queue("Bookings"), team=team)
    answer = nora.post(reverse("admin:tickets_team_delete", args=[team.pk]), {"post": "yes"})
    assert "Queues it staffs: Bookings" in answer.content.decode() and Team.objects.filter(pk=team.pk).exists()
    assert Team.objects.exists()
