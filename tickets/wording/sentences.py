"""Words for a ticket's history: a verb and its data become a sentence. Pure: no queries, no clock of its own.

Names are looked up by the caller (tickets/timeline.py), for the history keeps ids and a name may change. Everything
that is put into a sentence is escaped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tickets.approving import words as approving_words
from tickets.checklists import words as checklist_words
from tickets.choices import NOT_WANTED, MessageKind, Priority, Status
from tickets.phrases import words as phrase_words
from tickets.staffing import words
from tickets.wording import grouped, promised, regrouped, rested, routed
from tickets.wording.promised import label_of
from tickets.wording.reasons import Data
from tickets.wording.regrouped import linked
from tickets.wording.routed import because
from tickets.wording.unseen import keep_back


class Fate(Enum):
    """What came of a post that was ordered."""

    OUT = "out"
    WAITS = "waits"
    FAILED = "failed"
    LEFT = "left unsent"
    TAKEN_BACK = "taken back"


_FATES = {
    Fate.OUT: gettext_lazy("{who} on {place}: {words}."),
    Fate.WAITS: gettext_lazy("{who} on {place}: {words}. It is not out yet."),
    Fate.FAILED: gettext_lazy("{who} on {place}: {words}. It was not sent."),
    Fate.LEFT: gettext_lazy("{who} on {place}: {words}. It was left unsent."),
    Fate.TAKEN_BACK: gettext_lazy("{who} on {place}: {words}. It was taken back before it was out."),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in the history are called today: (sort, id) → name. A row that is gone has no name. `fates`: of the
    messages that were ordered and are still there."""

    known: Mapping[tuple[str, Any], str] = field(default_factory=dict)
    channel: str = ""  # what people call it
    fates: Mapping[int, Fate] = field(default_factory=dict)
    private: bool = False  # whether who reads it may open private tickets
    unseen: frozenset[int] = frozenset()  # of the tickets that are named, those they may not see

    @property
    def place(self) -> str:
        return self.channel or _("the channel")

    def of(self, sort: str, pk: Any) -> str:
        gone = _("somebody who is not here any more") if sort == "person" else _("something deleted since")
        return self.known.get((sort, pk), "") or gone


def tell(verb: str, data: Data, *, who: str, names: Names) -> SafeString:
    """The sentence of one line of history. An unknown verb is shown as it is, never hidden."""
    teller = _TELLERS.get(verb)
    # Who was deleted before names were kept has none; the desk itself does nothing of this kind.
    nobody = _("Somebody who is not here any more") if verb in BY_PEOPLE else None
    strong = format_html("<b>{}</b>", who or nobody or pgettext("nobody in person acted", "The desk"))
    if teller is None:
        return format_html("{} {}", strong, verb)
    return teller(strong, keep_back(data, names.unseen), names)


def _opened(who: str, data: Data, names: Names) -> SafeString:
    return because(_("Ticket opened"), data)


def _made(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} brought a message here that had been left without a ticket."), who=who)


def _joined(who: str, data: Data, names: Names) -> SafeString:
    return because(_("A message joined this ticket"), data)


def _reopened(who: str, data: Data, names: Names) -> SafeString:
    return because(_("The customer wrote again and reopened the ticket"), data)


def _followed_up(who: str, data: Data, names: Names) -> SafeString:
    return because(_("Followed up in ticket {ticket}"), data, ticket=_ticket(data))


def _assigned(who: str, data: Data, names: Names) -> SafeString:
    by_the_desk = words.assigned(who, data, names)
    if by_the_desk is not None:
        return by_the_desk
    to = data.get("to")
    if to is None:
        return format_html(_("{who} gave the ticket back."), who=who)
    name = names.of("person", to)
    if format_html("<b>{}</b>", name) == who:
        return format_html(_("{who} took the ticket."), who=who)
    return format_html(_("{who} assigned the ticket to <b>{name}</b>."), who=who, name=name)


def _status(who: str, data: Data, names: Names) -> SafeString:
    facts = {"before": label_of(Status, data.get("before")), "after": label_of(Status, data.get("after"))}
    if data.get("unsent"):
        sentence = _(
            "From {before} to {after} again: its answer was on its way when it was resolved, and did not go out."
        )
        return format_html(sentence, **facts)
    if number := data.get("answer_on"):
        sentence = _("From {before} to {after} again: the answer it was resolved with went to #{number}.")
        return format_html(sentence, number=number, **facts)
    if reason := data.get("reason"):
        sentence = _("{who} changed the status from {before} to {after}: {reason}")
        return format_html(sentence, who=who, reason=reason, **facts)
    return format_html(_("{who} changed the status from {before} to {after}."), who=who, **facts)


