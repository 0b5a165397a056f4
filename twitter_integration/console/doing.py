"""Performs one action: who may, what the tier allows, a person's confirmation, the call, the record. The only way.

Repeated, an act changes nothing: the same sheet with the same on it is done once, and what X says is so already counts
as done (x-api 5.8, idempotent successes).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from kapture.sealing import CannotOpen
from tickets.posting import shown
from twitter_integration.accounts import note_accepted
from twitter_integration.choices import ActOutcome
from twitter_integration.console import changes, naming, permitting, record, reminding, undoing
from twitter_integration.console.action import Action, Outcome, Sheet
from twitter_integration.console.actor import Actor
from twitter_integration.console.fields import BadInput, clean
from twitter_integration.console.line import on_the_line
from twitter_integration.console.record import Circumstances
from twitter_integration.console.refused import Failed, NotConfirmed, Refused, UnderWay, Unsettled
from twitter_integration.console.sheets import name_content
from twitter_integration.console.table import ACTIONS
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import AccountAct, PartnerAccount
from twitter_integration.offers import Dialect
from twitter_integration.reading import cursors
from twitter_integration.setup.oauth2 import CannotRefresh

_LONGEST_REASON = 300
_FARTHEST = timedelta(days=3653)  # ten years; who sets a later day means for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants done. `until`: when to remind. `dialect` only where another than the preferred one is meant.
    `gesture` names the sheet it was asked for on: handed in again as it was, it is not done again."""

    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    until: datetime | None = None
    confirmed: bool = False
    dialect: Dialect | None = None
    gesture: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done, or read. `act` is its row in the record; no dialect where X had no part in it. `already`: it was
    so on X; `before`: this very sheet was handed in before."""

    action: Action
    dialect: Dialect | None
    outcome: Outcome = field(default_factory=Outcome)
    sentence: str = ""
    act: AccountAct | None = None
    already: bool = False
    before: bool = False


def perform(account: PartnerAccount, order: Order, *, actor: Actor, now: datetime) -> Done:
    """Raises BadInput, or Refused in one of its forms. Calls X outside any transaction."""
    action = ACTIONS[order.action]
    given, order = clean(action, order.values), replace(order, reason=shown(order.reason.strip()))
    gesture = name_content(order.gesture, given, order.reason, order.until) if action.recorded else order.gesture
    naming.name_person(given, action, now=now)
    act = Circumstances(
        account=account,
        action=action,
        given=given,
        actor=actor,
        reason=order.reason,
        gesture=gesture,
        changes=changes.changes_of(account, action, given),
    )
    try:
        dialect = permitting.check(account, action, given, actor=actor, dialect=order.dialect)
    except Refused as error:
        if action.recorded:
            record.refuse(act, code=error.code, sentence=error.sentence, now=now)
        raise
    _demand(action, given, order, now=now)
    _await_click(account, action, given, order)
    done = Done(action=action, dialect=dialect, sentence=action.fate)
    if not action.recorded:
        return _run(act, order, done, now=now)
    row, before = record.begin(act, dialect=dialect or "", now=now)
    return _told_before(done, row, now=now) if before else _run(act, order, replace(done, act=row), now=now)


def _demand(action: Action, given: Mapping[str, Any], order: Order, *, now: datetime) -> None:
    """What only a person can give, beside a click: a reason, a day."""
    if action.explain and not order.reason:
        raise BadInput("reason", _("“%(action)s” wants a reason, for those who come after.") % {"action": action.words})
    if (length := len(order.reason)) > _LONGEST_REASON:
        told = {"most": _LONGEST_REASON, "length": length}
        raise BadInput("reason", _("A reason has at most %(most)s characters; this one has %(length)s.") % told)
    if order.until is not None and (not undoing.may_end(action, given) or order.until <= now):
        raise BadInput("until", _("“Until” is a day to come, for what is taken back some day."))
    if order.until is not None and order.until > now + _FARTHEST:
        raise BadInput("until", _("“Until” lies in at most ten years."))


def _await_click(account: PartnerAccount, action: Action, given: Mapping[str, Any], order: Order) -> None:
    if not action.confirm or order.confirmed:
        return
    if action.look is not None:
        action.look(account, given)
    raise NotConfirmed(_("“%(action)s” must be confirmed.") % {"action": action.words}, code="confirm")


def _told_before(done: Done, row: AccountAct, *, now: datetime) -> Done:
    """The same sheet again: what comes of it the first time, which may not have ended yet."""
    row = record.await_end(row, now=now)
    if row.outcome == ActOutcome.BEGUN and record.is_young(row, now=now):
        raise UnderWay(_("It is being done."), code="under_way")
    if row.outcome in (ActOutcome.REFUSED, ActOutcome.FAILED):
        raise Refused(row.sentence, code=row.code)
    if row.outcome in (ActOutcome.BEGUN, ActOutcome.UNSETTLED):
        told = _("This was asked for already, and how it ended is not known: look before you repeat it.")
        raise Refused(told, code="again")
    return replace(done, outcome=Outcome(result=row.result), sentence=row.sentence, act=row, already=True, before=True)


def _run(act: Circumstances, order: Order, done: Done, *, now: datetime) -> Done:
    """Do it, and complete its row where it has one."""
    row = done.act
    try:
        outcome = _carry_out(act, done, now=now)
        done = replace(done, outcome=outcome, sentence=outcome.sentence or done.sentence)
    except (BadInput, Refused) as error:
        _end(row, ActOutcome.REFUSED, now=now, code=error.code, sentence=error.sentence)
        raise
    except XError as error:
        if not _is_so_already(error, act.action):
            raise _failed(act, row, error, now=now) from None
        done = replace(done, already=True, sentence=_("It was so already."))
    except Exception:
        _end(row, _unexpected(done), now=now, code="trouble", sentence=_("Unexpected trouble; the log tells more."))
        raise
    ended = ActOutcome.ALREADY if done.already else ActOutcome.QUEUED if done.outcome.queued else ActOutcome.DONE
    _end(row, ended, now=now, sentence=done.sentence, result=done.outcome.result)
    if row is not None:
        _follow_up(order, done.action, row, now=now)
    return done


def _unexpected(done: Done) -> ActOutcome:
    """What is done here was taken back; what X had heard by then nobody knows."""
    return ActOutcome.FAILED if done.action.door is not None else ActOutcome.UNSETTLED


def _carry_out(act: Circumstances, done: Done, *, now: datetime) -> Outcome:
    """Raises XError, Refused, BadInput."""
    account, action = act.account, done.action
    try:
        given = naming.look_up(account, action, act.given)
        if done.act is not None:
            done.act.target, done.act.target_name = record.target_of(given), record.name_of(given)
        if action.door is not None:
            return action.door(Sheet(account=account, given=given, actor=act.actor, now=now, token=act.gesture))
        assert done.dialect is not None
        with on_the_line(account, action.operation, done.dialect, by=act.actor.shown) as line:
            outcome = action.ways[done.dialect](line, given)
    except (CannotOpen, CannotRefresh) as error:
        raise Refused(str(error), code="keys") from None
    note_accepted(account)
    told = " ".join(filter(None, (outcome.sentence or action.fate, given["unsure"]))) if "unsure" in given else ""
    return replace(outcome, sentence=told) if told else outcome


def _follow_up(order: Order, action: Action, row: AccountAct, *, now: datetime) -> None:
    """What shall be thought of later, and what needs no thought any more."""
    assert row.account is not None
    if order.until is not None:
        reminding.remind(row, at=order.until, now=now)
    if action.undone_by:
        reminding.settle_undone(row.account, action=action.undone_by, target=row.target, by=row.by_name, now=now)


def _failed(act: Circumstances, row: AccountAct | None, error: XError, *, now: datetime) -> Failed:
    if error.kind in (ErrorKind.DEAD_TOKEN, ErrorKind.WRONG_KEYS):
        cursors.stop_account(act.account, error)
    outcome = ActOutcome.UNSETTLED if error.unsettled else ActOutcome.FAILED
    told = _sentence(error, act.action)
    _end(row, outcome, now=now, code=error.code, sentence=told)
    kind = Unsettled if error.unsettled else Failed
    return kind(error, sentence=told, by_hand=permitting.by_hand(act.account, act.action, act.given))


def _sentence(error: XError, action: Action) -> str:
    names = {field.name for field in action.fields}
    if error.kind != ErrorKind.GONE or "list" not in names:
        return error.sentence
    if "person" in names:
        return _("The list or person is no longer on X, or the account may not see it.")
    return _("The list is no longer on X, or the account may not see it.")


def _is_so_already(error: XError, action: Action) -> bool:
    """Liked, reposted, unmuted already; and what shall not be there is not there."""
    return not action.reads and (error.kind == ErrorKind.ALREADY or (action.ends and error.kind == ErrorKind.GONE))


def _end(
    row: AccountAct | None, outcome: ActOutcome, *, now: datetime, sentence: str = "", code: str = "", result: str = ""
) -> None:
    if row is not None:
        record.complete(row, outcome, now=now, sentence=sentence, code=code, result=result)
