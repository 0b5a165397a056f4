"""Drafts: what somebody writes is kept on the server while they write, theirs alone, until it is sent or emptied.

A draft also holds the files that go with it, and so carries them from one step of the composer to the next.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from kapture.sets import lock_together
from tickets.channels import channel_named
from tickets.choices import DraftMode, Visibility
from tickets.composing.begun import begun_as, for_fewest
from tickets.composing.enclosing import GONE, UNSEEN, choose_fitting, keep, tell_apart
from tickets.composing.files import ring_sweeper
from tickets.composing.sheets import brings_more, sent_before, was_sent
from tickets.errors import CannotSend
from tickets.models import Address, Draft, Message, StoredFile, Ticket
from tickets.outbound import FileLimits
from tickets.permissions import may, require, require_on, speakable_addresses, visible_tickets

_SPACE = 0x0D4A  # advisory locks, keyed by person
Place = Ticket | Address


@dataclass(frozen=True, slots=True)
class Edit:
    """Which save of which window; numbers grow."""

    window: UUID
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the composer holds. `began`: as in begun.begun_as. `descriptions`: of its files, by their key. `answers`:
    the message answered. `edit`: of what a window saves by itself, so that what arrives late is not taken for the
    latest."""

    text: str = ""
    began: str = ""
    answers: int | None = None
    send_at: datetime | None = None
    invite: bool = False
    circle: str = ""
    spares: Sequence[str] = ()  # whom the channel is not to notify by itself
    quotes: str = ""  # of a new post: the post it quotes
    descriptions: Mapping[int, str] = field(default_factory=dict)
    edit: Edit | None = None


def address_of(place: Place) -> Address:
    return place.address if isinstance(place, Ticket) else place


def limits_of(place: Place, mode: str) -> FileLimits:
    return channel_named(address_of(place).channel).files(private=mode == DraftMode.PRIVATE)


def of(person: User, place: Place, mode: str) -> Draft | None:
    """The draft with its files."""
    found = _theirs(person, place).filter(mode=mode).prefetch_related("files")
    return found.first() if _may_have(person, mode) else None


def begun(person: User, ticket: Ticket) -> list[Draft]:
    """What they have begun here, one for each way to answer; the composer opens with the first."""
    found = _on_ticket(person=person.pk, ticket=ticket.pk)
    return [draft for draft in found if _may_have(person, draft.mode, draft.began)]


def mine(person: User) -> QuerySet[Draft]:
    """All of somebody's drafts they may still see, the latest first."""
    on_tickets = Q(ticket__in=visible_tickets(person).order_by())
    posts = Q(address__in=speakable_addresses(person))
    drafts = Draft.objects.filter(on_tickets | posts, person=person)
    if not may(person, "see_private"):
        drafts = drafts.exclude(Q(mode=DraftMode.PRIVATE) | Q(began=DraftMode.PRIVATE))
    return drafts.select_related("ticket__identity", "ticket__customer", "address")


def write(
    person: User,
    place: Place,
    mode: str,
    words: Words,
    *,
    now: datetime,
    files: Sequence["File[Any]"] = (),
    shown: Collection[int] = (),
    moved_from: str = "",
    token: UUID | None = None,
) -> Draft | None:
    """Keep what the composer holds; nothing at all keeps nothing. Raises NotAllowed for who could not send it, and
    CannotSend for files that cannot be sent, once everything else is kept.

    `shown`: as in `sending`. `moved_from`: the way it was kept under before; that draft becomes this one when there is
    none here yet. `token`: the sheet; what was sent from it already is not kept again (a late save). Where it brings
    files that did not go, they are kept with its words, and CannotSend says that the sheet was sent.
    """
    _check_right(person, place, mode, words.began)
    with transaction.atomic():
        lock_together(_SPACE, [person.pk])
        sent: CannotSend | None = None
        if token is not None and was_sent(token):
            more = brings_more(token, mode, by=person, shown=shown, brought=files)
            if more is None:
                return None
            files, sent = more, sent_before(mode, kept=True)
        if words.edit and not files and (later := _saved_later(person, place, words.edit)):
            return later
        draft, refusal = _keep(person, place, mode, words, now=now, files=files, shown=shown, moved_from=moved_from)
        refusal = refusal or sent
    if refusal is not None:
        raise refusal
    return draft


