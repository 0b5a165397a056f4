"""Reminders whose day has come: who is told of them, and what they answer. How one begins and ends is `reminding`.

A reminder is a row, and being due a question of the clock: nothing is lost with a worker. What the sweep adds is that
pages which are open hear of it, once.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from tickets.channels import CannotDo, Reminder
from tickets.inbound import Person
from twitter_integration.console import doing, offering, permitting, reminding, undoing, who
from twitter_integration.console.action import Scope
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import Refused
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import ActReminder, PartnerAccount

# As many as anybody answers in one go; the rest follows when these are answered.
_MOST = 50
_SEALED = [f"account__{name}" for name in PartnerAccount.SEALED_WITH_APP]


def due_to(user: User, *, now: datetime) -> list[Reminder]:
    """What this person is told on their home. One statement."""
    told = Q(act__by=user)
    if who.may(user, Scope.OPERATE):
        told |= who.acts_no_more("act__by", address="account__address") | who.reads_no_more("act__by", "act__private")
    return _tell(_due(user, now=now).filter(told), user)


def due_of(account_key: str, user: User, *, now: datetime, person: str = "") -> list[Reminder]:
    """Everything due of one account, or about one person there, for whoever may act for it. One statement; one more
    where there is something about that person."""
    if not person:
        return _tell(_due(user, now=now).filter(account__page_id=account_key), user)
    due = _due_about(account=account_key, person=person, now=now)
    return _tell(_due(user, now=now).filter(pk__in=due), user) if due else []


@prepared
def _due_about() -> QuerySet[ActReminder, int]:
    about = ActReminder.objects.filter(account__page_id=Given("account"), act__target=Given("person"), settled_at=None)
    return about.filter(due_at__lte=Given("now")).values_list("pk", flat=True)


def count_due(user: User, *, now: datetime) -> dict[int, int]:
    """By the account's primary key. One statement."""
    rows = _due(user, now=now).order_by().values("account").annotate(count=Count("pk"))
    return {row["account"]: row["count"] for row in rows}


def answer(key: str, *, undo: bool, sheet: UUID, by: User, now: datetime) -> str:
    """As an act like every other, with the person's rights and in the record. Returns its sentence; raises CannotDo.
    It is settled before X is called: who comes second is told who was first."""
    row = _due(by, now=now).filter(pk=key).first() if _is_key(key) else None
    if row is None:
        raise CannotDo(_answered(key, by))
    action = ACTIONS[row.act.action]
    taken_back = undoing.undo_of(action, row.act.changes)
    if undo and not taken_back:
        raise CannotDo(_("“%(action)s” cannot be taken back.") % {"action": action.words})
    if not undo:
        return _perform(row, doing.Order(action="keep", values={"reminder": row.pk}, gesture=sheet), by=by, now=now)
    values = {ACTIONS[taken_back].fields[0].name: row.act.target}
    if not reminding.take(row, by=by.get_username(), now=now):
        raise CannotDo(_answered(key, by))
    try:
        order = doing.Order(action=taken_back, values=values, confirmed=True, gesture=sheet)
        sentence = _perform(row, order, by=by, now=now)
    except BaseException:
        reminding.reopen(row)
        raise
    reminding.finish(row)
    return sentence


def _perform(row: ActReminder, order: doing.Order, *, by: User, now: datetime) -> str:
    try:
        return doing.perform(row.account, order, actor=as_actor(by, via="page"), now=now).sentence
    except BadInput as error:
        raise CannotDo(_answered(str(row.pk), by) if order.action == "keep" else error.sentence) from None
    except Refused as error:
        raise CannotDo(error.sentence, by_hand_url=error.by_hand) from None


def _is_key(key: str) -> bool:
    return key.isdecimal() and len(key) < 19


def _answered(key: str, by: User) -> str:
    """That it was, or is at this moment, and by whom: to whoever may know of it."""
    rows = _theirs(by).filter(pk=key).values_list("settled_by", "undo_since") if _is_key(key) else ()
    told, (who_was, since) = _("This was answered already."), next(iter(rows), ("", None))
    if since is not None:
        return _("%(who)s is answering it.") % {"who": who_was}
    return " ".join((told, _("%(who)s was first.") % {"who": who_was})) if who_was else told


def note_told(*, now: datetime) -> int:
    """How many became due, or are again, that nobody was told of. A few statements; two workers share them."""
    reminding.reopen_forsaken(now=now)
    return ActReminder.objects.filter(settled_at=None, told_at=None, due_at__lte=now).update(told_at=now)


def _due(user: User, *, now: datetime) -> QuerySet[ActReminder]:
    """Open ones whose moment has come."""
    rows = _theirs(user).filter(settled_at=None, due_at__lte=now)
    related = rows.select_related("act", "account__app", "account__address").defer(*_SEALED)
    return related.order_by("due_at", "pk")


def _theirs(user: User) -> QuerySet[ActReminder]:
    """Of the accounts this person may act for; of what was done in private for who may read private messages."""
    rows = ActReminder.objects.filter(account__in=who.theirs(user))
    return rows if who.may(user, Scope.PRIVATE) else rows.filter(act__private=False)


def _tell(rows: QuerySet[ActReminder], user: User) -> list[Reminder]:
    actor = as_actor(user, via="page")
    return [_in_words(row, actor) for row in rows[:_MOST]]


def _in_words(row: ActReminder, actor: Actor) -> Reminder:
    act, action = row.act, ACTIONS[row.act.action]
    undo = ACTIONS.get(undoing.undo_of(action, act.changes))
    why_not = offering.why_not(row.account, undo, actor=actor) if undo else ""
    handle = act.target_name.removeprefix("@")
    return Reminder(
        key=str(row.pk),
        words=undoing.done_words(action, act.changes),
        about=Person(external_id=act.target, handle=handle),
        account=row.account.page_name,
        reason=act.reason,
        by=act.by_name,
        at=act.at,
        due_at=row.due_at,
        undo=undo.name if undo else "",
        undo_words=undo.words if undo else "",
        why_not=why_not,
        private=act.private,
        by_hand_url=permitting.by_hand(row.account, undo, {"person": act.target, "handle": handle})
        if undo and why_not
        else "",
    )
