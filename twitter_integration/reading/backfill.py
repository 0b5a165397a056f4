"""After an outage: which stretch of time may be missing, and X's replay of it to the webhook.

What REST can read is fetched by polling from its cursors anyway; a replay brings what REST has not (likes, follows,
deletions). Natural keys make both harmless together.
"""

from datetime import datetime, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapture.sealing import CannotOpen
from kapture.sets import lock_together
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.facts.moments import SLACK
from twitter_integration.models import Backfill, Cursor, PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.models import Event as EventRow
from twitter_integration.models.cursor import ReplayState
from twitter_integration.reading import cursors
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.registering.premium import NO_REPLAY
from twitter_integration.setup.webhooks import replay_webhook

# The safety net reads every 15 minutes; after this long without poll and without delivery nobody was there.
GAP_AFTER = timedelta(minutes=25)
# X's pages differ on what may be replayed; these satisfy them all (x-api 3.1).
OLDEST = timedelta(hours=24)
_FROM_AGE, _TO_AGE, _OVERLAP = timedelta(minutes=31), timedelta(minutes=10), timedelta(minutes=1)
# Stretches are noted by our clock and judged by X's, which may be ahead of it or behind: so much more is asked for, and
# no younger than that. Then all of a stretch can be asked for:
_MARGIN = _OVERLAP + SLACK
ASKED_AT_AGE = _TO_AGE + SLACK + _MARGIN
# Reading also finds what X tells no webhook of; that must not have X asked at every poll.
COOL_DOWN = timedelta(hours=1)
_FORGET_AFTER = timedelta(hours=6)
# For people, in X's own figures.
_REPLAYED = gettext_noop(
    "X sends again what ended at least 10 minutes ago, and began at least 31 minutes and at most 24 hours ago "
    "(five days in Account Activity v1.1, Enterprise)."
)
_PLANS = 0xBF11  # advisory locks, keyed by app
_STATES_TO_DO = (ReplayState.PLANNED, ReplayState.ASKED)


