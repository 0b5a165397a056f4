"""What the bells wake. Each looks at its table until nothing is left; losing or doubling one is harmless."""

from datetime import timedelta

from django.utils import timezone

from tickets.approving.deciding import expire_due
from tickets.automatic.autoreplies import answer_due
from tickets.bulk import running as bulk
from tickets.composing.by_hand import lapse
from tickets.composing.fetching import fetch_due
from tickets.composing.files import sweep
from tickets.hooks import rounds
from tickets.hooks.delivering import forget
from tickets.incidents import telling
from tickets.notices.gathering import forget as forget_notices
from tickets.notices.gathering import gather
from tickets.notices.mailing import send_due as send_mail_due
from tickets.notices.presence import forget_presences
from tickets.notices.stops import tell_stops
from tickets.outbox import pump
from tickets.promises.escalating import escalate
from tickets.promises.repromising import go_on
from tickets.reading.changes import mend_marks
from tickets.regrouping.automerging import merge_what_belongs
from tickets.reminding import tell_due
from tickets.reports.keeping import keep
from tickets.resting.aging import end_old
from tickets.resting.snoozing import wake_due
from tickets.rules.evidence import forget_sayings
from tickets.rules.rehearsing import rehearse_due
from tickets.staffing.returning import give_back_and_out
from tickets.weekly.mailing import send_due as send_weeks_due

# Well inside django-q2's timeout, one slow call included.
AT_MOST = timedelta(seconds=25)
# Strangers may be slow, and what customers say waits for the same workers.
HOOKS_AT_MOST = timedelta(seconds=15)
HOOKS_TOLD_FOR = timedelta(seconds=10)  # of new lines, before what is told is sent


def outbox() -> None:
    pump(at_most=AT_MOST)


def mend_changes() -> None:
    mend_marks()


def hand_offs() -> None:
    lapse(now=timezone.now())


def hooks() -> None:
    rounds.go_on(clock=timezone.now, tell_for=HOOKS_TOLD_FOR, send_for=HOOKS_AT_MOST)
    forget(now=timezone.now())


def notices() -> None:
    gather(now=timezone.now())
    tell_stops(now=timezone.now())


def notice_mail() -> None:
    send_mail_due(at_most=HOOKS_AT_MOST)


def sweep_notices() -> None:
    forget_notices(now=timezone.now())
    forget_presences(now=timezone.now())


def promises() -> None:
    escalate(now=timezone.now())


def staffing() -> None:
    give_back_and_out(now=timezone.now())


def fetch_media() -> None:
    fetch_due(at_most=AT_MOST)


def auto_replies() -> None:
    answer_due(at_most=AT_MOST)


def reminders() -> None:
    tell_due(now=timezone.now())


def snoozes() -> None:
    wake_due(now=timezone.now())


def ages() -> None:
    end_old(now=timezone.now())


def policy_runs() -> None:
    go_on(clock=timezone.now, at_most=HOOKS_AT_MOST)


def approvals() -> None:
    expire_due(now=timezone.now())


def statements() -> None:
    telling.go_on(clock=timezone.now, at_most=HOOKS_AT_MOST)


def bulk_runs() -> None:
    bulk.go_on(clock=timezone.now, at_most=HOOKS_AT_MOST)


def forget_bulk_runs() -> None:
    bulk.forget(now=timezone.now())


def merges() -> None:
    merge_what_belongs(now=timezone.now())


def dry_runs() -> None:
    rehearse_due(clock=timezone.now, at_most=HOOKS_AT_MOST)


def sayings() -> None:
    forget_sayings(now=timezone.now())


def reports() -> None:
    keep(now=timezone.now(), at_most=HOOKS_AT_MOST)


def weekly_reports() -> None:
    send_weeks_due(at_most=HOOKS_AT_MOST)


def files() -> None:
    while sweep():
        pass
