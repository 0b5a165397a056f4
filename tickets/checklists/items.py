"""Items of a ticket's checklist: added by hand or from a list kept for it, ticked with who and when, taken out."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from tickets.composing.blanks import shown
from tickets.errors import CannotChange
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Checklist, ChecklistItem, Ticket
from tickets.models.checklist import LONGEST_ITEM
from tickets.models.departed import with_doer
from tickets.permissions import require_on

MOST = 100


def on_ticket(ticket: Ticket) -> list[ChecklistItem]:
    return _items(ticket=ticket.pk)


@prepared
def _items() -> QuerySet[ChecklistItem]:
    return with_doer(ChecklistItem.objects.filter(ticket=Given("ticket")), "done_by")


@transaction.atomic
def add_item(ticket: Ticket, text: str, *, by: User, now: datetime, required: bool = False) -> ChecklistItem:
    """Raises CannotChange for nothing, too much, or too many."""
    ticket, text = _hold(ticket, by=by), shown(" ".join(text.split()))
    if not text or len(text) > LONGEST_ITEM:
        raise CannotChange(_("Say in up to %(most)s characters what is to be done.") % {"most": LONGEST_ITEM})
    item = _add(ticket, [(text, required)], by=by, now=now)[0]
    note_activity(ticket, "checklist.added", by=by, at=now, text=text)
    announce([ticket.pk])
    return item


@transaction.atomic
def add_checklist(ticket: Ticket, checklist: Checklist, *, by: User, now: datetime) -> list[ChecklistItem]:
    """All its lines that are not on the ticket yet."""
    ticket = _hold(ticket, by=by)
    there = {item.text for item in on_ticket(ticket)}
    rows = [(line.text, line.required) for line in checklist.lines.all() if line.text not in there]
    items = _add(ticket, rows, by=by, now=now)
    if items:
        with one_gesture():
            note_activity(ticket, "checklist.added", by=by, at=now, name=checklist.name)
        announce([ticket.pk])
    return items


@transaction.atomic
def tick(item: ChecklistItem, *, done: bool, by: User, now: datetime) -> ChecklistItem:
    """Done, or to be done again. Of two who tick it at once the first one did it."""
    ticket = _hold(item.ticket, by=by)
    item = _again(item, ticket)
    if (item.done_at is not None) == done:
        return item
    item.done_at, item.done_by = (now, by) if done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    note_activity(ticket, "checklist.ticked" if done else "checklist.unticked", by=by, at=now, text=item.text)
    announce([ticket.pk])
    return item


@transaction.atomic
def remove(item: ChecklistItem, *, by: User, now: datetime) -> None:
    ticket = _hold(item.ticket, by=by)
    item = _again(item, ticket)
    note_activity(ticket, "checklist.removed", by=by, at=now, text=item.text)
    item.delete()
    announce([ticket.pk])


def _hold(ticket: Ticket, *, by: User) -> Ticket:
    ticket = locked(ticket)
    require_on(by, "work", ticket)
    if ticket.merged_into_id is not None:
        raise CannotChange(
            _("Everything here was brought to ticket #%(home)s, its checklist too.") % {"home": ticket.merged_into_id}
        )
    return ticket


def _again(item: ChecklistItem, ticket: Ticket) -> ChecklistItem:
    found = ChecklistItem.objects.select_for_update().filter(pk=item.pk, ticket=ticket).first()
    if found is None:
        raise CannotChange(_("It is not on this ticket any more."))
    return found


def _add(ticket: Ticket, rows: list[tuple[str, bool]], *, by: User, now: datetime) -> list[ChecklistItem]:
    if len(on_ticket(ticket)) + len(rows) > MOST:
        raise CannotChange(_("A ticket has up to %(most)s things to be done.") % {"most": MOST})
    items = [
        ChecklistItem(ticket=ticket, text=text, required=required, added_by_id=by.pk, added_at=now)
        for text, required in rows
    ]
    return ChecklistItem.objects.bulk_create(items)
