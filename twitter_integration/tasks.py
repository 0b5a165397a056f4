"""What the bells wake. Each looks at its table until nothing is left; losing or doubling one is harmless."""

from datetime import timedelta

from django.utils import timezone

from tickets.bells import answer
from twitter_integration import polling, standings
from twitter_integration.console import kept, remembering
from twitter_integration.deliveries import forgetting, hourly
from twitter_integration.deliveries.drain import drain as drain_inbox
from twitter_integration.outgoing import uploads
from twitter_integration.reading import backfill, rechecking, reconciling, searching, waking
from twitter_integration.setup import auditing

# Well inside django-q2's timeout (settings.Q_CLUSTER), which would end a batch in the middle.
AT_MOST = timedelta(seconds=25)


def drain() -> None:
    drain_inbox(at_most=AT_MOST)


def poll() -> None:
    """Gaps first: reading moves the sign of life by which they are noticed."""
    answer(waking.BELL)
    backfill.notice_gaps(now=timezone.now())
    polling.poll_due(at_most=AT_MOST)


def replay() -> None:
    backfill.run_replays(now=timezone.now())


def audit() -> None:
    """Of each app every half hour."""
    auditing.audit_due(at_most=AT_MOST)


def search() -> None:
    searching.run_due(at_most=AT_MOST)
    searching.let_lapse(now=timezone.now())


def reconcile() -> None:
    """Of each account once a day."""
    reconciling.reconcile_due(at_most=AT_MOST)


def recheck() -> None:
    rechecking.recheck_due(at_most=AT_MOST)


def learn_standings() -> None:
    """Of whom somebody is about to answer, and of whom we do not know whether they take direct messages."""
    standings.refresh_due(now=timezone.now())


def listen() -> None:
    hourly.count_events()


def forget_hours() -> None:
    hourly.forget_hours(now=timezone.now())


def forget_bodies() -> None:
    forgetting.forget_worked(now=timezone.now(), at_most=AT_MOST)


def forget_charges() -> None:
    forgetting.forget_charges(now=timezone.now(), at_most=AT_MOST)


def forget_uploads() -> None:
    uploads.drop_expired(now=timezone.now())


def forget_kept_files() -> None:
    kept.drop_expired(now=timezone.now())
    remembering.drop_expired(now=timezone.now())
