"""A post of one of our accounts that names or answers another of ours is kept for both, and X tells its deletion to its
author alone: what the author's account knows to be gone goes at the others too, whichever comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tickets.happenings import Retraction
from twitter_integration.accounts import CHANNEL
from twitter_integration.events import PostEvent
from twitter_integration.facts.ledger import Telling
from twitter_integration.purge.holdings import rows_of


def copies_of_gone(tellings: Sequence[Telling]) -> Iterator[Retraction]:
    """What is told to be gone, where others of ours hold it. Two statements at most."""
    told = [telling.handled.retraction for telling in tellings if telling.handled.retraction is not None]
    if not told:
        return
    gone = {one.external_id: one for one in told}
    for model in ("Message", "MessageVersion"):
        held = rows_of(model).filter(address__channel=CHANNEL, external_id__in=gone)
        for page_id, number in held.values_list("address__key", "external_id"):
            if page_id != gone[number].address_key:
                yield replace(gone[number], address_key=page_id, quoted_only=True)


def gone_at_their_authors(tellings: Sequence[Telling]) -> Iterator[Retraction]:
    """Posts told to one of ours that their author's account knows to be gone. Call before they are taken in. One
    statement at most."""
    events = [telling.event for telling in tellings if telling.handled.message is not None]
    posts = [event for event in events if isinstance(event, PostEvent) and event.post.author.id != event.account_id]
    if not posts:
        return
    authors, numbers = {event.post.author.id for event in posts}, {event.post.id for event in posts}
    own = rows_of("Message").filter(address__channel=CHANNEL, address__key__in=authors, external_id__in=numbers)
    rows = own.exclude(deleted_at=None).values_list("address__key", "external_id", "deleted_at")
    gone = {(author, number): at for author, number, at in rows}
    for event in posts:
        at = gone.get((event.post.author.id, event.post.id))
        if at is not None:
            address, number = event.account_id, event.post.id
            yield Retraction(channel=CHANNEL, address_key=address, external_id=number, at=at, public_only=True)