def notice_gaps(*, now: datetime) -> list[Backfill]:
    """Find accounts that nobody listened to for a while, up to now, and plan the replay. Call before polling."""
    planned = []
    for account in PartnerAccount.objects.filter(enabled=True).select_related("app"):
        last = _last_sign(account)
        if last is not None and now - last > GAP_AFTER:
            minutes = int((now - last).total_seconds() // 60)
            planned.append(
                plan(
                    account,
                    since=last,
                    now=now,
                    reason=_("Nothing was heard or read for {minutes} min.").format(minutes=minutes),
                )
            )
    return [row for row in planned if row is not None]


def plan(
    account: PartnerAccount, *, since: datetime, now: datetime, reason: str, last: datetime | None = None
) -> Backfill | None:
    """Note a stretch for replay up to now, joined to one already planned; None where X tells this account by no
    webhook, or what is missing (up to `last`) was replayed a short while ago."""
    if not Subscription.objects.filter(account=account, unwanted_since=None).exists():
        return None
    with transaction.atomic():
        lock_together(_PLANS, [account.app_id])  # two workers may find the same stretch
        rows = Backfill.objects.filter(app=account.app)
        waiting = rows.filter(state=ReplayState.PLANNED).first()
        if waiting is not None:
            waiting.since, waiting.until = min(waiting.since, since), max(waiting.until, now)
            waiting.save(update_fields=["since", "until"])
            return waiting
        lately = rows.filter(created_at__gt=now - COOL_DOWN, asked_by="")
        if not no_replay(account.app):
            lately = lately.filter(since__lte=since, until__gte=last or now)
        if lately.exists():
            return None
        return Backfill.objects.create(app=account.app, since=since, until=now, reason=reason[:200], created_at=now)


def no_replay(app: XApp) -> str:
    """Why X would replay nothing to the app's webhook, as far as that is known before asking; empty where it may."""
    webhook = _webhook_of(app)
    if webhook is None:
        return _("There is no webhook to replay to.")
    return _(NO_REPLAY) if webhook.registration == Registration.PREMIUM else ""


def ask_by_hand(app: XApp, webhook_id: str, *, start: datetime, end: datetime, by: str, now: datetime) -> Backfill:
    """What somebody asks X for at once; kept with the others, a refusal too. Raises XError, CannotOpen, NotOffered."""
    facts = {"reason": _("Asked for by hand."), "asked_by": by[:150], "webhook_id": webhook_id, "created_at": now}
    row = Backfill.objects.create(app=app, since=start, until=end, state=ReplayState.ASKED, asked_at=now, **facts)
    try:
        job = replay_webhook(app, webhook_id, start=start, end=end).job_id
    except (XError, CannotOpen, NotOffered) as error:
        _conclude(row, ReplayState.REFUSED, refusal_of(error), now=now)
        raise
    row.job_id = job
    row.save(update_fields=["job_id"])
    return row


def refusal_of(error: Exception) -> str:
    """Why X replays nothing, in a sentence that says what it would replay."""
    if not isinstance(error, XError):
        return str(error)
    if error.kind == ErrorKind.ALREADY:
        return _("X is replaying to this webhook already; ask again when that has ended.")
    if "_date" in error.detail:  # X names the end of the stretch it does not take
        return _("X does not replay this stretch. {replayed} X says: {detail}").format(
            replayed=_(_REPLAYED), detail=error.detail
        )
    return error.sentence


def run_replays(*, now: datetime) -> int:
    """Ask X for what is planned and old enough, and note what has finished. Returns how many were asked for."""
    waiting = Backfill.objects.filter(state__in=_STATES_TO_DO)
    return sum(_run(app, now=now) for app in waiting.order_by("app").values_list("app", flat=True).distinct())


def _run(app: int, *, now: datetime) -> int:
    """One worker per app, for X replays once at a time and what was asked twice would come twice."""
    asked = 0
    with cursors.held_app(app, "replays") as held:
        rows = Backfill.objects.filter(app=app, state__in=_STATES_TO_DO).select_related("app")
        for row in rows if held else ():
            if row.state == ReplayState.ASKED:
                _look_whether_done(row, now=now)
            elif now - row.until >= ASKED_AT_AGE and not _asked_lately(app, now=now):
                asked += _ask(row, now=now)
    return asked


def _asked_lately(app: int, *, now: datetime) -> bool:
    return Backfill.objects.filter(app=app, asked_by="", asked_at__gt=now - COOL_DOWN).exists()


def _webhook_of(app: XApp) -> Webhook | None:
    """The one that X tells by: valid, and with orders, where there are several."""
    orders = Count("subscriptions", filter=Q(subscriptions__unwanted_since=None))
    return app.webhooks.annotate(orders=orders).order_by("-valid", "-orders", "-checked_at").first()


def _last_sign(account: PartnerAccount) -> datetime | None:
    """When we last heard or read anything of the account; None: never."""
    read = Cursor.objects.filter(account=account).aggregate(last=Max("polled_at"))["last"]
    return max(filter(None, chain([account.last_event_at, read])), default=None)


def _ask(row: Backfill, *, now: datetime) -> bool:
    webhook = _webhook_of(row.app)
    since = max(row.since - _MARGIN, now - OLDEST + _MARGIN)
    if webhook is None or since >= row.until:
        reason = _("older than X replays") if webhook else _("there is no valid webhook to replay to")
        return _conclude(row, ReplayState.REFUSED, _("Not replayed: {reason}.").format(reason=reason), now=now)
    if not webhook.valid:
        Backfill.objects.filter(pk=row.pk).update(
            result=_("X holds the webhook invalid; it is asked once that is mended.")
        )
        return False
    try:
        start, end = min(since, now - _FROM_AGE - SLACK), min(row.until + _MARGIN, now - _TO_AGE - SLACK)
        job = replay_webhook(row.app, webhook.x_id, start=start, end=end).job_id
    except (XError, CannotOpen, NotOffered) as error:
        waits = isinstance(error, XError) and (not error.permanent or error.kind == ErrorKind.ALREADY)
        if not waits:
            return _conclude(row, ReplayState.REFUSED, refusal_of(error), now=now)
        Backfill.objects.filter(pk=row.pk).update(result=getattr(error, "sentence", "")[:300])
        return False
    row.state, row.webhook_id, row.job_id, row.asked_at, row.result = ReplayState.ASKED, webhook.x_id, job, now, ""
    row.save(update_fields=["state", "webhook_id", "job_id", "asked_at", "result"])
    return True


def _look_whether_done(row: Backfill, *, now: datetime) -> None:
    """X says so by an event of its own at the end of the job (P26)."""
    end = EventRow.objects.filter(key=f"replay:{row.job_id}").values_list("reason", flat=True).first()
    if end is not None:
        row.brought = _count_new(row, now=now)
        _conclude(row, ReplayState.DONE, end or _("X replayed it."), now=now)
    elif row.asked_at is not None and now - row.asked_at > _FORGET_AFTER:
        never = _("X accepted the job and never said that it finished.")
        _conclude(row, ReplayState.DONE, never if row.job_id else _("Whether X heard of it is not known."), now=now)


def _count_new(row: Backfill, *, now: datetime) -> int:
    """Events of that stretch that nobody had told us before X replayed it."""
    stretch = (row.since - SLACK, row.until + SLACK) if not row.asked_by else (row.since, row.until)
    told = EventRow.objects.filter(received_at__range=(row.asked_at, now), occurred_at__range=stretch)
    return told.filter(account_id__in=row.app.accounts.values("page_id")).count()


def _conclude(row: Backfill, state: ReplayState, result: str, *, now: datetime) -> bool:
    row.state, row.result, row.finished_at = state, result[:300], now
    row.save(update_fields=["state", "result", "finished_at", "brought"])
    return False
