"""Which tags somebody is told of (docs/rules.md, "Tags")."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.api.caller import Caller
from tests.factories import NOW, make_agent, make_person, make_queue, make_supervisor, make_ticket, staff
from tests.planner import carried_out, looked_at, settle
from tests.tickets.rights import without
from tickets.finding.completing import offers
from tickets.finding.meaning import understand
from tickets.finding.problems import sentence
from tickets.models import ApprovalRule, Tag, Ticket
from tickets.permissions import queues_for, visible_tags
from tickets.permissions.tags import LATEST

pytestmark = pytest.mark.django_db


def tagged(*names: str, **fields: Any) -> Ticket:
    ticket = make_ticket(**fields)
    ticket.tags.set([Tag.objects.get_or_create(name=name)[0] for name in names])
    return ticket


def told(user: User) -> list[str]:
    return [tag.name for tag in visible_tags(User.objects.get(pk=user.pk))]


@pytest.fixture
def nora(db: None) -> User:
    """She may look into every queue but Refunds, and reads nothing private."""
    staff("Refunds", "Money", make_agent("carol"))
    nora = without(make_agent("nora"), "see_private")
    tagged("seen", "both", queue=make_queue("Support"))
    tagged("fraud", "both", queue=make_queue("Refunds"))
    tagged("divorce", private=True, queue=make_queue("Support"))
    Tag.objects.create(name="unused")
    return nora


def test_a_tag_is_told_to_who_sees_a_ticket_with_it_or_where_the_desk_set_it_up(nora: User) -> None:
    assert told(nora) == ["both", "seen"]
    Tag.objects.filter(name="unused").update(set_up=True)
    ApprovalRule.objects.create(name="Money").tags.add(Tag.objects.create(name="asked for"))
    assert told(nora) == ["asked for", "both", "seen", "unused"]
    assert told(User.objects.get(username="carol")) == told(make_supervisor())
    assert set(told(make_supervisor("sue"))) == set(Tag.objects.values_list("name", flat=True))
    assert told(make_person("robot", role="API clients")) == ["asked for", "both", "divorce", "seen", "unused"]


def test_where_it_stands_on_many_the_latest_are_looked_at(nora: User) -> None:
    tagged("often", queue=make_queue("Support"))
    many = [make_ticket(queue=make_queue("Refunds")).pk for _ in range(LATEST - 1)]
    often = Tag.objects.get(name="often")
    Ticket.tags.through.objects.bulk_create([Ticket.tags.through(ticket_id=pk, tag=often) for pk in many])
    assert "often" in told(nora)
    tagged("often", queue=make_queue("Refunds"))
    assert "often" not in told(nora)


def test_a_search_offers_and_means_no_other_and_says_nothing_of_one_typed_by_hand(nora: User) -> None:
    assert [one.text for one in offers("tag:", by=nora)] == ["both", "seen"]
    for name in ("fraud", "nothing-like-it"):
        asked = understand(f"tag:{name}", user=nora, now=NOW)
        hints = [sentence(one) for one in asked.reading.hints]
        assert not asked.tickets.exists() and hints == [f"“{name}” is none of the tags that you are offered."]
    near = [sentence(one) for one in understand("tag:fraut,sen", user=nora, now=NOW).reading.hints]
    assert "fraud" not in near[0] and near[1].endswith("Did you mean seen?")
    assert understand("-tag:fraud", user=nora, now=NOW).tickets.count() == 1


def test_the_admin_lists_no_other_and_offers_what_is_set_up_there(nora: User, client: Client) -> None:
    nora.user_permissions.add(Permission.objects.get(codename="configure_desk"))
    User.objects.filter(pk=nora.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=nora.pk))
    for address in (reverse("admin:tickets_tag_changelist"), reverse("admin:tickets_approvalrule_add")):
        page = client.get(address).content.decode()
        assert ">seen<" in page and "fraud" not in page and "divorce" not in page
    hidden = Tag.objects.get(name="fraud")
    assert client.get(reverse("admin:tickets_tag_change", args=[hidden.pk])).status_code == 302
    assert "checked" in _set_up(client.get(reverse("admin:tickets_tag_add")).content.decode())
    client.post(reverse("admin:tickets_tag_add"), {"name": "hotel", "set_up": "on"})
    assert Tag.objects.get(name="hotel").set_up


def _set_up(page: str) -> str:
    at = page.index('name="set_up"')
    return page[page.rindex("<input", 0, at) : page.index(">", at)]


def test_a_program_is_told_of_no_other(nora: User) -> None:
    api, hidden = Caller(nora), Tag.objects.get(name="fraud")
    assert [one["name"] for one in api.get("tags/").json()["results"]] == ["seen", "both"]
    assert api.get(f"tags/{hidden.pk}/").status_code == 404
    assert (
        api.get("tickets/?q=tag:fraud").json()["results"] == api.get("tickets/?q=tag:none-such").json()["results"] == []
    )


MANY = """
    INSERT INTO tickets_ticket (address_id, customer_id, identity_id, private, kind, status, priority, queue_id,
        opened_at, created_at, last_message_at, last_text, last_by_us, message_count, next_due_metric)
    SELECT address_id, customer_id, identity_id, n %% 2 = 0, kind, 'closed', priority, queue_id, opened_at, created_at,
        last_message_at, '', false, 1, ''
    FROM tickets_ticket, generate_series(1, 20000) AS n WHERE id = %s;
    INSERT INTO tickets_tag (name, set_up) SELECT 'tag ' || n, false FROM generate_series(1, 300) AS n;
    INSERT INTO tickets_ticket_tags (ticket_id, tag_id)
    SELECT ticket.id, tag.id FROM tickets_ticket AS ticket JOIN tickets_tag AS tag ON tag.id %% 300 = ticket.id %% 300;
    INSERT INTO tickets_ticket_tags (ticket_id, tag_id)
    SELECT ticket.id, (SELECT min(id) FROM tickets_tag) FROM tickets_ticket AS ticket WHERE ticket.private
    ON CONFLICT DO NOTHING
"""


@pytest.mark.django_db(transaction=True)
def test_it_reads_the_first_ticket_of_each_tag_that_is_seen_and_the_latest_alone_of_another() -> None:
    nora, home = without(make_agent("nora"), "see_private"), make_ticket()
    with connection.cursor() as cursor:
        cursor.execute(MANY, [home.pk])
    settle("tickets_ticket", "tickets_tag", "tickets_ticket_tags", "tickets_queue")
    assert not queues_for(nora, "see").queues.isdisjoint({home.queue_id})
    with CaptureQueriesContext(connection) as captured:
        assert 100 < len(visible_tags(nora)) < 300
    assert len(captured) == 1
    for node in carried_out(captured.captured_queries[0]["sql"]):
        if node.get("Relation Name") in ("tickets_ticket", "tickets_ticket_tags"):
            assert node["Node Type"] != "Seq Scan" and looked_at(node) < 150 * 70 + LATEST + 300, node


def test_who_sees_every_ticket_pays_nothing_for_it(alice: User) -> None:
    assert queues_for(alice, "see").every
    assert str(visible_tags(alice).query) == str(Tag.objects.all().query)