def _reason(who: str, data: Data, names: Names) -> SafeString:
    status = label_of(Status, data.get("status")).lower()
    return format_html(_("{who} said why it is {status}: {reason}"), who=who, status=status, reason=data.get("reason"))


def _resumed(who: str, data: Data, names: Names) -> SafeString:
    before, after = label_of(Status, data.get("before")), label_of(Status, data.get("after"))
    return format_html(_("The customer wrote: from {before} to {after}."), before=before, after=after)


def _emptied(who: str, data: Data, names: Names) -> SafeString:
    return escape(_("Closed: everything the channel had told here was removed. No promise counts as kept or missed."))


def _answers(who: str, data: Data, names: Names) -> SafeString:
    sentence = _("What was said here answers ticket {ticket}, as we know only now. {stays}")
    return format_html(sentence, ticket=_ticket(data), stays=_stays(data))


def _answered_in(who: str, data: Data, names: Names) -> SafeString:
    sentence = _("What was said here is answered in ticket {ticket}, as we know only now. {stays}")
    return format_html(sentence, ticket=_ticket(data), stays=_stays(data))


def _ticket(data: Data) -> SafeString:
    return linked(data.get("ticket"))


def _stays(data: Data) -> str:
    if data.get("touched"):
        return _("It stays there, for somebody had begun to work on it.")
    return _("It stays there, for other things were said there too.")


def _priority(who: str, data: Data, names: Names) -> SafeString:
    before, after = label_of(Priority, data.get("before")), label_of(Priority, data.get("after"))
    return format_html(_("{who} changed the priority from {before} to {after}."), who=who, before=before, after=after)


def _moved(who: str, data: Data, names: Names) -> SafeString:
    before, after = names.of("queue", data.get("before")), names.of("queue", data.get("after"))
    return format_html(_("{who} moved it from {before} to {after}."), who=who, before=before, after=after)


def _filed(who: str, data: Data, names: Names) -> SafeString:
    if data.get("after") is None:
        folder = names.of("folder", data.get("before"))
        return format_html(_("{who} took it out of the folder {folder}."), who=who, folder=folder)
    folder = names.of("folder", data.get("after"))
    return format_html(_("{who} filed it under {folder}."), who=who, folder=folder)


def _tagged(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} added the tag {tag}."), who=who, tag=data.get("tag", ""))


def _untagged(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} removed the tag {tag}."), who=who, tag=data.get("tag", ""))


def _queued(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} wrote an answer."), who=who)


def _noted(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} left a note."), who=who)


def _rescheduled(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} scheduled an answer for another moment."), who=who)


def _accepted(who: str, data: Data, names: Names) -> SafeString:
    if not names.private:
        return escape(_("The customer came by the invitation and wrote privately."))
    return format_html(_("The customer came by the invitation and wrote privately in {ticket}."), ticket=_ticket(data))


def _went_private(who: str, data: Data, names: Names) -> SafeString:
    if not names.private:
        return format_html(_("{who} writes in private."), who=who)
    return format_html(_("{who} writes in private: {ticket}."), who=who, ticket=_ticket(data))


def _came_back(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} took the private answer back before it was sent."), who=who)


def _from_public(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} answers in private what was asked in {ticket}."), who=who, ticket=_ticket(data))


def _sent_in_private(who: str, data: Data, names: Names) -> SafeString:
    if not names.private:
        return escape(_("Answered in private."))
    return format_html(_("Answered in private, in {ticket}."), ticket=_ticket(data))


def _brought(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("The customer came by the invitation of {ticket}."), ticket=_ticket(data))


def _edited(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("A message was edited on {place}."), place=names.place)


def _deleted(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("A message was deleted on {place}."), place=names.place)


def _cancelled(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} took an answer back before it was sent."), who=who)


def _left(who: str, data: Data, names: Names) -> SafeString:
    quote = data.get("kind") == MessageKind.QUOTE
    return format_html(_("{who} left a quote unsent.") if quote else _("{who} left an answer unsent."), who=who)


def _failed(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("An answer could not be sent: {reason}"), reason=data.get("reason", ""))


def _automated(who: str, data: Data, names: Names) -> SafeString:
    return escape(_("An automatic answer was given; the clock runs on."))


def _lapsed(who: str, data: Data, names: Names) -> SafeString:
    why = NOT_WANTED.get(data.get("code", ""), _("it does not apply any more"))
    return format_html(_("An automatic answer had to wait, and was not sent any more: {why}."), why=why)


