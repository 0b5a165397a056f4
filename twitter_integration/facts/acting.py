"""Acts on typed events, whoever brought them (webhook, poll, search, replay), and notes each fact once.

Runs inside its caller's transaction; a fixed number of statements per batch.
"""

from collections.abc import Sequence
from datetime import datetime

from tickets import intake
from tickets.happenings import Retraction
from twitter_integration.choices import Outcome
from twitter_integration.deliveries.forgetting import forget_bodies_of
from twitter_integration.events import RevokedEvent
from twitter_integration.facts.consequences import follow_rename, withdraw_consent
from twitter_integration.facts.ignoring import set_aside, settle
from twitter_integration.facts.knowing import learn, lessons_of
from twitter_integration.facts.ledger import Key, Telling, known_keys, note_events
from twitter_integration.facts.moments import happened_at
from twitter_integration.facts.pairing import pair
from twitter_integration.facts.reactions import keep_reactions
from twitter_integration.facts.refreshing import tell_streams
from twitter_integration.facts.shared_posts import copies_of_gone, gone_at_their_authors
from twitter_integration.handlers import Handled, handle


def act(tellings: Sequence[Telling], *, now: datetime) -> None:
    """Everything the events ask for, then a row per fact. Raises whatever intake raises; nothing is half done."""
    for telling in tellings:
        telling.handled = handle(telling.event, telling.account, source=telling.source, received_at=telling.received_at)
    pair(tellings)
    told_before = known_keys(telling.key for telling in tellings)
    fresh = _first_tellings(tellings, set(told_before))
    held = set_aside(tellings, now=now)
    gone, received = _hand_over(tellings, fresh, now=now)
    settle(tellings, held, received, {id(one) for one in fresh}, now)
    learn(lessons_of((t.event, t.received_at) for t in tellings))
    keep_reactions((t.event, t.received_at) for t in tellings)
    for telling in fresh:
        _change_account(telling)
    # Typing is never stored (x-api P24): it has no natural key and means nothing a moment later.
    note_events([t for t in tellings if t.handled.typing is None], told_before, now=now)
    tell_streams(fresh)
    _forget_bodies(tellings, gone, now=now)


def _first_tellings(tellings: Sequence[Telling], told: set[Key]) -> list[Telling]:
    """What nobody told before: counting and stopping accounts must happen once."""
    fresh = []
    for telling in tellings:
        if telling.key not in told:
            told.add(telling.key)
            fresh.append(telling)
    return fresh


def _hand_over(
    tellings: Sequence[Telling], fresh: Sequence[Telling], *, now: datetime
) -> tuple[list[Retraction], list[intake.Received]]:
    """Messages go in however often they are told, for each stream is noted; what depends on them follows. Returns what
    is gone, and what became of what was said."""
    gone_before = list(gone_at_their_authors(tellings))
    if gone_before:
        intake.retract(gone_before, now=now)
    # A reaction that X's other product told under another key is on its ticket already.
    messages = [t.handled.message for t in tellings if t.handled.message is not None and not t.same_as]
    received = intake.receive(messages, now=now) if messages else []
    gone = [t.handled.retraction for t in tellings if t.handled.retraction is not None]
    gone += copies_of_gone(tellings)
    if gone:
        intake.retract(gone, now=now)
    facts = [t.handled.fact for t in fresh if t.handled.fact is not None]
    if facts:
        intake.note_facts(facts, now=now)
    reads = [t.handled.read for t in tellings if t.handled.read is not None]
    typing = [t.handled.typing for t in tellings if t.handled.typing is not None]
    if reads or typing:
        intake.note_attention(reads, typing, now=now)
    return gone_before + gone, received


def _forget_bodies(tellings: Sequence[Telling], gone: Sequence[Retraction], *, now: datetime) -> None:
    """After the facts were noted, for one batch may tell of a post and of its end."""
    numbers_of: dict[str, list[str]] = {}
    for told in gone:
        numbers_of.setdefault(told.address_key, []).append(told.external_id)
    in_hand = {telling.delivery.pk for telling in tellings if telling.delivery}
    for account, numbers in numbers_of.items():
        forget_bodies_of(account, numbers, now=now, in_hand=in_hand)


def _change_account(telling: Telling) -> None:
    handled = telling.handled
    if handled.withdrawn is not None:
        app_id = telling.event.app_id if isinstance(telling.event, RevokedEvent) else ""
        moment = happened_at(telling.event, telling.received_at)
        if reason := withdraw_consent(handled.withdrawn, at=moment, app_id=app_id):
            telling.handled = Handled(outcome=Outcome.IGNORED, reason=reason)
    if handled.renamed is not None and telling.account is not None:
        follow_rename(telling.account, handled.renamed, at=happened_at(telling.event, telling.received_at))
