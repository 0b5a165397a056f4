"""A ticket with something of everything, and one of everything beside it, for who calls every address there is."""

from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone

from tests.factories import (
    ACME,
    BEN,
    make_agent,
    make_answer,
    make_clock,
    make_customer,
    make_folder,
    make_message,
    make_policy,
    make_rule,
    make_team,
    make_ticket,
)
from tests.tickets.test_phrases import make_canned
from tickets.bulk.ordering import Aim, order
from tickets.checklists.items import add_item
from tickets.customers.notes import add_note
from tickets.incidents.grouping import add as add_parts
from tickets.incidents.grouping import make as make_incident
from tickets.incidents.stating import state
from tickets.lifecycle import add_tag
from tickets.merging import merge
from tickets.models import Approval, ApprovalRule, Macro, Notice, OutboxEntry, SavedView, Tag, Ticket
from tickets.regrouping import same_person
from tickets.regrouping.linking import link

Keys = dict[str, dict[str, object]]


def one_of_each(alice: User) -> dict[str, dict[str, str]]:
    """By the first word of an address, what stands in its braces."""
    ticket = make_ticket(sla_policy=make_policy(), folder=make_folder("Refunds"))
    found = _of_the_ticket(ticket, alice) | _of_the_desk(ticket, alice) | _of_customers(alice)
    found["tickets"] |= {"canned": found["canned-replies"]["id"], "macro": found["macros"]["id"]}
    found["statements"] = {"id": _told_to_parts(ticket, alice)}
    found["tickets"]["part"] = ticket.parts.get().pk
    return {word: {name: str(key) for name, key in keys.items()} for word, keys in found.items()}


def _of_the_ticket(ticket: Ticket, alice: User) -> Keys:
    message = make_message(ticket)
    make_clock(ticket)
    failed = make_answer(ticket, agent=alice, state="failed")
    add_tag(ticket, "vip", by=alice, now=ticket.opened_at)
    other = make_ticket(ticket.identity)
    link(ticket, other, by=alice, now=ticket.opened_at)
    gesture = merge([make_ticket(ticket.identity).pk], into=ticket.pk, by=alice, now=ticket.opened_at)
    item = add_item(ticket, "Call the depot", by=alice, now=ticket.opened_at)
    Notice.objects.create(person=alice, event="note", ticket=ticket, at=ticket.opened_at)
    tag = Tag.objects.get()
    return {
        "tickets": {"id": ticket.pk, "tag": tag.pk, "other": other.pk, "item": item.pk},
        "messages": {"id": message.pk},
        "tags": {"id": tag.pk},
        "outbox": {"id": OutboxEntry.objects.get(message=failed).pk},
        "gestures": {"key": gesture.pk},
        "approvals": {"id": _approval(ticket).pk},
    }


def _approval(ticket: Ticket) -> Approval:
    bob, now = make_agent("bob"), timezone.now()
    return Approval.objects.create(
        message=make_answer(ticket, agent=bob, state="awaiting"),
        address=ticket.address,
        rule=ApprovalRule.objects.create(name="New people", words="a word nobody says"),
        writer=bob,
        asked_at=now,
        expires_at=now + timedelta(days=1),
    )


def _of_the_desk(ticket: Ticket, alice: User) -> Keys:
    canned, macro = make_canned(owner=alice), Macro.objects.create(name="Urgent", priority="urgent", tags="late")
    rule = make_rule(queue=ticket.queue, assignee=alice)
    run = order(Aim((ticket.pk,)), "priority", {"priority": "high"}, by=alice, now=timezone.now(), sheet=uuid4())
    view = SavedView.objects.create(owner=alice, name="Open", query="is:open")
    return {
        "queues": {"id": ticket.queue_id},
        "folders": {"id": ticket.folder_id},
        "sla-policies": {"id": ticket.sla_policy_id},
        "rules": {"id": rule.pk},
        "teams": {"id": make_team().pk},
        "agents": {"id": alice.pk},
        "macros": {"id": macro.pk},
        "canned-replies": {"id": canned.pk},
        "views": {"id": view.pk},
        "bulk": {"id": run.pk},
        "accounts": {"key": ACME},
    }


def _of_customers(alice: User) -> Keys:
    kept, gone = (make_ticket(make_customer(f"90000000000000009{n}")).customer for n in (1, 2))
    made = same_person.merge(gone, into=kept, by=alice, now=timezone.now())
    note = add_note(kept, "Never call", by=alice, now=timezone.now())
    return {"customers": {"id": kept.pk, "note": note.pk}, "customer-merges": {"id": made.pk}}


def _told_to_parts(ticket: Ticket, alice: User) -> int:
    """The ticket is an incident; somebody else's is part of it, and is told something."""
    now, part = timezone.now(), make_ticket(make_customer(BEN))
    make_message(part)
    incident = make_incident(ticket, "Baggage belt", by=alice, now=now)
    add_parts(incident, [part.pk], by=alice, now=now)
    told = state(incident, public="{handle}: it runs again.", private="", by=alice, now=now, key=uuid4())
    return told.pk
