"""Which of the console's actions stand on messages and people of the desk, and which of two opposite ones now.

What an action is and who may stays with the table, what is so already with so.py, what has to be told first with
wanting.py; this only chooses, and hands what is wished to the console's one way to act.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from tickets.channels import CannotDo, Deed, Deeds, Did, Post, Wish
from tickets.inbound import Person
from twitter_integration.console import costing, doing, offering, permitting, who
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.hiding import begun_by, can_hide
from twitter_integration.console.refused import NotConfirmed, Refused, UnderWay
from twitter_integration.console.so import (
    COLLECT,
    DELETE,
    FORGET,
    HIDE,
    LIKE,
    PAIRS,
    PEOPLE,
    QUOTE,
    READ,
    REPOST,
    Pair,
    So,
    about_person,
    known_so,
    stands,
)
from twitter_integration.console.table import ACTIONS
from twitter_integration.console.wanting import WANTING
from twitter_integration.models import PartnerAccount

_NAMES = frozenset(name for pair in PAIRS for name in pair.names)
# What of an action's fields the ticket itself fills with what the act is about.
_ABOUT = ("post", "quote", "message")
# A press on the button is a person's; only what everybody sees at once or cannot be taken back asks once more.
_ASKS = frozenset({"repost"}) | WANTING


def deeds(account: PartnerAccount, *, by: User, posts: Sequence[Post], person: Person, now: datetime) -> Deeds:
    """Seven statements, whatever there is to show; one, for who may not act for the account."""
    actor = as_actor(by, via="ticket")
    if not who.may_enter(by) or who.stranger(actor, account):
        return Deeds(on_posts={}, on_person=())
    offers = _offers(account, actor, now=now)
    so = known_so(account, [*(post.external_id for post in posts), person.external_id])
    told = stands(account, person.external_id)
    begun = begun_by(account, [post.conversation for post in posts if post.answers and not post.private])
    unread = next((post for post in reversed(posts) if post.private and not post.ours), None)

    def on_post(post: Post) -> Iterable[Deed]:
        pairs = [*_on_message(post, last=post is unread)] if post.private else _on_public(post)
        hides = can_hide(post.conversation, answers=post.answers, answers_us=post.answers_us, begun=begun)
        for pair in (*pairs, HIDE) if hides and not post.ours and not post.private else pairs:
            for deed in _choose(pair, offers, so.get((post.external_id, pair.does))):
                yield _led_by_hand(account, _if_theirs(account, deed, post, actor), _given(post, person))

    def on_person(pair: Pair) -> Iterable[Deed]:
        for deed in _choose(pair, offers, about_person(pair, so.get((person.external_id, pair.does)), told)):
            yield _led_by_hand(account, deed, {"person": person.external_id, "handle": person.handle})

    return Deeds(
        on_posts={post.external_id: [*on_post(post)] for post in posts},
        on_person=[deed for pair in PEOPLE for deed in on_person(pair)],
    )


def do(account: PartnerAccount, wish: Wish, *, by: User, now: datetime) -> Did:
    """Raises CannotDo."""
    if wish.name not in _NAMES:
        raise CannotDo(_("There is no such thing to do."))
    asks = _asks(wish.name)
    order = doing.Order(
        action=wish.name,
        values=_values(ACTIONS[wish.name], wish),
        reason=wish.reason,
        until=wish.until,
        confirmed=wish.sure or not asks,
        gesture=wish.key,
    )
    try:
        done = doing.perform(account, order, actor=as_actor(by, via="ticket"), now=now)
    except NotConfirmed as error:
        raise CannotDo(error.sentence, asks=True) from None
    except BadInput as error:
        raise CannotDo(error.sentence, asks=asks) from None
    except UnderWay as error:
        return Did(sentence=error.sentence, before=True)
    except Refused as error:
        raise CannotDo(error.sentence, by_hand_url=error.by_hand, asks=bool(wish.told)) from None
    ordered = done.outcome.facts.get("message") if done.outcome.queued else None
    here = not done.action.operation
    return Did(sentence=done.sentence, before=done.before, ordered=ordered, here=here)


def _values(action: Action, wish: Wish) -> Mapping[str, str]:
    """What the act is about, the customer, and what was told."""
    fields = {field.name for field in action.fields}
    about = {name: wish.about for name in _ABOUT if name in fields}
    return {**wish.told, **about, **({"person": wish.person or wish.about} if "person" in fields else {})}


def _on_public(post: Post) -> Sequence[Pair]:
    return (LIKE, REPOST, QUOTE, COLLECT, DELETE) if post.ours else (LIKE, REPOST, QUOTE, COLLECT)


def _on_message(post: Post, *, last: bool) -> Sequence[Pair]:
    """Marking the customer's latest as read marks all before it."""
    return (READ, FORGET) if last else (FORGET,)