def _keep(
    person: User,
    place: Place,
    mode: str,
    words: Words,
    *,
    now: datetime,
    files: Sequence["File[Any]"],
    shown: Collection[int],
    moved_from: str,
) -> tuple[Draft | None, CannotSend | None]:
    draft = _theirs(person, place).filter(mode=mode).first()
    if draft is None and moved_from:
        draft = _theirs(person, place).filter(mode=moved_from).first()
    held = list(draft.files.all()) if draft else []
    limits = limits_of(place, mode) if mode != DraftMode.NOTE else None
    _unseen, new = tell_apart(held, shown, files)
    fitting, refusal = choose_fitting([stored.kind for stored in held], new, limits)
    if not (words.text.strip() or fitting or held):
        _delete(draft)
        return None, refusal
    draft = draft or Draft(person=person, **_at(place))
    draft.began = begun_as(mode, words.text, told=words.began, before=draft.began, words=draft.text, files=bool(held))
    draft.mode = mode
    draft.text, draft.send_at, draft.invite = words.text, words.send_at, words.invite
    draft.circle, draft.quotes, draft.spares = words.circle, words.quotes, list(words.spares)
    draft.answers_id = words.answers if _answerable(words.answers, place) else None
    draft.left_out = str(refusal or "") if files else draft.left_out
    draft.changed_at = now
    if words.edit:
        draft.window, draft.edit = words.edit.window, words.edit.number
    draft.save()
    _describe(held, words.descriptions)
    for file, facts in fitting:
        keep(file, facts, now=now, draft=draft)
    return draft, refusal


@transaction.atomic
def remove_file(person: User, pk: int) -> None:
    """Take a file out of one's own draft; what was said of others, that there was no place for, is over."""
    Draft.objects.filter(files=pk, person=person).update(left_out="")
    StoredFile.objects.filter(pk=pk, draft__person=person).update(draft=None)
    ring_sweeper()


@transaction.atomic
def take_along(person: User, place: Place, mode: str, *, to: Ticket, now: datetime) -> bool:
    """What was begun in one place is to be said on another ticket; False when something begun stands there already, and
    nothing was moved."""
    lock_together(_SPACE, [person.pk])
    begun = _theirs(person, place).filter(mode=mode)
    if begun.exists() and _theirs(person, to).filter(mode=mode).exists():
        return False
    begun.update(ticket=to, address=None, answers=None, changed_at=now)
    return True


def hold(person: User) -> None:
    """Until the end of the transaction nothing else is done with somebody's drafts."""
    lock_together(_SPACE, [person.pk])


@transaction.atomic
def drop(person: User, place: Place, *modes: str) -> None:
    """It was sent, or is not wanted any more."""
    lock_together(_SPACE, [person.pk])
    for draft in _theirs(person, place).filter(mode__in=modes):
        _delete(draft)


@contextmanager
def sending(
    person: User,
    place: Place,
    *modes: str,
    draft: Draft | None,
    shown: Collection[int] | None,
    brought: Sequence["File[Any]"] = (),
    token: UUID | None,
) -> Iterator[list[StoredFile]]:
    """Inside, what is in the composer is sent: with the files given, once, whatever other windows send of the same
    draft; then it is gone, or nothing was sent. Of a note the words are gone, and nothing else: files go with answers.

    `shown`: the files the composer showed, by their key; `brought`: those chosen with it. Exactly these go: raises
    CannotSend when one went with another answer or was taken out, or another was added. None: a note, which has none.
    A sheet (`token`) that was sent already is not asked, and what was written since stays.
    """
    with transaction.atomic():
        # Before the ticket, as when something is taken back.
        lock_together(_SPACE, [person.pk])
        if was_sent(token):
            yield []
            return
        files = list(draft.files.all()) if draft is not None and shown is not None else []
        _check_seen(_theirs(person, place).filter(mode__in=modes), files, shown, brought)
        yield files
        if shown is None:
            _leave_answers(person, place, modes)
        else:
            drop(person, place, *modes)


@transaction.atomic
def let_go(person: User, place: Place, mode: str, *, said: Callable[[str], bool]) -> None:
    """These words reached the customer another way: they are nothing to be sent any more. Files stay. Who is saving it
    at this moment is not waited for."""
    draft = _theirs(person, place).filter(mode=mode).select_for_update(skip_locked=True).first()
    if draft is None or not said(draft.text):
        return
    if draft.files.exists():
        Draft.objects.filter(pk=draft.pk).update(text="")
    else:
        _delete(draft)


