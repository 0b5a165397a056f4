"""Performs one action: who may, what the tier allows, a person's confirmation, the call, the record. The only way.

Repeated, an act changes nothing: what X says is so already counts as done (x-api 5.8, idempotent successes).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from twitter_integration import links, oauth2
from twitter_integration.accounts import keys_of, mark_token
from twitter_integration.choices import ActOutcome, TokenState
from twitter_integration.client import XClient
from twitter_integration.console import naming, record
from twitter_integration.console.action import Action, Outcome
from twitter_integration.console.fields import BadInput, clean
from twitter_integration.console.line import Line, auth_of
from twitter_integration.console.record import Circumstances
from twitter_integration.console.refused import Failed, NotConfirmed, NotOffered, NotPermitted, Refused
from twitter_integration.console.table import ACTIONS, ways_open
from twitter_integration.console.who import Actor, refusal
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import AccountAct, PartnerAccount
from twitter_integration.offers import Dialect
from twitter_integration.sealing import CannotOpen
from twitter_integration.tiers import refusal as tier_refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants done. `dialect` only where another than the preferred one is meant."""

    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    confirmed: bool = False
    dialect: Dialect | None = None
    gesture: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done, or read. `act` is its row in the record."""

    action: Action
    dialect: Dialect
    outcome: Outcome
    sentence: str
    act: AccountAct | None = None
    already: bool = False


def perform(account: PartnerAccount, order: Order, *, actor: Actor, now: datetime) -> Done:
    """Raises BadInput, or Refused in one of its forms. Calls X outside any transaction."""
    action = ACTIONS[order.action]
    given = clean(action, order.values)
    naming.name_person(given)
    act = Circumstances(
        account=account, action=action, given=given, actor=actor, reason=order.reason.strip(), gesture=order.gesture
    )
    dialect = _permit(act, order, now=now)
    if action.explain and not act.reason:
        raise BadInput("reason", _("“%(action)s” wants a reason, for those who come after.") % {"action": action.words})
    if action.confirm and not order.confirmed:
        raise NotConfirmed(_("“%(action)s” must be confirmed.") % {"action": action.words}, code="confirm")
    row = record.begin(act, now=now) if action.recorded else None
    return _do(act, dialect, row, now=now)


def find_way(account: PartnerAccount, action: Action, *, dialect: Dialect | None = None) -> Dialect | None:
    """The dialect in which this account's app may do it."""
    open_ways = ways_open(action, account.app.tier, changes=account.app.offers)
    if dialect is not None:
        return dialect if dialect in open_ways else None
    return open_ways[0] if open_ways else None


def why_not(account: PartnerAccount, action: Action) -> str:
    """Why this account's app may not, in a sentence; empty when it may."""
    if find_way(account, action) is not None:
        return ""
    told = tier_refusal(action.operation, account.app.tier, changes=account.app.offers)
    return " ".join(filter(None, (told or _("X has no call for it in this dialect."), action.lacking)))


def unfit(account: PartnerAccount) -> str:
    """Why this account can do nothing at all; empty when it can."""
    if not account.enabled:
        return _("This X account is switched off.")
    if not account.is_connected:
        return _("This X account is not connected: an administrator must connect it.")
    if account.token_state == TokenState.DEAD:
        return XError(ErrorKind.DEAD_TOKEN).sentence
    return ""


def by_hand(account: PartnerAccount, action: Action, given: Mapping[str, Any]) -> str:
    """Where on X a person can do it; empty where there is no such place."""
    known = {name: str(value) for name, value in given.items() if isinstance(value, str)}
    return links.by_hand_link(action.operation, own=account.page_name, **{"handle": account.page_name} | known)


def _permit(act: Circumstances, order: Order, *, now: datetime) -> Dialect:
    """Raises Refused, and keeps that it did."""
    account, action = act.account, act.action
    if told := refusal(act.actor, action):
        _refuse(act, NotPermitted(told, code="role"), now=now)
    if told := unfit(account):
        _refuse(act, Refused(told, code="account"), now=now)
    dialect = find_way(account, action, dialect=order.dialect)
    if dialect is None:
        told = why_not(account, action) or _("This app may not do it in the dialect %s.") % order.dialect
        _refuse(act, NotOffered(told, code="tier", by_hand=by_hand(account, action, act.given)), now=now)
        raise AssertionError
    return dialect


def _refuse(act: Circumstances, error: Refused, *, now: datetime) -> None:
    if act.action.recorded:
        record.refuse(act, code=error.code, sentence=error.sentence, now=now)
    raise error


def _do(act: Circumstances, dialect: Dialect, row: AccountAct | None, *, now: datetime) -> Done:
    done = Done(action=act.action, dialect=dialect, outcome=Outcome(), sentence=act.action.done, act=row)
    try:
        done = replace(done, outcome=_call(act, dialect, row))
    except BadInput as error:
        _end(row, ActOutcome.FAILED, now=now, code="input", sentence=error.sentence)
        raise
    except (CannotOpen, oauth2.CannotRefresh) as error:
        _end(row, ActOutcome.FAILED, now=now, code="keys", sentence=str(error))
        raise Refused(str(error), code="keys") from None
    except XError as error:
        if not _is_so_already(error, act.action):
            raise _failed(act, row, error, now=now) from None
        done = replace(done, already=True, sentence=_("It was so already."))
    outcome = ActOutcome.ALREADY if done.already else ActOutcome.QUEUED if done.outcome.queued else ActOutcome.DONE
    _end(row, outcome, now=now, sentence=done.sentence, result=done.outcome.result)
    return done


def _call(act: Circumstances, dialect: Dialect, row: AccountAct | None) -> Outcome:
    account, given = act.account, dict(act.given)
    keys = keys_of(account)
    if auth_of(account, act.action.operation) == "oauth2":
        keys = replace(keys, oauth2_token=oauth2.fresh_token(account))
    with XClient(keys) as client:
        line = Line(client=client, account=account, dialect=dialect, operation=act.action.operation)
        naming.look_up(line, given)
        if row is not None:
            row.dialect, row.target, row.target_name = dialect, record.target_of(given), record.name_of(given)
        outcome = act.action.ways[dialect](line, given)
    mark_token(account.page_id, TokenState.ALIVE)
    return outcome


def _failed(act: Circumstances, row: AccountAct | None, error: XError, *, now: datetime) -> Failed:
    if error.kind in (ErrorKind.DEAD_TOKEN, ErrorKind.WRONG_KEYS):
        mark_token(act.account.page_id, TokenState.DEAD)
    outcome = ActOutcome.UNSETTLED if error.unsettled else ActOutcome.FAILED
    _end(row, outcome, now=now, code=error.code, sentence=error.sentence)
    return Failed(error, by_hand=by_hand(act.account, act.action, act.given))


def _is_so_already(error: XError, action: Action) -> bool:
    """Liked, reposted, unmuted already; and what shall not be there is not there."""
    return not action.reads and (error.kind == ErrorKind.ALREADY or (action.ends and error.kind == ErrorKind.GONE))


def _end(
    row: AccountAct | None, outcome: ActOutcome, *, now: datetime, sentence: str = "", code: str = "", result: str = ""
) -> None:
    if row is not None:
        record.complete(row, outcome, now=now, sentence=sentence, code=code, result=result)
