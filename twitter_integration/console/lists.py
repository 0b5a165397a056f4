"""Lists: whose there are, who is in them; made, changed, deleted, followed and pinned."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapture.session_locks import hold
from twitter_integration.console import asked, own_lists
from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope, Way
from twitter_integration.console.fields import BadInput
from twitter_integration.console.line import Line
from twitter_integration.console.ways import both, cursored, listed, made, read_people, write
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.offers import Dialect
from twitter_integration.payloads import rows

_FIELDS = {"list.fields": "description,private,member_count,follower_count,owner_id", "expansions": "owner_id"}
_NAME = Field(name="name", label=gettext_noop("Name"), kind=Kind.TEXT, most=25)
_ABOUT = Field(
    name="description", label=gettext_noop("Description"), kind=Kind.TEXT, most=100, required=False, empties=True
)
_PRIVATE = Field(name="private", label=gettext_noop("Private"), kind=Kind.CHOICE, required=False, choices=("yes", "no"))
_SAME_NAME = Field(
    name="repeat",
    label=gettext_noop("The same name again"),
    kind=Kind.CHOICE,
    required=False,
    choices=("yes",),
    blank=gettext_noop("No"),
    help=gettext_noop("although there is a list of that name"),
)
_MAKING = 0x11575  # the lock of who makes a list
_NO_PINS = gettext_noop("v1.1 never had pins; on X itself they are set in the list.")


def _create(line: Line, given: Given) -> Outcome:
    return _named(line, given, made(line.call(given, body=_words(given))))


def _create_legacy(line: Line, given: Given) -> Outcome:
    return _named(line, given, made(line.call(given, query=_legacy_words(given))))


def _once_named(way: Way) -> Way:
    """X makes any number of lists of one name: whoever pressed twice, on two sheets, would have two. One at a time, so
    that the second knows of the first."""

    def run(line: Line, given: Given) -> Outcome:
        with hold(_MAKING, line.own, wait=True):
            names = {name.casefold() for _id, name in own_lists.known(line.account)}
            if given["name"].casefold() in names and given.get("repeat") != "yes":
                told = {"name": given["name"]}
                raise BadInput("name", _("There is a list “%(name)s” already; say so if there shall be two.") % told)
            return way(line, given)

    return run


def _update(line: Line, given: Given) -> Outcome:
    _demand_change(given)
    line.call(given, body=_words(given))
    return _named(line, given, Outcome(result=given["list"]))


def _update_legacy(line: Line, given: Given) -> Outcome:
    _demand_change(given)
    outcome = made(line.call(given, query={"list_id": given["list"], **_legacy_words(given)}))
    return _named(line, given, outcome)


def _named(line: Line, given: Given, outcome: Outcome) -> Outcome:
    if "name" in given:
        own_lists.name(line.account, outcome.result, given["name"])
    return outcome


def _dropped(way: Way) -> Way:
    """A list that is gone, also by another's hand, is offered no more."""

    def run(line: Line, given: Given) -> Outcome:
        try:
            outcome = way(line, given)
        except XError as error:
            if error.kind == ErrorKind.GONE:
                own_lists.drop(line.account, given["list"])
            raise
        own_lists.drop(line.account, given["list"])
        return outcome

    return run


def _member(way: Way) -> Way:
    """What the record shall tell: which list it was."""

    def run(line: Line, given: Given) -> Outcome:
        return replace(way(line, given), result=given["list"])

    return run


def _kept(way: Way) -> Way:
    """The own lists that X tells are what is offered where one is to be chosen."""

    def run(line: Line, given: Given) -> Outcome:
        outcome = way(line, given)
        told = [(row.id, row.name) for row in outcome.rows]
        own_lists.keep(line.account, told, further=bool(given.get("page")))
        return outcome

    return run


def _demand_change(given: Given) -> None:
    if not _words(given):
        raise BadInput("name", _("Nothing was changed."))


def _words(given: Given) -> dict[str, Any]:
    told: dict[str, Any] = {name: given[name] for name in ("name", "description") if name in given}
    return told | ({"private": given["private"] == "yes"} if "private" in given else {})


def _legacy_words(given: Given) -> dict[str, str]:
    told = {name: str(given[name]) for name in ("name", "description") if name in given}
    return told | ({"mode": "private" if given["private"] == "yes" else "public"} if "private" in given else {})


def _show(line: Line, given: Given) -> Outcome:
    found, unreadable = rows.read_lists(line.call(given, query=_FIELDS).document)
    return Outcome(rows=found, unreadable=unreadable)


def _show_legacy(line: Line, given: Given) -> Outcome:
    found, unreadable = rows.read_legacy_lists(line.call(given, query={"list_id": given["list"]}).document)
    return Outcome(rows=found, unreadable=unreadable)