@transaction.atomic
def put_back(
    person: User,
    message: Message,
    text: str,
    taken: Sequence[int],
    *,
    now: datetime,
    words_too: bool = False,
    to: Ticket | None = None,
    stands: Words | None = None,
) -> Draft | None:
    """Messages with files that were taken back become a draft again, before what stands there already. Words alone are
    the caller's, unless they are to be kept (`words_too`). `to`: another ticket than theirs. `stands`: what is in the
    composer by now; begun in private, all of it is kept so, and begun as a note it is asked about as one."""
    files = StoredFile.objects.filter(media__message__in=taken)
    if not words_too and not files.exists():
        return None
    lock_together(_SPACE, [person.pk])
    place: Place = to or message.ticket or message.address
    secret = message.visibility == Visibility.PRIVATE or (stands is not None and stands.began == DraftMode.PRIVATE)
    mode = DraftMode.POST if isinstance(place, Address) else DraftMode.PRIVATE if secret else DraftMode.PUBLIC
    drafts = _theirs(person, place).filter(mode=mode)
    draft = drafts.first() or Draft(person=person, mode=mode, began=mode, **_at(place))
    begun = stands.text if stands is not None and stands.text else draft.text
    draft.text = "\n\n".join(part for part in (text, begun) if part)
    noted = DraftMode.NOTE if stands is not None and stands.text and stands.began == DraftMode.NOTE else ""
    draft.began = for_fewest(draft.began, mode, noted)
    if stands is not None:
        draft.answers_id = stands.answers if mode == DraftMode.PUBLIC else None
    if stands is not None and stands.edit:
        draft.window, draft.edit = stands.edit.window, stands.edit.number
    draft.quotes = (message.quote_of if mode == DraftMode.POST else "") or draft.quotes
    draft.spares = entry.spares if (entry := getattr(message, "outbox", None)) is not None else draft.spares
    draft.changed_at = now
    draft.save()
    for stored in files.select_related("media"):
        described = stored.media.alt_text if stored.media else ""
        StoredFile.objects.filter(pk=stored.pk).update(draft=draft, media=None, alt_text=described)
    return draft


@prepared
def _on_ticket() -> QuerySet[Draft]:
    return Draft.objects.filter(person=Given("person"), ticket=Given("ticket"))


def _theirs(person: User, place: Place) -> QuerySet[Draft]:
    return Draft.objects.filter(person=person, **_at(place))


def _saved_later(person: User, place: Place, edit: Edit) -> Draft | None:
    """What this window saved here after that."""
    return _theirs(person, place).filter(window=edit.window, edit__gt=edit.number).first()


def _at(place: Place) -> dict[str, Any]:
    return {"ticket": place} if isinstance(place, Ticket) else {"ticket": None, "address": place}


def _may_have(person: User, *modes: str) -> bool:
    return DraftMode.PRIVATE not in modes or may(person, "see_private")


def _check_right(person: User, place: Place, mode: str, began: str) -> None:
    """Raises NotAllowed for who could do nothing with it."""
    if isinstance(place, Ticket):
        require_on(person, "work" if mode == DraftMode.NOTE else "send", place)
    else:
        require(person, "publish")
    if DraftMode.PRIVATE in (mode, began):
        require(person, "see_private")


def _check_seen(
    drafts: QuerySet[Draft],
    files: Iterable[StoredFile],
    shown: Collection[int] | None,
    brought: Iterable["File[Any]"],
) -> None:
    """Raises CannotSend unless the composer knew of all these files, and of whatever else goes with its drafts."""
    if shown is None:
        return
    if not {stored.pk for stored in files}.issuperset(shown):
        raise CannotSend(_(GONE))
    unseen, _new = tell_apart(StoredFile.objects.filter(draft__in=drafts), shown, brought)
    if unseen:
        raise CannotSend(_(UNSEEN))


def _leave_answers(person: User, place: Place, modes: Collection[str]) -> None:
    """After a note: what is an answer's, its files and words of its own, stays as the answer's draft."""
    theirs = _theirs(person, place)
    note = theirs.filter(mode=DraftMode.NOTE).first()
    for draft in theirs.filter(mode__in=modes).exclude(mode=DraftMode.NOTE):
        if note is None or draft.text.strip() != note.text.strip():
            continue
        if draft.files.exists():
            theirs.filter(pk=draft.pk).update(text="")
        else:
            _delete(draft)
    if note is not None and note.files.exists():
        _give_back(note, place, modes)
    else:
        _delete(note)


def _give_back(note: Draft, place: Place, modes: Collection[str]) -> None:
    """Files that went along when their answer became a note are the answer's again."""
    private = isinstance(place, Ticket) and place.private
    usual = DraftMode.PRIVATE if private else DraftMode.PUBLIC
    mode = next((one for one in (note.began, *modes) if one in (DraftMode.PUBLIC, DraftMode.PRIVATE)), usual)
    answer = _theirs(note.person, place).filter(mode=mode).first()
    if answer is None:
        note.mode, note.began, note.text = mode, mode, ""
        note.save(update_fields=["mode", "began", "text"])
    else:
        note.files.update(draft=answer)
        theirs = _theirs(note.person, place).filter(pk=answer.pk)
        theirs.update(began=for_fewest(answer.began, mode))
        _delete(note)


def _answerable(pk: int | None, place: Place) -> bool:
    return pk is not None and isinstance(place, Ticket) and place.messages.filter(pk=pk).exists()


def _describe(files: Iterable[StoredFile], descriptions: Mapping[int, str]) -> None:
    for stored in files:
        told = descriptions.get(stored.pk)
        if told is not None and told != stored.alt_text:
            StoredFile.objects.filter(pk=stored.pk).update(alt_text=told)


def _delete(draft: Draft | None) -> None:
    if draft is not None:
        draft.delete()
        ring_sweeper()
