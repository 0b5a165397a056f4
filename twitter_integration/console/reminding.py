"""Days on which the desk asks whether somebody shall stay muted, blocked, reported."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from twitter_integration.console.action import Action, Field, Kind, Outcome, Scope, Sheet
from twitter_integration.console.fields import BadInput
from twitter_integration.console.people import ACTIONS as OF_PEOPLE
from twitter_integration.console.undoing import BLOCKED, done_words
from twitter_integration.models import AccountAct, ActReminder, PartnerAccount

_REMINDER = Field(name="reminder", words="Reminder", kind=Kind.NUMBER, most=99_999_999)


def remind(act: AccountAct, *, at: datetime, now: datetime) -> None:
    """In place of what was to be reminded of the same thing before."""
    assert act.account is not None
    settle_undone(act.account, action=act.action, target=act.target, now=now)
    ActReminder.objects.create(account=act.account, act=act, due_at=at)


def settle_undone(account: PartnerAccount, *, action: str, target: str, now: datetime) -> None:
    """The act was taken back: nothing is left to be reminded of."""
    meant = Q(act__action=action)
    if action == "block":
        meant |= Q(act__action="report", act__changes__contains=list(BLOCKED))
    rows = ActReminder.objects.filter(meant, account=account, settled_at=None, act__target=target)
    rows.update(settled_at=now)


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
        for row in open_reminders(sheet.account)
    ]
    return Outcome(rows=rows)


def _settle(sheet: Sheet) -> Outcome:
    rows = ActReminder.objects.filter(account=sheet.account, settled_at=None, pk=sheet.given["reminder"])
    row = rows.select_related("act").first()
    if row is None or not rows.update(settled_at=sheet.now):
        raise BadInput("reminder", _("There is no such open reminder."))
    about = f"@{row.act.target_name.removeprefix('@')}" if row.act.target_name else row.act.target
    words = next((done_words(a, row.act.changes) for a in OF_PEOPLE if a.name == row.act.action), row.act.action)
    return Outcome(sentence=_("It stays: %(about)s, %(words)s.") % {"about": about, "words": words.rstrip(".").lower()})


ACTIONS = (
    Action(name="reminders", words="Reminders", operation="", scope=Scope.REACT, door=_list, reads=True),
    Action(
        name="keep",
        words="Let it stay and remind no more",
        operation="",
        scope=Scope.REACT,
        door=_settle,
        fields=(_REMINDER,),
        done="It stays.",
    ),
)
