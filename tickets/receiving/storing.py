"""Finds out where the new messages of a batch belong, and files them there. Used by intake alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tickets.choices import Visibility
from tickets.matching import Said, match
from tickets.models import MessageVersion
from tickets.receiving.attention import catch_up
from tickets.receiving.candidates import find_links, rules_of
from tickets.receiving.filing import Filing, Item
from tickets.receiving.joining import bring_home, find_early
from tickets.receiving.leaving import hear_again
from tickets.receiving.loose import find_loose
from tickets.receiving.talks import tie
from tickets.receiving.versions import amend, awaits_another, remember_versions
from tickets.rules.evidence import Heard


def store(fresh: Sequence[Item], *, now: datetime) -> set[int]:
    """File what is new; what is only another version of a message goes to that one. Returns the tickets concerned."""
    amended = amend(fresh)
    amending = {id(item) for item in amended.items}
    rest = [item for item in fresh if id(item) not in amending]
    ids = {(item.address.pk, item.message.external_id) for item in rest}
    later = [item for item in rest if awaits_another(item, ids)]
    waiting = {id(item) for item in later}
    _name_by_every_version(rest, later)
    filing = _file([item for item in rest if id(item) not in waiting], now=now)
    filing.save()
    catch_up([item.row for item in filing.items if item.row is not None])
    remember_versions(filing.items)
    amended.tickets.update(item.ticket.pk for item in filing.items if item.ticket is not None)
    tie(_talks(filing))
    amended.tickets |= bring_home(find_early(_homes(filing)), now=now)
    if later:
        amended.add(amend(later))
    _reunite(amended.items, now=now)
    hear_again(amended.unsaid, now=now)
    return amended.tickets


def _homes(filing: Filing) -> dict[tuple[int, str], int]:
    """Of what was filed or found its ticket now, what had an answer on another ticket before: by every id, on which
    ticket it is."""
    homes: dict[tuple[int, str], int] = {}
    for item in filing.items:
        for number in item.message.ids if item.ticket is not None and not item.message.private else ():
            answers = filing.links.answered_by.get((item.address.pk, number), ())
            if item.ticket is not None and any(filing.number_of(ref) != item.ticket.pk for ref in answers):
                homes[item.address.pk, number] = item.ticket.pk
    adopted = {row.pk: row for row, _ in filing.adopted if row.visibility == Visibility.PUBLIC}
    found = {(row.address_id, row.external_id): row.ticket_id for row in adopted.values()}
    versions = MessageVersion.objects.filter(message__in=adopted) if adopted else MessageVersion.objects.none()
    for pk, number in versions.values_list("message_id", "external_id"):
        found[adopted[pk].address_id, number] = adopted[pk].ticket_id
    homes |= {(address, number): pk for (address, number), pk in found.items() if number and pk is not None}
    return homes


def _talks(filing: Filing) -> dict[tuple[int, str], str]:
    """The conversations of what was answered before it came, by every id of it."""
    return {
        key: item.row.conversation
        for item in filing.items
        if item.row is not None and not item.message.private
        for key in ((item.address.pk, number) for number in item.message.ids)
        if key in filing.links.answered_by
    }


def _name_by_every_version(items: Sequence[Item], later: Sequence[Item]) -> None:
    """What this batch tells in several versions is known by all of them at once: a third may answer the newest."""
    firsts = {(item.address.pk, item.message.external_id): item for item in items}
    for item in sorted(later, key=lambda item: len(item.message.versions)):
        for number in item.message.versions:
            first = firsts.get((item.address.pk, number))
            if first is not None:
                first.message = replace(first.message, versions=item.message.versions)


def _reunite(edited: Sequence[Item], *, now: datetime) -> None:
    """Answers of ours that named a version nobody had told us of yet belong to its message, now that we know it."""
    if not edited:
        return
    batch = [(item.address.pk, item.message) for item in edited]
    filing = Filing(links=find_links(batch, customers={}), loose=find_loose(batch, conversations=()), now=now)
    for item in edited:
        filing.adopt(item)
    filing.save()


def _file(items: Sequence[Item], *, now: datetime) -> Filing:
    customers = {
        item.identity.external_id: (item.identity.pk, item.identity.customer_id) for item in items if item.identity
    }
    batch = [(item.address.pk, item.message) for item in items]
    links = find_links(batch, customers=customers)
    conversations = {links.conversation(address, message) for address, message in batch}
    filing = Filing(links=links, loose=find_loose(batch, conversations=conversations), now=now)
    heard = [Heard.of(i.message, i.address, i.identity) for i in items if i.identity and not i.message.by_us]
    filing.steering.prepare(heard, links.stored)
    for item in items:
        identity, address = item.identity, item.address
        said = Said(
            customer=identity.customer_id if identity else None,
            by_us=item.message.by_us,
            private=item.message.private,
            sent_at=item.message.sent_at,
            answers=bool(item.message.in_reply_to),
            aside=item.message.aside,
        )
        candidates = links.candidates(address.pk, item.message, identity=identity.pk if identity else 0)
        filing.add(item, match(said, candidates, rules_of(address)))
    return filing
