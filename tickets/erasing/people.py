"""The steps of an erasing that forget who somebody is, and where else they are named. Used by erase alone."""

import re
from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Cast, Concat, Upper

from kapture.sets import update_rows
from tickets.erasing.holding import Whom
from tickets.finding.entries import index
from tickets.finding.forgetting import NOBODY, forget_handles, forget_names
from tickets.finding.words import phrase
from tickets.models import (
    Customer,
    CustomerNote,
    Draft,
    HandleChange,
    Happening,
    Identity,
    ListEntry,
    Message,
    OptOut,
    OutboxEntry,
    ReadMark,
    Saying,
    Ticket,
)
from tickets.receiving.erased import ERASED


def forget_people(them: Whom) -> None:
    """They become nobody in particular; their tickets stay countable by person. Whoever writes under one of their ids
    from now on is somebody new."""
    CustomerNote.objects.filter(customer__in=them.customers).delete()
    HandleChange.objects.filter(identity__in=them.identities).delete()
    for model in (Saying, OptOut):
        model._default_manager.filter(identity__in=them.identities).delete()
    unmet = Q(identity=None, handle__in=them.handles)
    ListEntry.objects.filter(Q(identity__in=them.identities) | unmet).delete()
    ReadMark.objects.filter(person__in=them.people).delete()
    _scrub_spares(them.people)
    Happening.objects.filter(Q(identity__in=them.identities) | Q(about__in=them.ids)).delete()
    blank = {"handle": "", "name": "", "avatar_url": "", "bio": "", "location": ""}
    unknown = {"followers": None, "verified": None, "protected": None, "joined_at": None, "seen_at": None}
    # In one order, as whoever meets many people at once (receiving.people).
    rows = Identity.objects.filter(pk__in=them.identities)
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    number = Concat(Value(ERASED), Cast(F("pk"), CharField()))
    rows.update(**blank, **unknown, external_id=number)
    Customer.objects.filter(pk__in=them.customers).update(name="")


def forget_mentions(them: Whom) -> None:
    """Where others name them by handle, and where searches and logs of ours do. A handle gives way to signs of the same
    number, so that the other words of the text stay where they were."""
    handles = _without_those_of_others(them)
    if handles:
        _scrub_messages(them, handles)
        _scrub_log(handles)
    forget_handles(handles)
    forget_names(them.names | handles)


def _without_those_of_others(them: Whom) -> frozenset[str]:
    """A handle may have gone to somebody else since; what names that one stays."""
    big = {handle.upper() for handle in them.handles}
    taken = Identity.objects.annotate(big=Upper("handle")).filter(big__in=big).exclude(pk__in=them.identities)
    return them.handles - {handle.lower() for handle in taken.values_list("handle", flat=True)}


def _scrub_messages(them: Whom, handles: Collection[str]) -> None:
    """Found by the words that searches find; drafts are few."""
    named = re.compile(rf"(?<![\w@])@({_any_of(handles)})(?!\w)", re.IGNORECASE)
    asked = " | ".join(one for handle in sorted(handles) if (one := phrase(handle)))
    rows = Message.objects.extra(
        where=["id IN (SELECT message_id FROM tickets_searchentry WHERE vector @@ %s::tsquery)"], params=[asked]
    )
    found = [one for one in rows.exclude(pk__in=them.messages) if named.search(f"{one.text} {one.original_text}")]
    for one in found:
        one.text, one.original_text = _hidden(one.text, named), _hidden(one.original_text, named)
        one.spans = [_unled(span, {*handles, *them.people}) for span in one.spans]
    columns = ["id", "text", "original_text", "spans"]
    update_rows(Message, columns, [[getattr(one, name) for name in columns] for one in found])
    index(found)
    tickets = Ticket.objects.filter(pk__in={one.ticket_id for one in found}, last_text__contains="@").order_by("pk")
    lasts = list(tickets.select_for_update(no_key=True, of=("self",)).values_list("pk", "last_text"))
    update_rows(Ticket, ["id", "last_text"], [[pk, _hidden(text, named)] for pk, text in lasts])
    drafts = [one for one in Draft.objects.exclude(text="").order_by("pk") if named.search(one.text)]
    update_rows(Draft, ["id", "text"], [[one.pk, _hidden(one.text, named)] for one in drafts])


def _scrub_spares(people: Collection[str]) -> None:
    """Whom answers to others were not to notify."""
    for model in (OutboxEntry, Draft):
        for one in people:
            left = Func(F("spares"), Value(one), function="array_remove", output_field=model._meta.get_field("spares"))
            model.objects.filter(spares__contains=[one]).update(spares=left)


def _any_of(handles: Collection[str]) -> str:
    return "|".join(map(re.escape, sorted(handles)))


def _hidden(text: str, named: "re.Pattern[str]") -> str:
    return named.sub(lambda found: "@" + "-" * len(found[1]), text)


def _unled(span: Any, gone: Collection[str]) -> Any:
    """A link that leads to their page leads nowhere."""
    told = {str(span.get(name, "")).rpartition("/")[2].lstrip("@").lower() for name in ("target", "title")}
    return span | {"target": "", "title": "", "id": ""} if not told.isdisjoint(gone) else span


def _scrub_log(handles: Collection[str]) -> None:
    """What the admin wrote down of lists they stood on, with or without an @."""
    bare = re.compile(rf"(?<!\w)@?({_any_of(handles)})(?!\w)", re.IGNORECASE)
    about = Q()
    for handle in handles:
        about |= Q(change_message__icontains=handle) | Q(object_repr__icontains=handle)
    for entry in LogEntry.objects.filter(about, content_type__app_label="tickets").order_by("pk"):
        message, shown = bare.sub(NOBODY, entry.change_message), bare.sub(NOBODY, entry.object_repr)
        LogEntry.objects.filter(pk=entry.pk).update(change_message=message, object_repr=shown)


def forget_answers() -> None:
    """What programs were answered lately may repeat anybody's words; all of it goes, and costs them a replay. What is
    being answered at this moment repeats none."""
    apps.get_model("kapture", "ApiAnswer")._default_manager.exclude(status=None).delete()