def _offers(account: PartnerAccount, actor: Actor, *, now: datetime) -> Mapping[str, Deed]:
    """Each action as this account offers it to this person, whatever it is about. One statement."""
    prices = costing.prices_of(account, [ACTIONS[name] for name in sorted(_NAMES)], now=now)
    offers = {name: _offer(account, pair, name, actor, prices[name]) for pair in PAIRS for name in pair.names}
    # Who may not read private words is not told what could be done about them.
    private = actor.user is None or who.may(actor.user, Scope.PRIVATE)
    return {name: offer for name, offer in offers.items() if private or ACTIONS[name].scope != Scope.PRIVATE}


def _offer(account: PartnerAccount, pair: Pair, name: str, actor: Actor, price: Decimal) -> Deed:
    action = ACTIONS[name]
    short = pair.words if name == pair.does else pair.undo_words
    return Deed(
        name=name,
        words=_(short) if short else action.words,
        drawing=pair.drawing if pair.does == name else "undo",
        why_not=offering.why_not(account, action, actor=actor),
        price=price,
        asks=_asks(name),
        explains=action.explain,
        warning=_warning(account, action),
    )


def _warning(account: PartnerAccount, action: Action) -> str:
    if not action.operation:
        return _("It is kept in Kapture; X has no part in it.")
    told = _("This is done on X as @%s.") % account.page_name
    if action.door is not None:  # the outbox holds it for the undo window
        return " ".join((told, _("Once it is out, only deleting the post takes it back.")))
    return told if action.undone_by else " ".join((told, _("It cannot be taken back.")))


def _if_theirs(account: PartnerAccount, deed: Deed, post: Post, actor: Actor) -> Deed:
    """What can be done to our own messages may be closed for theirs."""
    action = ACTIONS[deed.name]
    if action.fit is None or deed.why_not:
        return deed
    return replace(deed, why_not=offering.why_not(account, action, {"ours": post.ours}, actor=actor))


def _given(post: Post, person: Person) -> Mapping[str, str]:
    return {**dict.fromkeys(_ABOUT, post.external_id), "person": person.external_id, "handle": person.handle}


def _led_by_hand(account: PartnerAccount, deed: Deed, given: Mapping[str, str]) -> Deed:
    """What is forbidden here says where a person can do it."""
    if not deed.why_not:
        return deed
    wanted = {field.name for field in ACTIONS[deed.name].fields}
    known = {name: value for name, value in given.items() if name in wanted or name == "handle"}
    return replace(deed, by_hand_url=permitting.by_hand(account, ACTIONS[deed.name], known))


def _asks(name: str) -> bool:
    action = ACTIONS[name]
    return action.explain or name in _ASKS or (action.confirm and not action.undone_by)


def _choose(pair: Pair, offers: Mapping[str, Deed], so: So | None) -> Iterable[Deed]:
    """What is not so can be done, what is so can be taken back; what cannot be taken back says that it was done."""
    if pair.does not in offers:
        return
    is_so = so is not None and so.is_so
    if not is_so or pair.both:
        yield replace(offers[pair.does], mark=_(pair.mark) if is_so else "")
    if pair.undoes and (is_so or pair.elsewhere):
        yield replace(offers[pair.undoes], mark="" if pair.both else _(pair.mark))
    elif is_so:
        yield replace(offers[pair.does], mark=_(pair.mark), words="")
