"""What an act on a ticket has to be told before it is done: which list, which collection, the words of a quote.

Fields of the action's own form, beside those the ticket fills; what is chosen or written is checked there once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from tickets.channels import CannotDo, Want
from twitter_integration.console import doing, offering, own_lists
from twitter_integration.console.action import Field
from twitter_integration.console.actor import as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import Refused
from twitter_integration.console.so import COLLECT, MEMBER, lists_of
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import Collection, PartnerAccount

# Which of the action's fields are asked for. What else it takes (pictures, a moment) its own page in the console asks.
_ASKED: Mapping[str, Sequence[str]] = {
    "quote": ("text",),
    "collect": ("collection", "note"),
    "uncollect": ("collection",),
    "add-member": ("list",),
    "remove-member": ("list",),
    "report": ("block",),
}
WANTING = frozenset(_ASKED)
_A_PAGE, _MOST_PAGES = 100, own_lists.MOST // 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """Who wants to do what to whom or what."""

    account: PartnerAccount
    name: str
    about: str
    by: User


def wants(account: PartnerAccount, name: str, *, about: str, by: User, now: datetime, anew: bool) -> Sequence[Want]:
    """Raises CannotDo. Two statements; `anew` reads the lists of X."""
    if anew and "list" in _ASKED.get(name, ()):
        _read_lists(account, by=by, now=now)
    fields = {field.name: field for field in ACTIONS[name].fields}
    made = {"list": _which_list, "collection": _which_collection, "block": _and_block}
    asking = _Asking(account=account, name=name, about=about, by=by)
    return [made.get(asked, _words)(asking, fields[asked]) for asked in _ASKED.get(name, ())]


def _words(asking: _Asking, field: Field) -> Want:
    long = field.name == "text"
    return Want(name=field.name, words=field.words, required=field.required, most=0 if long else field.most, long=long)


def _which_list(asking: _Asking, field: Field) -> Want:
    """Of those X told last; where it told none, by id or address. Whom the desk put into some may be taken off these
    first."""
    closed = offering.why_not(asking.account, ACTIONS["lists"], actor=as_actor(asking.by, via="ticket"))
    known = own_lists.known(asking.account)
    if asking.name == MEMBER.undoes:
        among = lists_of(asking.account, asking.about)
        known = sorted(known, key=lambda one: one[0] not in among)
    return Want(
        name=field.name,
        words=field.words,
        choices=known,
        help=field.hint,
        reads="" if closed else _("Read the lists from X"),
    )


def _which_collection(asking: _Asking, field: Field) -> Want:
    """Out of what holds it only."""
    kept = Collection.objects.filter(account=asking.account)
    if asking.name == COLLECT.undoes:
        kept = kept.filter(posts__post_id=asking.about)
    told = [(str(pk), name) for pk, name in kept.values_list("pk", "name")]
    help_ = "" if told else _("There is no collection yet: make one in the account's console, and give its number.")
    return Want(name=field.name, words=field.words, choices=told, help=help_)


def _and_block(asking: _Asking, field: Field) -> Want:
    return Want(name=field.name, words=field.words, choices=sorted(field.options))


def _read_lists(account: PartnerAccount, *, by: User, now: datetime) -> None:
    page = ""
    try:
        for _page in range(_MOST_PAGES):
            order = doing.Order(action="lists", values={"count": _A_PAGE, "page": page})
            page = doing.perform(account, order, actor=as_actor(by, via="ticket"), now=now).outcome.next_page
            if not page:
                break
    except (BadInput, Refused) as error:
        raise CannotDo(error.sentence) from None
