"""Who is meant by a handle or an id: from the people the desk knows, else from X."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from twitter_integration.accounts import CHANNEL
from twitter_integration.console.fields import BadInput
from twitter_integration.console.line import on_the_line
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.events import Person
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import Dialect
from twitter_integration.payloads import rows
from twitter_integration.tiers import dialects


def name_person(given: dict[str, Any]) -> None:
    """Put the person's id and handle in, as far as the desk knows them; whom it does not know keeps the form given."""
    person = str(given.get("person") or "")
    if not person:
        return
    identities = apps.get_model("tickets", "Identity")._default_manager.filter(channel=CHANNEL)
    wanted = {"handle__iexact": person[1:]} if person.startswith("@") else {"external_id": person}
    known = identities.filter(**wanted).order_by("-seen_at").values_list("external_id", "handle").first()
    if known is not None:
        given["person"], given["handle"] = known
    elif person.startswith("@"):
        given["handle"] = person[1:]


def look_up(account: PartnerAccount, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the id of somebody the desk does not know, asked of X. Raises BadInput when nobody has that name."""
    person = str(given.get("person") or "")
    if not person.startswith("@"):
        return given
    handle = person[1:]
    try:
        found = _find(account, handle)
    except XError as error:
        if error.kind != ErrorKind.GONE:
            raise
        found = []
    if not found:
        raise BadInput("person", _("There is nobody on X called @%(handle)s.") % {"handle": handle})
    return {**given, "person": found[0].id, "handle": found[0].handle or handle}


def _find(account: PartnerAccount, handle: str) -> list[Person]:
    open_ways = dialects("people.read", account.app.tier, changes=account.app.offers)
    if Dialect.V2 in open_ways:
        with on_the_line(account, "people.read", Dialect.V2) as line:
            document = line.client.request("GET", "/2/users/by", query={"usernames": handle}).document
        return rows.read_people(document)[0]
    with on_the_line(account, "people.read", Dialect.LEGACY) as line:
        answer = line.call({}, query={"screen_name": handle})
    return rows.read_legacy_people(answer.document.get("data"))[0]
