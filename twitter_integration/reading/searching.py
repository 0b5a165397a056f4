"""Search queries: run on the minute, their hits taken in as messages with labels; what nobody took up lapses.

One post caught by several queries is one message with several labels. What comes beyond a query's cap within an hour is
neither read nor paid for.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kapture.sealing import CannotOpen
from tickets import intake
from tickets.inbound import Place
from twitter_integration.accounts import keys_of
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.events import PostEvent
from twitter_integration.facts.hearing import FOUND, Catch, hear_catches
from twitter_integration.metering import budgets
from twitter_integration.metering.precedence import READERS
from twitter_integration.models import Cursor, PartnerAccount, SearchQuery
from twitter_integration.models.cursor import Stream
from twitter_integration.payloads import parse_posts
from twitter_integration.reading import cursors, reads, search_walks
from twitter_integration.reading.search_grammar import WrongQuery

SOURCE = "search"
MOST_PAGES = 5  # of one query in one run
_RUN_FIELDS = (
    "since_id",
    "until_id",
    "head_id",
    "hits",
    "kept",
    "hour_began_at",
    "hour_hits",
    "last_run_at",
    "last_error",
)


@dataclass(slots=True, kw_only=True)
class Ran:
    """What one run of one query brought. outcome: read, capped, waits, failed."""

    query: SearchQuery
    outcome: str = "read"
    sentence: str = ""
    events: list[PostEvent] = field(default_factory=list)
    kept: int = 0


def run_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> list[Ran]:
    """Every enabled query of every account, the longest unread account first. Safe to run twice at once."""
    stop_at = time.monotonic() + at_most.total_seconds() if at_most is not None else None
    began = clock()
    accounts = PartnerAccount.objects.filter(enabled=True, search_queries__enabled=True).distinct()
    done: list[Ran] = []
    for account in accounts.select_related("app", "address"):
        if stop_at is not None and time.monotonic() >= stop_at:
            break
        if cursors.may_read(account):
            done += run_account(account, now=clock(), stop_at=stop_at, unless_after=began)
    return done


def run_account(
    account: PartnerAccount,
    *,
    now: datetime,
    labels: Iterable[str] = (),
    stop_at: float | None = None,
    unless_after: datetime | None = None,
) -> list[Ran]:
    """Run an account's enabled queries now (or those named), the longest unread first, and take in what they caught.
    `unless_after`: not where another worker has begun since then."""
    queries = SearchQuery.objects.filter(account=account, enabled=True)
    names = list(labels)
    if names:
        queries = SearchQuery.objects.filter(account=account, label__in=names)
    with cursors.held(account, Stream.SEARCH) as held:
        if not held:
            return []
        cursor = cursors.cursor_of(account, Stream.SEARCH)
        cursor.account = account
        if unless_after is not None and cursor.polled_at is not None and cursor.polled_at >= unless_after:
            return []
        rows = list(queries.select_related("queue", "folder").order_by(F("last_run_at").asc(nulls_first=True), "id"))
        try:
            with XClient(keys_of(account)) as client:
                ran = _run(client, cursor, rows, now=now, stop_at=stop_at)
        except CannotOpen as error:
            return [Ran(query=row, outcome="failed", sentence=str(error)) for row in rows]
        _take_in(account, ran, now=now)
    return ran


def answered(query: SearchQuery) -> int:
    """How many tickets of the query somebody has answered."""
    tickets = apps.get_model("tickets", "Ticket")._default_manager
    own = tickets.filter(address=query.account.address_id, messages__labels__contains=[query.label])
    return own.filter(last_outbound_at__isnull=False).distinct().count()


def let_lapse(*, now: datetime) -> int:
    """Resolve the tickets that queries found and nobody took up in the time the query gives. Returns how many."""
    queries = SearchQuery.objects.filter(auto_resolve_after_hours__isnull=False).select_related("account")
    return sum(
        intake.let_lapse(list(_due_to_lapse(query, now=now).values_list("pk", flat=True).distinct()[:500]), now=now)
        for query in queries
    )


def _due_to_lapse(query: SearchQuery, *, now: datetime) -> QuerySet[Any]:
    """What nobody took up. Of several queries that caught it the most patient decides."""
    hours = query.auto_resolve_after_hours or 0
    before = now - timedelta(hours=hours)
    patient = Q(auto_resolve_after_hours=None) | Q(auto_resolve_after_hours__gt=hours)
    longer = list(SearchQuery.objects.filter(patient, account=query.account).values_list("label", flat=True))
    said = apps.get_model("tickets", "Message")._default_manager.filter(ticket=OuterRef("pk"))
    # Also bounded by when it reached us: what was found late has its time all the same.
    return intake.left_alone().filter(
        ~Exists(said.filter(labels__overlap=longer)),
        address=query.account.address_id,
        kind=FOUND,
        last_message_at__lte=before,
        created_at__lte=before,
        messages__labels__contains=[query.label],
    )


def _run(
    client: XClient, cursor: Cursor, queries: Iterable[SearchQuery], *, now: datetime, stop_at: float | None
) -> list[Ran]:
    """A query X refuses holds up no other; a refusal that means the account does."""
    done: list[Ran] = []
    for query in queries:
        if stop_at is not None and time.monotonic() >= stop_at:
            break
        ran = Ran(query=query)
        done.append(ran)
        waiting = cursor.wait_until is not None and now < cursor.wait_until
        ran.sentence = (
            (cursor.result or _("X's window is used up."))
            if waiting
            else budgets.refusal(cursor.account, READERS["searching"][Stream.SEARCH], now=now)
        )
        if ran.sentence:
            ran.outcome = "waits"
            continue
        try:
            _read(client, cursor, ran, now=now)
        except WrongQuery as error:
            ran.outcome, ran.sentence = "failed", str(error)
        except XError as error:
            ran.outcome, ran.sentence = "failed", error.sentence
            if error.kind not in (ErrorKind.INVALID, ErrorKind.REFUSED):
                cursors.note_failure(cursor, error, now=now)
    if any(ran.outcome == "failed" for ran in done):
        cursor.save()
    else:
        cursors.note_success(cursor, now=now)
    return done


def _read(client: XClient, cursor: Cursor, ran: Ran, *, now: datetime) -> None:
    """Newest first, down to what is known, or until the hour's cap is reached; the next run goes on where it stops."""
    query = ran.query
    text, page = query.composed, ""
    client.query_id = query.pk
    since_id, since = search_walks.open_hour(query, now=now)
    until_id = query.until_id
    for _page in range(MOST_PAGES):
        room = query.cap_per_hour - query.hour_hits
        if room <= 0:
            ran.outcome, ran.sentence = (
                "capped",
                _("The cap of {cap_per_hour} per hour is reached.").format(cap_per_hour=query.cap_per_hour),
            )
            break
        answer = reads.read_hits(client, text, since_id=since_id, since=since, until_id=until_id, page=page, most=room)
        cursors.note_rates(cursor, answer.rates)
        parsed = parse_posts(answer.document, account_id=cursor.account.page_id)
        posts = [event for event in parsed.events if isinstance(event, PostEvent)]
        hits = [event for event in posts if event.post.author.id != cursor.account.page_id][:room]
        ran.events += hits
        query.hour_hits += len(hits)
        search_walks.note_page(query, [reads.id_of(row) for row in answer.rows], since=since)
        page = answer.next_token
        if not page:
            break
        if cursor.wait_until is not None:
            return
    else:
        return
    search_walks.end(query)


def _take_in(account: PartnerAccount, ran: list[Ran], *, now: datetime) -> None:
    """All queries' hits together, so that a post is one message whoever caught it; then each query's figures."""
    outcomes = hear_catches(account, list(_catches(ran).values()), source=SOURCE, now=now)
    for one in ran:
        query = one.query
        one.kept = sum(outcomes.get(event.post.id) == "stored" for event in one.events)
        query.hits += len(one.events)
        query.kept += one.kept
        query.last_run_at, query.last_error = now, one.sentence[:300] if one.outcome == "failed" else ""
        query.save(update_fields=_RUN_FIELDS)


def place_of(query: SearchQuery) -> Place:
    return Place(queue=query.queue_id, folder=query.folder_id, priority=query.priority, policy=query.sla_policy_id)


def _catches(ran: Iterable[Ran]) -> dict[str, Catch]:
    caught: dict[str, Catch] = {}
    for one in sorted(ran, key=lambda one: one.query.pk):
        query = one.query
        for event in one.events:
            known = caught.get(event.post.id)
            place = known.place if known else place_of(query)
            labels = [*(known.labels if known else ()), query.label]
            caught[event.post.id] = Catch(event=event, labels=list(dict.fromkeys(labels)), place=place)
    return caught
