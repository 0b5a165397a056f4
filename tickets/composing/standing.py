"""Where the words of an answer taken back stand: where they are written to whom they were meant for, also after tickets
of several people were merged, and after that is undone (docs/rules.md, "What a customer says privately")."""

from collections.abc import Iterable

from django.db.models import F

from tickets.choices import GestureKind, Visibility
from tickets.composing.beginning import asked_at
from tickets.models import Draft, Message, Ticket, Trace


def place_of(message: Message, *, ends: bool) -> Ticket | None:
    """The ticket on which the words of this message are gone on with. `ends`: the private one they are on is over with
    them; then it is the public one they answer, if a private answer from there goes to the same person. Never one from
    which it would go to somebody else, as long as there is another."""
    ticket, whom = message.ticket, message.identity_id
    if ticket is None or message.visibility != Visibility.PRIVATE or whom is None:
        return ticket
    places = [asked_at(ticket), ticket] if ends else [ticket]
    theirs = next((place for place in places if place.identity_id == whom), None)
    return theirs or _emptied(ticket, whom) or ticket


def goes_back_with(draft: Draft, message: Message) -> None:
    """Undoing the merges that brought this message here, or emptied the public ticket that it answers in private,
    brings the draft of its words back too."""
    merges = Trace.objects.filter(gesture__kind=GestureKind.MERGE, gesture__undone_at=None)
    merges = merges.exclude(gesture__home=F("ticket")).select_related("gesture")
    if draft.ticket_id == message.ticket_id:
        came = merges.filter(ticket__merged_into=draft.ticket_id, before__contains={"messages": [message.pk]})
        _note(draft, came)
        return
    at = message.ticket.asked_on_id if message.ticket is not None else None
    while at is not None and at != draft.ticket_id:
        trace = merges.filter(ticket=at).order_by("-gesture__at", "-gesture__latest").first()
        _note(draft, [trace] if trace is not None else [])
        at = trace.gesture.home_id if trace is not None else None


def _note(draft: Draft, traces: Iterable[Trace]) -> None:
    for trace in traces:
        trace.before["drafts"] = [*trace.before.get("drafts", ()), draft.pk]
        trace.save(update_fields=["before"])


def _emptied(ticket: Ticket, identity: int) -> Ticket | None:
    """This person's own, of which everything was brought here."""
    return Ticket.objects.filter(merged_into=ticket, identity=identity).order_by("-pk").first()
