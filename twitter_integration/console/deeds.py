"""Which of the console's actions stand on messages and people of the desk, and which of two opposite ones now.

State is what the desk knows: the record of acts, and what X told: how people stand to the account, what it likes and
reposted. What an action is
and who may stays with the table; this only chooses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.channels import CannotDo, Deed, Deeds, Post, Wish
from tickets.inbound import Person
from twitter_integration.choices import ActOutcome
from twitter_integration.console import costing, doing, offering, permitting, who
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import NotConfirmed, Refused
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import AccountAct, PartnerAccount, Standing
from twitter_integration.reactions import known_reactions

_SO = (ActOutcome.DONE, ActOutcome.ALREADY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An action, what takes it back, and what it is called when it is so. `known`: the column of Standing."""

    does: str
    undoes: str
    mark: str
    drawing: str
    known: str = ""


@dataclass(frozen=True, slots=True)
class _So:
    """Whether it is so, and since when we know."""

    is_so: bool
    at: datetime


_LIKE = Pair(does="like", undoes="unlike", mark=gettext_noop("Liked"), drawing="heart")
_REPOST = Pair(does="repost", undoes="undo-repost", mark=gettext_noop("Reposted"), drawing="repeat")
_HIDE = Pair(does="hide-reply", undoes="unhide-reply", mark=gettext_noop("Hidden"), drawing="hide")
_DELETE = Pair(does="delete-post", undoes="", mark=gettext_noop("Deleted"), drawing="trash")
_PEOPLE = (
    Pair(does="follow", undoes="unfollow", mark=gettext_noop("Followed"), drawing="plus", known="following"),
    Pair(does="mute", undoes="unmute", mark=gettext_noop("Muted"), drawing="hide", known="muting"),
    Pair(does="block", undoes="unblock", mark=gettext_noop("Blocked"), drawing="ban", known="blocking"),
    Pair(does="report", undoes="", mark=gettext_noop("Reported"), drawing="alert"),
)
_LISTS = ("follow-list", "pin-list")
_POSTS = (_LIKE, _REPOST, _HIDE, _DELETE)
# A press on the button is a person's; only what everybody sees at once or cannot be taken back asks once more.
_ASKS = frozenset({"repost"})


def deeds(account: PartnerAccount, *, by: User, posts: Sequence[Post], person: Person, now: datetime) -> Deeds:
    """Five statements, whatever there is to show; one, for who may not act for the account."""
    actor = as_actor(by, via="ticket")
    if not who.may_enter(by) or who.stranger(actor, account):
        return Deeds(on_posts={}, on_person=())
    offers = _offers(account, actor, now=now)
    so = known_so(account, [*(post.external_id for post in posts), person.external_id])
    stands = _stands(account, person.external_id)

    def on_post(post: Post, pair: Pair) -> Deed:
        deed = _choose(pair, offers, so.get((post.external_id, pair.does)))
        return _led_by_hand(account, deed, {"post": post.external_id})

    def on_person(pair: Pair) -> Deed:
        deed = _choose(pair, offers, _about(pair, so.get((person.external_id, pair.does)), stands))
        return _led_by_hand(account, deed, {"person": person.external_id, "handle": person.handle})

    return Deeds(
        on_posts={post.external_id: [on_post(post, pair) for pair in _fitting(post)] for post in posts},
        on_person=[on_person(pair) for pair in _PEOPLE],
    )


def do(account: PartnerAccount, wish: Wish, *, by: User, now: datetime) -> str:
    """Returns the sentence of what was done. Raises CannotDo."""
    names = {name for pair in (*_POSTS, *_PEOPLE) for name in (pair.does, pair.undoes) if name}
    if wish.name not in names:
        raise CannotDo(_("There is no such thing to do."))
    action = ACTIONS[wish.name]
    order = doing.Order(
        action=wish.name,
        values={action.fields[0].name: wish.about},
        reason=wish.reason,
        until=wish.until,
        confirmed=wish.sure or not _asks(wish.name),
        gesture=wish.key,
    )
    try:
        return doing.perform(account, order, actor=as_actor(by, via="ticket"), now=now).sentence
    except NotConfirmed as error:
        raise CannotDo(error.sentence, asks=True) from None
    except BadInput as error:
        raise CannotDo(error.sentence, asks=action.explain) from None
    except Refused as error:
        raise CannotDo(error.sentence, by_hand_url=error.by_hand) from None


