"""Who is meant by a handle or an id. A handle is X's to tell: it can pass from one to another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from kapture.sealing import CannotOpen
from twitter_integration.accounts import CHANNEL
from twitter_integration.console import asked
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.fields import BadInput, clean
from twitter_integration.console.line import on_the_line
from twitter_integration.console.refused import Refused
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.events import DirectMessage, Person
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import Dialect
from twitter_integration.payloads import rows
from twitter_integration.setup.oauth2 import CannotRefresh
from twitter_integration.tiers import dialects

# What was seen of a person within this time is what they are called now.
FRESH = timedelta(minutes=5)
# Nothing can be done as this account at all: that is said instead.
_OF_THE_ACCOUNT = frozenset({ErrorKind.DEAD_TOKEN, ErrorKind.WRONG_KEYS, ErrorKind.CLOCK, ErrorKind.CREDITS})


def name_person(given: dict[str, Any], action: Action, *, now: datetime) -> None:
    """Put the person's id and handle in, as far as the desk can know them; who is called by a handle that may have
    passed to somebody else since keeps the form given. For private words that is any."""
    person = str(given.get("person") or "")
    if not person.startswith("@"):
        known = _identities().filter(external_id=person).first() if person else None
        given |= {"handle": known.handle, "known_as": known.name} if known else {}
        return
    given["handle"] = person[1:]
    if action.scope == Scope.PRIVATE:
        return
    latest = _called(person[1:]).first()
    if latest is not None and latest.seen_at is not None and now - latest.seen_at < FRESH:
        given |= {"person": latest.external_id, "handle": latest.handle, "known_as": latest.name}


def whom(account: PartnerAccount, action: Action, person: str, *, now: datetime) -> tuple[str, str]:
    """For who confirms it: the id of whom it will be done to, and who that is. Raises BadInput, Refused."""
    given: dict[str, Any] = clean(replace(action, fields=[asked.PERSON]), {"person": person})
    name_person(given, action, now=now)
    try:
        found = look_up(account, action, given)
    except XError as error:
        raise Refused(error.said, code=error.code) from None
    except (CannotOpen, CannotRefresh) as error:
        raise Refused(str(error), code="keys") from None
    handle = f"@{found['handle']}" if found.get("handle") else ""
    told = [handle, found.get("known_as", ""), _("X's id %s") % found["person"], found.get("unsure", "")]
    return found["person"], " · ".join(filter(None, told))


def with_names(account: PartnerAccount, messages: Sequence[DirectMessage]) -> list[DirectMessage]:
    """X often tells of a message's people no more than their ids: then what they are called here. One statement."""
    unnamed = {one.id for message in messages for one in (message.sender, message.recipient) if not one.handle}
    seen = _identities().filter(external_id__in=unnamed).values_list("external_id", "handle", "name", "avatar_url")
    known = {key: Person(id=key, handle=handle, name=name, avatar_url=url) for key, handle, name, url in seen}
    known |= {account.page_id: Person(id=account.page_id, handle=account.page_name)}

    def called(person: Person) -> Person:
        return person if person.handle else known.get(person.id, person)

    return [replace(one, sender=called(one.sender), recipient=called(one.recipient)) for one in messages]


def look_up(account: PartnerAccount, action: Action, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the id of who is called so now, asked of X; `unsure` says whom the desk takes for them where X did not tell.

    Raises BadInput when nobody has that name, and Refused or XError when X did not tell and the desk cannot say either.
    """
    person = str(given.get("person") or "")
    if not person.startswith("@"):
        return given
    handle = person[1:]
    try:
        found = _find(account, handle)
    except XError as error:
        if error.kind in _OF_THE_ACCOUNT:
            raise
        return {**given, **_taken_for(handle, action, error)}
    if not found:
        raise BadInput("person", _("There is nobody on X called @%(handle)s.") % {"handle": handle})
    return {**given, "person": found[0].id, "handle": found[0].handle or handle, "known_as": found[0].name}


def _taken_for(handle: str, action: Action, error: XError) -> Mapping[str, Any]:
    """Whom the desk knows by that name, where that is one; private words are never sent on a guess."""
    known = list(_called(handle)[:2])
    if len(known) == 1 and action.scope != Scope.PRIVATE:
        told = {"handle": known[0].handle, "name": known[0].name, "id": known[0].external_id}
        unsure = _("X did not tell who @%(handle)s is now; taken for %(name)s (X's id %(id)s), as last seen.") % told
        return {"person": known[0].external_id, "handle": known[0].handle, "known_as": known[0].name, "unsure": unsure}
    told = {"handle": handle, "why": error.said}
    raise Refused(_("X did not tell who @%(handle)s is now: give X's id of the person. %(why)s") % told, code="person")


def seen_as(handle: str) -> str:
    """X's id of whom the desk knows by that name, where that is one: to be looked at, for nothing is done by it."""
    known = list(_called(handle).values_list("external_id", flat=True)[:2])
    return known[0] if len(known) == 1 else ""


def _called(handle: str) -> QuerySet[Any]:
    """Everybody the desk has seen under that name, who was seen last first."""
    return _identities().filter(handle__iexact=handle).order_by(F("seen_at").desc(nulls_last=True), "-pk")


def _identities() -> QuerySet[Any]:
    return apps.get_model("tickets", "Identity")._default_manager.filter(channel=CHANNEL)


def _find(account: PartnerAccount, handle: str) -> list[Person]:
    """Of X, one read. Raises XError."""
    open_ways = dialects("people.read", account.app.tier, changes=account.app.offers)
    if not open_ways:
        raise XError(ErrorKind.NO_ACCESS)
    try:
        if Dialect.V2 in open_ways:
            with on_the_line(account, "people.read", Dialect.V2) as line:
                document = line.client.request("GET", "/2/users/by", query={"usernames": handle}).document
            return rows.read_people(document)[0]
        with on_the_line(account, "people.read", Dialect.LEGACY) as line:
            answer = line.call({}, query={"screen_name": handle})
        return rows.read_legacy_people(answer.document.get("data"))[0]
    except XError as error:
        if error.kind != ErrorKind.GONE:
            raise
        return []
