"""What is so already on messages and people of the desk: the newest of what was done here and what X told.

X's word is kept in Reaction and Standing, ours in the record of acts. Which actions that concerns is `PAIRS`; what an
action is and who may stays with the table.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop

from kapture.prepared import Given, IsOneOf, prepared
from twitter_integration.choices import ActOutcome
from twitter_integration.console.table import ACTIONS
from twitter_integration.facts.reactions import known_reactions
from twitter_integration.models import AccountAct, CollectedPost, PartnerAccount, Standing

_DONE = (ActOutcome.DONE, ActOutcome.ALREADY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An action, what takes it back, and what it is called when it is so; without a `mark` it can be done again and
    again. `known`: the column of Standing. `words`, `undo_words`: on the button, where the console's are too long.
    `both`: it can be so several times, so what takes one back is offered beside it; `elsewhere`: always, for it may be
    so without our knowing."""

    does: str
    undoes: str = ""
    mark: str = ""
    drawing: str
    known: str = ""
    words: str = ""
    undo_words: str = ""
    both: bool = False
    elsewhere: bool = False

    @property
    def names(self) -> Sequence[str]:
        return (self.does, self.undoes) if self.undoes else (self.does,)


@dataclass(frozen=True, slots=True)
class So:
    """Whether it is so, and since when we know."""

    is_so: bool
    at: datetime


LIKE = Pair(does="like", undoes="unlike", mark=gettext_noop("Liked"), drawing="heart")
REPOST = Pair(does="repost", undoes="undo-repost", mark=gettext_noop("Reposted"), drawing="repeat")
QUOTE = Pair(does="quote", drawing="quote", words=gettext_noop("Quote"))
HIDE = Pair(does="hide-reply", undoes="unhide-reply", mark=gettext_noop("Hidden"), drawing="hide")
COLLECT = Pair(
    does="collect",
    undoes="uncollect",
    mark=gettext_noop("In a collection"),
    drawing="box",
    words=gettext_noop("Collect"),
    undo_words=gettext_noop("Take out of a collection"),
    both=True,
)
DELETE = Pair(does="delete-post", mark=gettext_noop("Deleted"), drawing="trash", words=gettext_noop("Delete"))
READ = Pair(does="mark-read", mark=gettext_noop("Marked as read"), drawing="eye")
FORGET = Pair(
    does="delete-message", mark=gettext_noop("Deleted for us"), drawing="trash", words=gettext_noop("Delete for us")
)
MEMBER = Pair(
    does="add-member",
    undoes="remove-member",
    mark=gettext_noop("In a list"),
    drawing="folder",
    words=gettext_noop("Add to a list"),
    undo_words=gettext_noop("Take off a list"),
    both=True,
    elsewhere=True,
)
PEOPLE = (
    Pair(does="follow", undoes="unfollow", mark=gettext_noop("Followed"), drawing="plus", known="following"),
    Pair(does="mute", undoes="unmute", mark=gettext_noop("Muted"), drawing="hide", known="muting"),
    Pair(does="block", undoes="unblock", mark=gettext_noop("Blocked"), drawing="ban", known="blocking"),
    Pair(does="report", mark=gettext_noop("Reported"), drawing="alert"),
    MEMBER,
    Pair(
        does="block-messages",
        undoes="allow-messages",
        mark=gettext_noop("Messages blocked"),
        drawing="pause",
        words=gettext_noop("Block messages"),
        undo_words=gettext_noop("Allow messages"),
    ),
    Pair(does="typing", drawing="edit", words=gettext_noop("Show typing")),
)
POSTS = (LIKE, REPOST, QUOTE, HIDE, COLLECT, DELETE, READ, FORGET)
PAIRS = (*POSTS, *PEOPLE)
_LISTS = ("follow-list", "pin-list")


def known_so(account: PartnerAccount, targets: Sequence[str]) -> Mapping[tuple[str, str], So]:
    """(target, action) → whether it is so, by the newest of what was done here and what X told. Three statements."""
    does = {name: (name, True) for name in (*(pair.does for pair in PAIRS if pair.mark), *_LISTS)}
    undoes = {ACTIONS[name].undone_by: (name, False) for name in does if ACTIONS[name].undone_by}
    wanted = [target for target in targets if target]
    rows = _acts(tuple(sorted({*does, *undoes})), account=account.pk, targets=wanted)
    so: dict[tuple[str, str], So] = {}
    lists: dict[str, set[str]] = {}
    for target, action, at, result in rows:
        name, is_so = (does | undoes)[action]
        if name == MEMBER.does:  # of several lists: as long as they are in one
            among = lists.setdefault(target, set())
            (among.add if is_so else among.discard)(result)
            is_so = bool(among)
        if name != COLLECT.does:
            so[target, name] = So(is_so, at)
    for target, name, is_so, at in known_reactions(account.page_id, wanted):
        if (target, name) not in so or so[target, name].at < at:
            so[target, name] = So(is_so, at)
    kept = _collected(account=account.pk, targets=wanted)
    return so | {(post, COLLECT.does): So(True, at) for post, at in kept}


@prepared
def _acts(actions: tuple[str, ...]) -> QuerySet[AccountAct, tuple[str, str, datetime, str]]:
    on_these = AccountAct.objects.filter(IsOneOf(F("target"), Given("targets")), account=Given("account"))
    rows = on_these.filter(outcome__in=_DONE, action__in=actions).order_by("pk")
    return rows.values_list("target", "action", "at", "result")


@prepared
def _collected() -> QuerySet[CollectedPost, tuple[str, datetime]]:
    kept = CollectedPost.objects.filter(IsOneOf(F("post_id"), Given("targets")), collection__account=Given("account"))
    return kept.values_list("post_id", "added_at")


def lists_of(account: PartnerAccount, person: str) -> Container[str]:
    """Those the desk put them into and has not taken them off since. One statement."""
    acts = AccountAct.objects.filter(account=account, target=person, action__in=MEMBER.names, outcome__in=_DONE)
    latest = dict(acts.order_by("pk").values_list("result", "action"))
    return {number for number, action in latest.items() if action == MEMBER.does}


def stands(account: PartnerAccount, person: str) -> Mapping[str, Any]:
    """What X told of the two. One statement."""
    return next(iter(_standing(account=account.page_id, person=person)), {})


@prepared
def _standing() -> Any:
    columns = [pair.known for pair in PEOPLE if pair.known]
    rows = Standing.objects.filter(account_key=Given("account"), person_key=Given("person"))
    return rows.order_by("pk").values("known_at", *columns)[:1]


def about_person(pair: Pair, done: So | None, told: Mapping[str, Any]) -> So | None:
    """Of what we did and what X told the newer: it also tells what was done elsewhere."""
    is_so = told.get(pair.known) if pair.known else None
    if is_so is None or (done is not None and done.at >= told["known_at"]):
        return done
    return So(is_so, told["known_at"])