def _opted_out(who: str, data: Data, names: Names) -> SafeString:
    return escape(_("The customer wants no automatic messages any more."))


def _erased(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} erased the customer: what was said and who they are is gone for good."), who=who)


def _opted_in(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} lifted the opt-out: automatic messages may be sent again."), who=who)


def _handed_off(who: str, data: Data, names: Names) -> SafeString:
    if data.get("private"):
        return format_html(_("{who} went to answer privately on {place} itself."), who=who, place=names.place)
    return format_html(_("{who} went to answer on {place} itself."), who=who, place=names.place)


def _taken_back(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} did not answer on {place} itself after all."), who=who, place=names.place)


def _by_hand(who: str, data: Data, names: Names) -> SafeString:
    return format_html(_("{who} answered on {place} itself."), who=who, place=names.place)


def _did(who: str, data: Data, names: Names) -> SafeString:
    words = data.get("words") or data.get("deed", "")
    if data.get("here"):
        return format_html(_("{who} in Kapture: {words}."), who=who, words=words)
    fate = names.fates.get(data["ordered"], Fate.TAKEN_BACK) if "ordered" in data else Fate.OUT
    return format_html(str(_FATES[fate]), who=who, place=names.place, words=words)


def _always(sentence: Any) -> Callable[[str, Data, Names], SafeString]:
    """The same whoever did it and whatever its facts are."""
    return lambda who, data, names: escape(sentence)


_TELLERS: dict[str, Callable[[str, Data, Names], SafeString]] = {
    "ticket.opened": _opened,
    "ticket.joined": _joined,
    "ticket.made": _made,
    "ticket.reopened": _reopened,
    "ticket.followed_up": _followed_up,
    **routed.TELLERS,
    "ticket.assigned": _assigned,
    "ticket.status": _status,
    "ticket.reason": _reason,
    "ticket.resumed": _resumed,
    "ticket.emptied": _emptied,
    **regrouped.TELLERS,
    **rested.TELLERS,
    **grouped.TELLERS,
    **words.TELLERS,
    "ticket.answers": _answers,
    "ticket.answered_in": _answered_in,
    "ticket.priority": _priority,
    "ticket.moved": _moved,
    "ticket.filed": _filed,
    "ticket.tagged": _tagged,
    "ticket.untagged": _untagged,
    "reply.queued": _queued,
    "reply.rescheduled": _rescheduled,
    **approving_words.TELLERS,
    **phrase_words.TELLERS,
    **checklist_words.TELLERS,
    "invitation.accepted": _accepted,
    "invitation.brought": _brought,
    "ticket.went_private": _went_private,
    "ticket.from_public": _from_public,
    "ticket.came_back": _came_back,
    "ticket.fell_empty": _always(
        gettext_lazy("Resolved by itself: what was to be said here was taken back before it was sent.")
    ),
    "reply.private": _sent_in_private,
    "reply.cancelled": _cancelled,
    "reply.left": _left,
    "reply.sent": _always(gettext_lazy("An answer was sent.")),
    "reply.failed": _failed,
    "reply.unknown": _always(gettext_lazy("An answer was sent, but nothing came back; it is being checked.")),
    "reply.native": _always(gettext_lazy("Answered from outside the desk, with our own account.")),
    "note.written": _noted,
    "message.edited": _edited,
    "message.deleted": _deleted,
    "reply.automated": _automated,
    "reply.lapsed": _lapsed,
    "customer.opted_out": _opted_out,
    "customer.opted_in": _opted_in,
    "customer.erased": _erased,
    "reply.by_hand": _by_hand,
    "ticket.handed_off": _handed_off,
    "ticket.taken_back": _taken_back,
    "channel.did": _did,
    **promised.TELLERS,
}
VERBS = tuple(_TELLERS)
# What people alone do, never the desk by itself.
BY_PEOPLE = frozenset(
    {"note.written", "macro.ran", "ticket.reason", "ticket.tagged", "ticket.untagged", "ticket.filed"}
    | {"ticket.handed_off", "ticket.taken_back", "reply.by_hand", "customer.opted_in"}
    | {"reply.queued", "reply.rescheduled", "reply.asked", "reply.approved", "reply.sent_back"}
    | checklist_words.TELLERS.keys()
)
# On a public ticket, with the number of a private one, which is not told to who may not read it.
NAMING_PRIVATE = frozenset({"invitation.accepted", "ticket.went_private", "reply.private"})