def _read_lists() -> Mapping[Dialect, Way]:
    return both(listed(rows.read_lists, _FIELDS), cursored("lists", rows.read_legacy_lists))


_READS = (
    (
        "lists",
        gettext_noop("Own lists"),
        "lists.owned",
        {dialect: _kept(way) for dialect, way in _read_lists().items()},
    ),
    ("followed-lists", gettext_noop("Followed lists"), "lists.followed", _read_lists()),
    ("memberships", gettext_noop("Lists it is in"), "lists.memberships", _read_lists()),
)
_OF_A_LIST = Action(
    name="show-list",
    label=gettext_noop("A list"),
    operation="lists.read",
    scope=Scope.REACT,
    fields=(asked.LIST,),
    reads=True,
)
_CHANGES = Action(name="", label="", operation="", scope=Scope.OPERATE, fields=(asked.LIST,))
_MEMBER = replace(_CHANGES, fields=(asked.LIST, asked.PERSON))

ACTIONS = (
    *(
        replace(_OF_A_LIST, name=name, label=words, operation=operation, ways=ways, fields=asked.PAGED)
        for name, words, operation, ways in _READS
    ),
    replace(
        _OF_A_LIST,
        name="pinned-lists",
        label=gettext_noop("Pinned lists"),
        operation="lists.pinned",
        ways={Dialect.V2: listed(rows.read_lists, _FIELDS, paged=False)},
        fields=(),
        lacking=_NO_PINS,
    ),
    replace(_OF_A_LIST, ways=both(_show, _show_legacy)),
    replace(
        _OF_A_LIST,
        name="list-members",
        label=gettext_noop("Who is in a list"),
        operation="lists.members",
        ways=read_people(list_id="list"),
        fields=(asked.LIST, *asked.PAGED),
    ),
    replace(
        _CHANGES,
        name="create-list",
        label=gettext_noop("Create a list"),
        operation="lists.create",
        ways=both(_once_named(_create), _once_named(_create_legacy)),
        fields=(_NAME, _ABOUT, replace(_PRIVATE, blank=gettext_noop("No")), _SAME_NAME),
        done=gettext_noop("The list is made."),
    ),
    replace(
        _CHANGES,
        name="update-list",
        label=gettext_noop("Rename, describe, make private"),
        operation="lists.update",
        ways=both(_update, _update_legacy),
        fields=(asked.LIST, replace(_NAME, required=False), _ABOUT, _PRIVATE),
        tells=True,
        done=gettext_noop("The list is changed."),
    ),
    replace(
        _CHANGES,
        name="delete-list",
        label=gettext_noop("Delete a list"),
        operation="lists.delete",
        ways=both(_dropped(write()), _dropped(write(list_id="list"))),
        confirm=True,
        ends=True,
        done=gettext_noop("The list is deleted."),
    ),
    replace(
        _MEMBER,
        name="add-member",
        label=gettext_noop("Add somebody to a list"),
        operation="lists.add",
        ways=both(_member(write(user_id="person")), _member(write(list_id="list", user_id="person"))),
        undone_by="remove-member",
        done=gettext_noop("They are in the list."),
    ),
    replace(
        _MEMBER,
        name="remove-member",
        label=gettext_noop("Take somebody off a list"),
        operation="lists.remove",
        ways=both(_member(write()), _member(write(list_id="list", user_id="person"))),
        undone_by="add-member",
        done=gettext_noop("They are no longer in the list."),
    ),
    replace(
        _CHANGES,
        name="follow-list",
        label=gettext_noop("Follow a list"),
        operation="lists.follow",
        ways=both(write(list_id="list"), write(list_id="list")),
        confirm=True,
        undone_by="unfollow-list",
        done=gettext_noop("The account follows the list."),
    ),
    replace(
        _CHANGES,
        name="unfollow-list",
        label=gettext_noop("Unfollow a list"),
        operation="lists.unfollow",
        ways=both(write(), write(list_id="list")),
        undone_by="follow-list",
        done=gettext_noop("The account no longer follows the list."),
    ),
    replace(
        _CHANGES,
        name="pin-list",
        label=gettext_noop("Pin a list"),
        operation="lists.pin",
        ways={Dialect.V2: write(list_id="list")},
        undone_by="unpin-list",
        done=gettext_noop("The list is pinned."),
        lacking=_NO_PINS,
    ),
    replace(
        _CHANGES,
        name="unpin-list",
        label=gettext_noop("Unpin a list"),
        operation="lists.unpin",
        ways={Dialect.V2: write()},
        undone_by="pin-list",
        done=gettext_noop("The list is no longer pinned."),
        lacking=_NO_PINS,
    ),
)
