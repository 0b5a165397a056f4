"""A message that somebody wants to answer, and that is not on the ticket any more."""

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.translation import gettext as _

from tickets.composing.targets import answerable
from tickets.models import Ticket
from tickets.views.modes import what_became
from tickets.views.sheet_forms import read_targets


def asked_for(ticket: Ticket, data: QueryDict, *, by: User) -> str:
    """Of what the composer was told to answer instead: why it cannot be; empty when it can."""
    mode = "public" if "answer" in data else data.get("mode", "")
    named, before = read_targets(data).get(mode), read_targets(data, as_before=True).get(mode)
    return why_not(ticket, named, private=mode == "private", by=by) if named not in (None, before) else ""


def why_not(ticket: Ticket, pk: int | None, *, private: bool, by: User) -> str:
    if pk is None or answerable(ticket, private=private, pk=pk) is not None:
        return ""
    gone = what_became(pk, ticket, by=by)
    if gone.to:
        return _("That message belongs to #%(number)s now. Look whom you answer here.") % {"number": gone.to}
    if gone.moved:
        return _("That message is on another ticket now. Look whom you answer here.")
    return _("That message is not there any more. Look whom you answer here.")