def _fitting(post: Post) -> Iterable[Pair]:
    if post.ours:
        return (_LIKE, _DELETE)
    return (_LIKE, _REPOST, _HIDE) if post.answers else (_LIKE, _REPOST)


def _offers(account: PartnerAccount, actor: Actor, *, now: datetime) -> Mapping[str, Deed]:
    """Each action as this account offers it to this person, whatever it is about. One statement."""
    names = [name for pair in (*_POSTS, *_PEOPLE) for name in (pair.does, pair.undoes) if name]
    prices = costing.prices_of(account, [ACTIONS[name] for name in names], now=now)
    return {name: _offer(account, name, actor, prices[name]) for name in names}


def _offer(account: PartnerAccount, name: str, actor: Actor, price: Decimal) -> Deed:
    action = ACTIONS[name]
    lasting = _("It cannot be taken back.") if not action.undone_by else ""
    why_not = offering.why_not(account, action, actor=actor)
    return Deed(
        name=name,
        words=action.words,
        drawing=next(pair.drawing if pair.does == name else "undo" for pair in (*_POSTS, *_PEOPLE) if _of(pair, name)),
        why_not=why_not,
        price=price,
        asks=_asks(name),
        explains=action.explain,
        warning=f"{_('This is done on X as @%s.') % account.page_name} {lasting}".strip(),
    )


def _led_by_hand(account: PartnerAccount, deed: Deed, given: Mapping[str, str]) -> Deed:
    """What is forbidden here says where a person can do it."""
    if not deed.why_not:
        return deed
    return replace(deed, by_hand_url=permitting.by_hand(account, ACTIONS[deed.name], given))


def _of(pair: Pair, name: str) -> bool:
    return name in (pair.does, pair.undoes)


def _asks(name: str) -> bool:
    action = ACTIONS[name]
    return action.explain or name in _ASKS or (action.confirm and not action.undone_by)


def _choose(pair: Pair, offers: Mapping[str, Deed], so: _So | None) -> Deed:
    """What is not so can be done, what is so can be taken back; what cannot be taken back says that it was done."""
    if so is None or not so.is_so:
        return offers[pair.does]
    offer = offers[pair.undoes or pair.does]
    return replace(offer, mark=_(pair.mark), words=offer.words if pair.undoes else "")


def known_so(account: PartnerAccount, targets: Sequence[str]) -> Mapping[tuple[str, str], _So]:
    """(target, action) → whether it is so, by the newest of what was done here and what X told. Two statements."""
    does = {name: (name, True) for name in (*(pair.does for pair in (*_POSTS, *_PEOPLE)), *_LISTS)}
    undoes = {ACTIONS[name].undone_by: (name, False) for name in does if ACTIONS[name].undone_by}
    acts = AccountAct.objects.filter(account=account, target__in=[t for t in targets if t], outcome__in=_SO)
    rows = acts.filter(action__in=[*does, *undoes]).order_by("pk").values_list("target", "action", "at")
    named = ((target, *(does | undoes)[name], at) for target, name, at in rows)
    so = {(target, name): _So(is_so, at) for target, name, is_so, at in named}
    for target, name, is_so, at in known_reactions(account.page_id, [t for t in targets if t]):
        if (target, name) not in so or so[target, name].at < at:
            so[target, name] = _So(is_so, at)
    return so


def _stands(account: PartnerAccount, person: str) -> Mapping[str, Any]:
    """What X told of the two. One statement."""
    columns = [pair.known for pair in _PEOPLE if pair.known]
    rows = Standing.objects.filter(account_key=account.page_id, person_key=person)
    return rows.values("known_at", *columns).first() or {}


def _about(pair: Pair, done: _So | None, stands: Mapping[str, Any]) -> _So | None:
    """Of what we did and what X told the newer: it also tells what was done elsewhere."""
    told = stands.get(pair.known) if pair.known else None
    if told is None or (done is not None and done.at >= stands["known_at"]):
        return done
    return _So(told, stands["known_at"])
