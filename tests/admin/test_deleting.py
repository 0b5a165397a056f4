"""Deleting in the admin: what is in use stays, and says by what it is used; of people it is said what becomes of their
tickets (docs/rules.md, "Who may do what")."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kapture.api_tokens import issue
from kapture.models import ApiToken
from tests.factories import make_address, make_agent, make_folder, make_queue, make_rule, make_ticket
from tickets.models import Macro, NoticeSettings, Queue, Tag
from twitter_integration.models import PartnerAccount, SearchQuery

pytestmark = pytest.mark.django_db


def page(boss: Client, row: Model, what: str = "delete", **sent: Any) -> str:
    address = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_{what}", args=[row.pk])
    answer = boss.post(address, sent) if sent else boss.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def chosen(boss: Client, *rows: Model, **more: str) -> Any:
    address = reverse(f"admin:{rows[0]._meta.label_lower.replace('.', '_')}_changelist")
    sent = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], **more}
    return boss.post(address, sent, follow=True)


def test_a_queue_in_use_says_by_what_and_stays(boss: Client) -> None:
    refunds = make_queue("Refunds & more")
    make_address(queue=refunds, name="Acme Air")
    make_ticket(queue=refunds, status="closed"), make_ticket(queue=refunds)
    make_rule("Nightly", queue=refunds), make_rule("Nightly", tags=["money"])
    Macro.objects.create(name="To refunds", queue=refunds)
    assert f'{refunds.pk}/delete/"' in page(boss, refunds, "change")
    for told in (page(boss, refunds), page(boss, refunds, post="yes")):
        assert "“Refunds &amp; more” is not deleted: it is in use." in told and "Not allowed" not in told
        assert '?q=queue%3A%22Refunds+%26+more%22">2</a>' in told and "Accounts: Acme Air" in told
        assert "also earlier ones: Nightly" in told and "Macros: To refunds" in told and "another name" in told
    assert Queue.objects.filter(pk=refunds.pk).exists()


def test_the_default_queue_says_so(boss: Client) -> None:
    queue = Queue.objects.get(is_default=True)
    assert "make another one the default first" in page(boss, queue, post="yes")


def test_a_tag_in_use_says_so_and_another_one_goes(boss: Client) -> None:
    used, free = Tag.objects.create(name="refund"), Tag.objects.create(name="praise")
    make_ticket().tags.add(used)
    assert "?q=tag%3Arefund" in page(boss, used, post="yes")
    boss.post(reverse("admin:tickets_tag_delete", args=[free.pk]), {"post": "yes"})
    assert list(Tag.objects.filter(pk__in=[used.pk, free.pk])) == [used]


def test_what_a_search_names_stays_too(boss: Client, acme: PartnerAccount) -> None:
    folder = make_folder("Praise")
    SearchQuery.objects.create(account=acme, label="Thanks", query="thanks", folder=folder)
    assert "Search query “Thanks”: choose another one there first." in page(boss, folder, post="yes")
    folder.refresh_from_db()


def test_several_chosen_tell_which_is_in_use_and_none_goes(boss: Client) -> None:
    used, free, other = (make_folder(name) for name in ("Orders", "Praise", "Empty"))
    make_ticket(folder=used)
    for more in ({}, {"post": "yes"}):
        told = chosen(boss, used, free, **more).content.decode()
        assert "None of those chosen is deleted: some are in use." in told and "<b>Orders</b> – Tickets" in told
        assert "<b>Praise</b>" not in told
    assert set(type(used).objects.all()) >= {used, free}
    assert "Successfully deleted 2 folders" in chosen(boss, free, other, post="yes").content.decode()


def test_of_people_it_is_said_how_many_tickets_become_nobodys(boss: Client) -> None:
    alice, bob = make_agent("alice"), make_agent("bob")
    for status in ("open", "pending", "closed"):
        make_ticket(assignee=alice, status=status)
    told = page(boss, alice)
    assert "2 tickets become nobody&#x27;s." in told and "1 that is done no longer says whose it was." in told
    assert "nobody" not in page(boss, bob)
    assert "2 tickets become nobody&#x27;s." in chosen(boss, alice, bob).content.decode()
    assert User.objects.filter(pk=alice.pk).exists()


def test_what_is_somebodys_alone_goes_with_them(boss: Client) -> None:
    alice, bob = make_agent("alice"), make_agent("bob")
    for person in (alice, bob):
        NoticeSettings.objects.create(person=person)
        issue(person, scopes=["tickets:read"], now=timezone.now())
    assert "permission to delete" not in page(boss, alice)
    boss.post(reverse("admin:auth_user_delete", args=[alice.pk]), {"post": "yes"})
    chosen(boss, bob, post="yes")
    assert not User.objects.filter(pk__in=[alice.pk, bob.pk]).exists() and not ApiToken.objects.exists()
