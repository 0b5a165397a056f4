"""Days on which the desk asks whether somebody shall stay muted, blocked, reported."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twitter_integration.choices import ActOutcome
from twitter_integration.console import who
from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope, Sheet
from twitter_integration.console.fields import BadInput
from twitter_integration.console.messages import ACTIONS as OF_MESSAGES
from twitter_integration.console.people import ACTIONS as OF_PEOPLE
from twitter_integration.console.undoing import BLOCKED, done_words
from twitter_integration.models import AccountAct, ActReminder, PartnerAccount, Standing

_OF = {action.name: action for action in (*OF_PEOPLE, *OF_MESSAGES)}
_UNDOING = {action.undone_by for action in _OF.values() if action.explain and action.undone_by}
# X was given up long before (record.py): whoever took it back and did not end it is not there any more.
_LONGEST = timedelta(minutes=2)
# X's clock and ours.
_CLOCKS = timedelta(minutes=1)
_REMINDER = Field(name="reminder", label=gettext_noop("Reminder"), kind=Kind.NUMBER, most=99_999_999)


def remind(act: AccountAct, *, at: datetime, now: datetime) -> None:
    """In place of what was to be reminded of the same thing before."""
    assert act.account is not None
    settle_undone(act.account, action=act.action, target=act.target, by=act.by_name, now=now)
    ActReminder.objects.create(account=act.account, act=act, due_at=at)


def settle(row: ActReminder, *, by: str, now: datetime) -> bool:
    """Of several who answer it at the same moment the first alone is told that it is theirs."""
    return bool(ActReminder.objects.filter(pk=row.pk, settled_at=None).update(settled_at=now, settled_by=by[:150]))


def take(row: ActReminder, *, by: str, now: datetime) -> bool:
    """Settled as by `settle`, for whoever takes the act back now: to be followed by `finish` or `reopen`."""
    mine = {"settled_at": now, "settled_by": by[:150], "undo_since": now}
    return bool(ActReminder.objects.filter(pk=row.pk, settled_at=None).update(**mine))


def finish(row: ActReminder) -> None:
    """It was taken back."""
    ActReminder.objects.filter(pk=row.pk).update(undo_since=None)


def reopen(row: ActReminder) -> None:
    """What was to take it back did not happen."""
    ActReminder.objects.filter(pk=row.pk).update(settled_at=None, settled_by="", undo_since=None)


def reopen_forsaken(*, now: datetime) -> int:
    """What somebody began to take back and nobody ended, for their process died: it is due again, and told again,
    unless X has told that it was taken back. What the record calls begun ends with it. How many. Five statements."""
    rows = ActReminder.objects.filter(undo_since__lte=now - _LONGEST)
    undone = list(rows.filter(_told_undone()))
    _end_begun(rows.exclude(pk__in=[row.pk for row in undone]), ActOutcome.UNSETTLED, now=now)
    _end_begun(ActReminder.objects.filter(pk__in=[row.pk for row in undone]), ActOutcome.DONE, now=now)
    ActReminder.objects.filter(pk__in=[row.pk for row in undone]).update(undo_since=None)
    ended = AccountAct.objects.filter(
        account=OuterRef("account"),
        target=OuterRef("act__target"),
        at__gte=OuterRef("undo_since"),
        action__in=_UNDOING,
        outcome__in=(ActOutcome.DONE, ActOutcome.ALREADY),
    )
    rows.filter(Exists(ended)).update(undo_since=None)
    return rows.update(settled_at=None, settled_by="", told_at=None, undo_since=None)


def _told_undone() -> Q:
    """That X told of since: as far as we know the person is not muted, or blocked, any more."""
    known = Standing.objects.filter(
        account_key=OuterRef("account__page_id"),
        person_key=OuterRef("act__target"),
        known_at__gte=OuterRef("undo_since") - _CLOCKS,
    )
    freed = Q(act__action="mute") & Exists(known.filter(muting=False))
    return freed | Q(act__action__in=("block", "report")) & Exists(known.filter(blocking=False))


def _end_begun(rows: QuerySet[ActReminder], outcome: ActOutcome, *, now: datetime) -> None:
    """What was to take them back, and of which nobody recorded how it ended."""
    meant = rows.filter(account=OuterRef("account"), act__target=OuterRef("target"), undo_since__lte=OuterRef("at"))
    begun = AccountAct.objects.filter(Exists(meant), action__in=_UNDOING, outcome=ActOutcome.BEGUN)
    begun.update(outcome=outcome, ended_at=now)


def settle_undone(account: PartnerAccount, *, action: str, target: str, by: str, now: datetime) -> None:
    """The act was taken back: nothing is left to be reminded of."""
    meant = Q(act__action=action)
    if action == "block":
        meant |= Q(act__action="report", act__changes__contains=list(BLOCKED))
    rows = ActReminder.objects.filter(meant, account=account, settled_at=None, act__target=target)
    rows.update(settled_at=now, settled_by=by)


def open_reminders(account: PartnerAccount) -> QuerySet[ActReminder]:
    """All that were not settled, the earliest first."""
    return ActReminder.objects.filter(account=account, settled_at=None).select_related("act")


def _list(sheet: Sheet) -> Outcome:
    rows = [
        {
            "id": str(row.pk),
            "due_at": row.due_at,
            "due": row.due_at <= sheet.now,
            "action": row.act.action,
            "target": row.act.target,
            "target_name": row.act.target_name,
            "reason": row.act.reason,
            "by": row.act.by_name,
        }
        for row in _open_to(sheet)
    ]
    return Outcome(rows=rows)


def _settle(sheet: Sheet) -> Outcome:
    row = _open_to(sheet).filter(pk=sheet.given["reminder"]).first()
    if row is None or not settle(row, by=sheet.actor.name, now=sheet.now):
        raise BadInput("reminder", _("There is no such open reminder."))
    about = f"@{row.act.target_name.removeprefix('@')}" if row.act.target_name else row.act.target
    words = done_words(_OF[row.act.action], row.act.changes).rstrip(".")
    told = {"about": about, "words": words[:1].lower() + words[1:]}
    return Outcome(sentence=_("It stays: %(about)s, %(words)s.") % told)


def _open_to(sheet: Sheet) -> QuerySet[ActReminder]:
    """Of what was done in private only who may read private messages is told. An operator may do all."""
    rows, user = open_reminders(sheet.account), sheet.actor.user
    return rows if user is None or who.may(user, Scope.PRIVATE) else rows.filter(act__private=False)


def _of_private(account: PartnerAccount, given: Given) -> bool:
    return ActReminder.objects.filter(account=account, pk=given["reminder"], act__private=True).exists()


ACTIONS = (
    Action(name="reminders", label=gettext_noop("Reminders"), operation="", scope=Scope.REACT, door=_list, reads=True),
    Action(
        name="keep",
        label=gettext_noop("Let it stay and remind no more"),
        operation="",
        scope=Scope.REACT,
        door=_settle,
        touches=_of_private,
        fields=(_REMINDER,),
        done=gettext_noop("It stays."),
    ),
)
