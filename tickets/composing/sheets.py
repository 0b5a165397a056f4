"""A sheet (the composer as one page showed it, by its token) that was sent already and is handed in once more: whether
it brings what did not go."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.files.base import File
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tickets.choices import DraftMode
from tickets.composing.enclosing import tell_apart
from tickets.errors import SentBefore
from tickets.models import Message, StoredFile


def was_sent(token: UUID | None) -> bool:
    return token is not None and _sent_from(token).exists()


def noted(token: UUID | None, *, by: User) -> str:
    """The words of the note that they wrote on this sheet; empty where none came of it. One statement."""
    if token is None:
        return ""
    return Message.objects.filter(external_id=f"note:{token}", agent=by).values_list("text", flat=True).first() or ""


def brings_more(
    token: UUID, mode: str, *, by: User, shown: Collection[int], brought: Sequence["File[Any]"]
) -> list["File[Any]"] | None:
    """Of the files it brings those that did not go with what was sent from it; None when nothing of it stayed behind,
    not even among those it showed. A note has none to show."""
    _gone, new = tell_apart(StoredFile.objects.filter(media__message__in=_sent_from(token)), (), brought)
    stayed = StoredFile.objects.filter(pk__in=shown, draft__person=by)
    return new if new or (mode != DraftMode.NOTE and stayed.exists()) else None


def sent_before(mode: str, *, kept: bool = False) -> SentBefore:
    """Said of what was not sent, for the sheet was."""
    if mode == DraftMode.POST:
        sentence = _("Something else was posted from here before. If this is to go as well, post it again.")
    else:
        sentence = _("Something else was sent from here before. If this is to go as well, send it again.")
    return SentBefore(sentence, kept=kept)


def _sent_from(token: UUID) -> QuerySet[Message]:
    return Message.objects.filter(Q(outbox__key=token) | Q(external_id=f"note:{token}"))
