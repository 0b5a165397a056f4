"""Every change of the configuration is kept: who, when, which row, from what to what. Never a secret."""

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kapture.admin_base import RecordAdmin
from kapture.audited import MODELS
from tests.factories import make_queue
from tests.twitter_integration.installed import install_audited
from tickets.models import CannedReply, EscalationStep, Queue, RoutingRule, RuleVersion, Skill, SlaPolicy, Tag, Team
from tickets.rules.versions import save_version, switch_on
from twitter_integration.models import PartnerAccount, XApp

pytestmark = pytest.mark.django_db

ALWAYS = {"all": [{"field": "text", "is": "has_any", "value": ["refund"]}]}


def last(row: Model) -> LogEntry:
    entry = LogEntry.objects.get_for_object(row).order_by("timestamp", "id").last()
    assert entry is not None
    return entry


def set_up_by_people() -> set[type[Model]]:
    pages = [(model, page) for model, page in admin.site._registry.items() if not isinstance(page, RecordAdmin)]
    return {model for model, page in pages for model in (model, *(inline.model for inline in page.inlines))}


def test_whatever_the_admin_lets_people_set_is_audited() -> None:
    silent = {model._meta.label for model in set_up_by_people() if not auditlog.contains(model)}
    # Agents make tags as they work, of whatever customers say: what is deleted there must be gone here.
    assert silent - {"tickets.Tag"} == set(), "add it to kapture/audited.py"


def test_whatever_they_choose_several_of_is_audited_too() -> None:
    silent = set()
    for model in set_up_by_people() - {Tag}:
        told = auditlog._registry[model]["m2m_fields"]
        silent |= {field.name for field in model._meta.many_to_many if field.name not in told}
    assert silent == set(), "add it to m2m_fields in kapture/audited.py"


def test_whom_a_step_tells_and_whose_a_canned_reply_is_are_told_by_name(boss: Client) -> None:
    step = EscalationStep.objects.create(policy=SlaPolicy.objects.create(name="Gold"), share=50)
    step.notify.add(User.objects.create_user("bob"))
    reply = CannedReply.objects.create(title="Refund")
    reply.teams.add(Team.objects.create(name="Money"))
    assert last(step).changes["notify"]["objects"] == ["bob"]
    assert last(reply).changes["teams"]["objects"] == ["Money"]
    page = boss.get(reverse("admin:auditlog_logentry_changelist")).content.decode()
    assert "Money" in page and "bob" in page


def test_what_changes_by_itself_is_not() -> None:
    for entry in MODELS:
        if isinstance(entry, dict) and entry["model"] == "twitter_integration.PartnerAccount":
            assert {"last_event_at", "told_unasked"} <= set(entry["exclude_fields"])
    account = install_audited()
    count = LogEntry.objects.count()
    account.last_event_at = timezone.now()
    account.save()
    assert LogEntry.objects.count() == count


def test_a_change_in_the_admin_names_who_made_it_and_both_values(boss: Client, admin_user: User) -> None:
    skill = Skill.objects.create(name="Dutch")
    answer = boss.post(reverse("admin:tickets_skill_change", args=[skill.pk]), {"name": "Flemish"})
    assert answer.status_code == 302
    entry = last(skill)
    assert (entry.actor, entry.action) == (admin_user, LogEntry.Action.UPDATE)
    assert entry.changes == {"name": ["Dutch", "Flemish"]}
    page = boss.get(reverse("admin:auditlog_logentry_changelist")).content.decode()
    assert "name: Dutch → Flemish" in page


def test_another_default_is_told_of_both_queues(boss: Client) -> None:
    before, after = Queue.objects.get(is_default=True), make_queue("Support")
    asked = {"action": "make_default", "_selected_action": [after.pk]}
    boss.post(reverse("admin:tickets_queue_changelist"), asked)
    assert last(before).changes == {"is_default": ["True", "False"]}
    assert last(after).changes == {"is_default": ["False", "True"]}


def test_a_rule_put_in_force_and_what_it_says_are_told() -> None:
    rule = RoutingRule.objects.create(name="Refunds")
    version = save_version(rule, {"condition": ALWAYS, "priority": "high"}, by=None, now=timezone.now())
    switch_on(rule)
    assert last(rule).changes == {"live": ["None", str(version)]}
    assert "refund" in last(RuleVersion.objects.get(rule=rule)).changes["condition"][1]


def test_somebody_given_a_role_is_told_with_the_roles_name(boss: Client, admin_user: User) -> None:
    person = User.objects.create_user("ana", password="a long enough one")
    person.groups.add(Group.objects.get(name="Supervisors"))
    assert last(person).changes["groups"]["objects"] == ["Supervisors"]
    created = LogEntry.objects.get_for_object(person).get(action=LogEntry.Action.CREATE)
    assert created.changes["password"] == ["", "••••"]


def test_no_secret_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    account = install_audited()
    account.access_token = "a-new-token-that-nobody-may-read"
    account.save()
    XApp.objects.get(pk=account.app_id).save()
    assert last(account).changes["access_token"] == ["••••", "••••"]
    told = " ".join(str(entry.changes) for entry in LogEntry.objects.all())
    assert account.access_token not in told
    for name in (*PartnerAccount.SEALED, *XApp.SEALED):
        row = account if name in PartnerAccount.SEALED else account.app
        assert not getattr(row, name) or str(getattr(row, name)) not in told


def test_what_was_deleted_is_told_after_it_is_gone(boss: Client, admin_user: User) -> None:
    policy = SlaPolicy.objects.create(name="Gold")
    boss.post(reverse("admin:tickets_slapolicy_delete", args=[policy.pk]), {"post": "yes"})
    entry = LogEntry.objects.get(object_repr="Gold", action=LogEntry.Action.DELETE)
    assert entry.actor == admin_user


def test_what_a_command_changes_names_nobody(boss: Client) -> None:
    call_command("rules", "install", verbosity=0)
    entry = last(RoutingRule.objects.earliest("pk"))
    assert entry.actor is None
    page = boss.get(reverse("admin:auditlog_logentry_change", args=[entry.pk])).content.decode()
    assert "A command, or Kapture itself" in page


@pytest.mark.parametrize(("role", "code"), [("Auditors", 200), ("Administrators", 200), ("Supervisors", 403)])
def test_who_reads_it(client: Client, role: str, code: int) -> None:
    person = User.objects.create_user("kim", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    assert client.get(reverse("admin:auditlog_logentry_changelist")).status_code == code


def test_nobody_changes_or_deletes_it(boss: Client) -> None:
    entry = last(Queue.objects.create(name="Support", slug="support"))
    for address in ("change", "delete"):
        boss.post(reverse(f"admin:auditlog_logentry_{address}", args=[entry.pk]), {"object_repr": "no", "post": "yes"})
    assert LogEntry.objects.get(pk=entry.pk).object_repr == entry.object_repr


def test_who_was_deleted_since_is_named_and_is_no_command(client: Client, admin_client: Client) -> None:
    for mail in ("", "lea@acme.example"):
        lea, skill = User.objects.create_superuser("lea", email=mail), Skill.objects.create(name=f"Dutch {mail}")
        client.force_login(lea)
        client.post(reverse("admin:tickets_skill_change", args=[skill.pk]), {"name": f"Flemish {mail}"})
        lea.delete()
    LogEntry.objects.filter(actor_email="lea@acme.example").update(additional_data=None)  # before names were kept
    page = admin_client.get(reverse("admin:auditlog_logentry_changelist")).content.decode()
    assert ">lea (not here any more)<" in page and ">lea@acme.example (not here any more)<" in page
