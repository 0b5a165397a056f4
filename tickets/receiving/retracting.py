"""What is gone from its channel goes here too: text, links, media, and the copies in messages that quote it. Who, when
and every figure stay (a tombstone)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform

from kapture.sets import copy_objects, copy_rows, each_without_key, update_rows, without_key
from tickets.choices import Direction, MessageKind, Visibility
from tickets.composing.files import ring_sweeper
from tickets.happenings import Retraction
from tickets.history import current_gesture
from tickets.models import Activity, Approval, DryRunLine, Media, Message, MessageVersion, RuleRun, StoredFile, Ticket
from tickets.reading.last_word import last_said
from tickets.receiving.rows import without_words

Gone = dict[tuple[int, str], Retraction]  # (address, external id) → what was told


def bury(gone: Gone, *, now: datetime) -> set[int]:
    """Make tombstones; returns the tickets concerned. A fixed number of statements.

    What we never held gets a tombstone as well: should the message itself come later, it is known to be gone. Not what
    was held only inside messages that quote it, nor what was meant as a private message and is none that we know.
    """
    if not gone:
        return set()
    found = _find(gone)
    gone = {key: told for key, told in gone.items() if not told.private_only or _is_private(found.get(key))}
    found = {key: message for key, message in found.items() if key in gone}
    fresh = {key: message for key, message in found.items() if _applies(gone[key], message)}
    _empty(fresh, gone)
    _set_tombstones({key: told for key, told in gone.items() if key not in found and not told.quoted_only}, now)
    tickets = {message.ticket_id for message in (*fresh.values(), *_empty_quotes(gone, found)) if message.ticket_id}
    _tell(fresh, gone)
    return tickets


def _applies(told: Retraction, message: Message) -> bool:
    return message.deleted_at is None and (not told.public_only or message.visibility == Visibility.PUBLIC)


def _is_private(message: Message | None) -> bool:
    return message is not None and message.visibility == Visibility.PRIVATE


def _find(gone: Gone) -> dict[tuple[int, str], Message]:
    addresses, numbers = {address for address, _ in gone}, {number for _, number in gone}
    versions = MessageVersion.objects.filter(address__in=addresses, external_id__in=numbers).select_related("message")
    found = {(row.address_id, row.external_id): row.message for row in versions}
    for message in Message.objects.filter(address__in=addresses, external_id__in=numbers):
        found[message.address_id, message.external_id or ""] = message
    return {key: message for key, message in found.items() if key in gone}


def _empty(found: dict[tuple[int, str], Message], gone: Gone) -> None:
    if not found:
        return
    columns = ["id", "text", "original_text", "spans", "quoted", "deleted_at", "deleted_by"]
    update_rows(
        Message, columns, [[m.pk, "", "", [], None, gone[key].at, gone[key].by[:150]] for key, m in found.items()]
    )
    keys = [message.pk for message in found.values()]
    if StoredFile.objects.filter(media__message__in=keys).exists():
        ring_sweeper()
    Media.objects.filter(message__in=keys).delete()
    MessageVersion.objects.filter(message__in=keys).update(text="", spans=[])
    Approval.objects.filter(message__in=keys).exclude(written="", word="").update(written="", word="")
    _forget_grounds(keys)


def _forget_grounds(keys: Sequence[int]) -> None:
    """What rules found in them, in the log and in the history; which rules held stays."""
    DryRunLine.objects.filter(ticket__messages__in=keys).update(why=[])
    runs = RuleRun.objects.filter(message__in=keys)
    tickets = set(runs.values_list("ticket_id", flat=True))
    if not tickets:
        return
    theirs = runs.filter(ticket=OuterRef("ticket"), message__sent_at=OuterRef("at"))
    ruled = Activity.objects.filter(Exists(theirs), ticket__in=tickets, verb="ticket.ruled")
    ruled.update(data=without_key("data", "grounds"))
    runs.update(steps=each_without_key("steps", "grounds"))


def _empty_quotes(gone: Gone, found: Mapping[tuple[int, str], Message]) -> Sequence[Message]:
    """Copies of its words in messages that quote it, by whichever of its versions. Returns those messages."""
    names = _names(gone, found)
    rows = Message.objects.annotate(quotes=KeyTextTransform("external_id", "quoted")).filter(
        address__in={address for address, _ in names}, quotes__in={number for _, number in names}, quoted__isnull=False
    )
    quoting: list[Message] = []
    for message in rows.only("address", "ticket", "quoted"):
        quoted = message.quoted or {}
        at = names.get((message.address_id, quoted["external_id"]))
        if at is not None and not quoted.get("deleted_at"):
            message.quoted = without_words(quoted, deleted_at=at)
            quoting.append(message)
    update_rows(Message, ["id", "quoted"], [[message.pk, message.quoted] for message in quoting])
    return quoting


def _names(gone: Gone, found: Mapping[tuple[int, str], Message]) -> dict[tuple[int, str], datetime]:
    """Every id by which what is gone may be quoted → when it went. Only what is public is ever quoted."""
    names = {key: told.at for key, told in gone.items()}
    since = {message.pk: gone[key].at for key, message in found.items()}
    names |= {(message.address_id, message.external_id or ""): since[message.pk] for message in found.values()}
    versions = MessageVersion.objects.filter(message__in=since).values_list("address_id", "external_id", "message_id")
    return names | {(address, number): since[message] for address, number, message in versions}


def _set_tombstones(gone: Gone, now: datetime) -> None:
    """Rows without a word; the caller holds the lock of the addresses, so nobody stores the same id meanwhile."""
    copy_objects(
        [
            Message(
                address_id=address,
                external_id=number,
                kind=MessageKind.POST,
                direction=Direction.OUT,
                visibility=Visibility.PUBLIC,
                sent_at=told.at,
                received_at=now,
                deleted_at=told.at,
            )
            for (address, number), told in gone.items()
        ]
    )


def _tell(found: dict[tuple[int, str], Message], gone: Gone) -> None:
    """History, and the last words of lists: they repeat the text that must go."""
    rows = [
        [message.ticket_id, "message.deleted", {"message": message.pk}, gone[key].at, current_gesture()]
        for key, message in found.items()
        if message.ticket_id is not None
    ]
    if not rows:
        return
    copy_rows(Activity, ["ticket", "verb", "data", "at", "gesture"], rows)
    last = last_said({message.ticket_id for message in found.values() if message.ticket_id is not None})
    emptied = [ticket for ticket, message in last.items() if message.deleted_at is not None]
    Ticket.objects.filter(pk__in=emptied).update(last_text="")
