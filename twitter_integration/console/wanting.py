"""What an act on a ticket has to be told before it is done: which list, which collection, the words of a quote.

Fields of the action's own form, beside those the ticket fills; what is chosen or written is checked there once more.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from tickets.channels import CannotDo, Want
from twitter_integration.console import doing, offering, own_lists
from twitter_integration.console.action import Field
from twitter_integration.console.actor import as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import Refused
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


def wants(account: PartnerAccount, name: str, *, by: User, now: datetime, anew: bool) -> Sequence[Want]:
    """Raises CannotDo. One statement; `anew` reads the lists of X."""
    if anew and "list" in _ASKED.get(name, ()):
        _read_lists(account, by=by, now=now)
    fields = {field.name: field for field in ACTIONS[name].fields}
    made = {"list": _which_list, "collection": _which_collection, "block": _and_block}
    return [made.get(asked, _words)(account, fields[asked], by) for asked in _ASKED.get(name, ())]


def _words(account: PartnerAccount, field: Field, by: User) -> Want:
    long = field.name == "text"
    return Want(name=field.name, words=field.words, required=field.required, most=0 if long else field.most, long=long)


def _which_list(account: PartnerAccount, field: Field, by: User) -> Want:
    """Of those X told last; where it told none, by id or address."""
    reading = ACTIONS["lists"]
    closed = offering.why_not(account, reading, actor=as_actor(by, via="ticket"))
    return Want(
        name=field.name,
        words=field.words,
        choices=own_lists.known(account),
        help=field.help,
        reads="" if closed else _("Read the lists from X"),
    )


def _which_collection(account: PartnerAccount, field: Field, by: User) -> Want:
    kept = Collection.objects.filter(account=account).values_list("pk", "name")
    told = [(str(pk), name) for pk, name in kept]
    help_ = "" if told else _("There is no collection yet: make one in the account's console, and give its number.")
    return Want(name=field.name, words=field.words, choices=told, help=help_)


def _and_block(account: PartnerAccount, field: Field, by: User) -> Want:
    return Want(name=field.name, words=field.words, choices=[("no", _("No")), ("yes", _("Yes"))])


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
