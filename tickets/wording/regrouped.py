"""Words for what brings messages from one ticket to another, and for links: part of `sentences`. Pure."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tickets.choices import Priority
from tickets.wording.reasons import Data
from tickets.wording.unseen import ELSEWHERE

# Why an account's rule merged tickets, or why the desk suggests it (tickets/regrouping/suggesting.py).
WHYS = {
    "same_conversation": gettext_noop("they belong to one conversation"),
    "same_words": gettext_noop("the customer said nearly the same on both"),
    "same_time": gettext_noop("the customer wrote again within the account's time"),
}


def linked(number: Any) -> SafeString:
    if number == ELSEWHERE:
        return escape(_("another ticket"))
    if not isinstance(number, int):
        return escape(_("a ticket deleted since"))
    return format_html('<a href="{}">#{}</a>', reverse("ticket", args=[number]), number)


def linked_all(numbers: Iterable[Any]) -> SafeString:
    return format_html_join(", ", "{}", ((linked(number),) for number in numbers))


def _because(said: SafeString, data: Data) -> SafeString:
    why = data.get("why")
    return format_html("{}: {}.", said, _(WHYS[why])) if why in WHYS else format_html("{}.", said)


def _merged(who: str, data: Data, names: object) -> SafeString:
    if "gesture" in data:
        return _because(format_html(_("{who} merged this ticket into {ticket}"), who=who, ticket=_ticket(data)), data)
    sentence = _(
        "Everything here was brought to ticket {ticket}: it answers what was said there, and came before the channel"
        " had told of that."
    )
    return format_html(sentence, ticket=_ticket(data))


def _took_in(who: str, data: Data, names: Any) -> SafeString:
    if "gesture" in data:
        tickets = linked_all(data.get("tickets", ()))
        said = _because(format_html(_("{who} merged {tickets} into this ticket"), who=who, tickets=tickets), data)
        return format_html_join(" ", "{}", ((one,) for one in (said, *_became(data, names))))
    sentence = _("Took in ticket {ticket}: what was said there answers this, and had come before it was known.")
    return format_html(sentence, ticket=_ticket(data))


def _became(data: Data, names: Any) -> Iterable[SafeString]:
    """What the ticket took over from those that were brought to it."""
    if "raised_to" in data:
        before, after = (Priority(data[name]).label for name in ("raised_from", "raised_to"))
        said = _("The priority rose from {before} to {after}; what was promised stays as it was given.")
        yield format_html(said, before=before, after=after)
    if data.get("to") is not None:
        yield format_html(_("{person} has it now."), person=names.of("person", data["to"]))


_STANDS = {
    "pending": gettext_noop("Nothing else is unanswered here: it waits for the customer again."),
    "on_hold": gettext_noop("Nothing else is unanswered here: it is on hold again."),
    "resolved": gettext_noop("Nothing else is unanswered here: it is resolved, as it was before."),
}


def _stands(said: SafeString, data: Data) -> SafeString:
    """With what the ticket became that messages left."""
    became = data.get("became")
    return format_html("{} {}", said, _(_STANDS[became])) if became in _STANDS else said


def _split(who: str, data: Data, names: object) -> SafeString:
    n = data.get("count", 1)
    said = ngettext("{who} split a message off into {ticket}.", "{who} split {n} messages off into {ticket}.", n)
    return _stands(format_html(said, who=who, n=n, ticket=_ticket(data)), data)


def _split_off(who: str, data: Data, names: object) -> SafeString:
    return format_html(_("{who} split this ticket off from {ticket}."), who=who, ticket=_ticket(data))


def _left(who: str, data: Data, names: object) -> SafeString:
    n = data.get("count", 1)
    said = ngettext("{who} moved a message to {ticket}.", "{who} moved {n} messages to {ticket}.", n)
    return _stands(format_html(said, who=who, n=n, ticket=_ticket(data)), data)


def _came(who: str, data: Data, names: object) -> SafeString:
    n = data.get("count", 1)
    said = ngettext("{who} moved a message here from {ticket}.", "{who} moved {n} messages here from {ticket}.", n)
    return format_html(said, who=who, n=n, ticket=_ticket(data))


_UNDONE = {
    "merge": gettext_noop("{who} undid the merge of {tickets} into {home}."),
    "split": gettext_noop("{who} undid the split of {tickets} into {home}."),
    "move": gettext_noop("{who} undid the move from {tickets} to {home}."),
}


def _undone(who: str, data: Data, names: object) -> SafeString:
    sentence = _(_UNDONE.get(data.get("kind", ""), _UNDONE["merge"]))
    return format_html(sentence, who=who, tickets=linked_all(data.get("tickets", ())), home=linked(data.get("home")))


def _link(who: str, data: Data, names: object) -> SafeString:
    return format_html(_("{who} linked this ticket with {ticket}."), who=who, ticket=_ticket(data))


def _unlink(who: str, data: Data, names: object) -> SafeString:
    return format_html(_("{who} took the link with {ticket} away."), who=who, ticket=_ticket(data))


def _ticket(data: Data) -> SafeString:
    return linked(data.get("ticket"))


def _one_person(who: str, data: Data, names: object) -> SafeString:
    return format_html(_("{who} merged this customer with another one: they are one person."), who=who)


def _two_persons(who: str, data: Data, names: object) -> SafeString:
    return format_html(_("{who} parted this customer from the one they had been merged with."), who=who)


TELLERS: dict[str, Callable[[str, Data, Any], SafeString]] = {
    "ticket.merged": _merged,
    "ticket.took_in": _took_in,
    "ticket.split": _split,
    "ticket.split_off": _split_off,
    "ticket.message_left": _left,
    "ticket.message_came": _came,
    "ticket.undone": _undone,
    "ticket.linked": _link,
    "ticket.unlinked": _unlink,
    "customer.merged": _one_person,
    "customer.parted": _two_persons,
}
