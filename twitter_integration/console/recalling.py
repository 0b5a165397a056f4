"""The record of acts as people read it: who did what to whom or what, when, and what became of it.

Pages, API and commands choose and tell by this; X is not asked. A fixed number of statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twitter_integration.accounts import CHANNEL
from twitter_integration.choices import Fate
from twitter_integration.console.action import Action, Kind
from twitter_integration.console.changes import in_words
from twitter_integration.console.fates import link_of, sentence_of, with_fates
from twitter_integration.console.fields import BadInput, clean_field
from twitter_integration.console.record import TARGETS
from twitter_integration.console.table import ACTIONS
from twitter_integration.console.when import moment_words
from twitter_integration.models import AccountAct, Collection, PartnerAccount

SHORTENED = 80
# What kind of thing each action is done to: the first of its fields that the record takes for its target.
_TARGETS: Mapping[str, Kind] = {
    action.name: kinds[name]
    for action in ACTIONS.values()
    for kinds in ({field.name: field.kind for field in action.fields},)
    for name in reversed(TARGETS)
    if name in kinds
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A row in words. `about`: a handle, the beginning of a post, a collection's name; the bare id of what we do not
    know. `link`: where it stands on X. `changes`: what was changed, from what (None: not known), into what."""

    act: AccountAct
    words: str
    about: str
    fate: str
    sentence: str
    link: str
    changes: Sequence[tuple[str, str | None, str]]


def choose(
    account: PartnerAccount,
    *,
    private: bool,
    by: str = "",
    since: datetime | None = None,
    kind: str = "",
    target: str = "",
    fate: str = "",
) -> QuerySet[AccountAct]:
    """Of one account, the newest first. `kind`: an action's name. `private`: also acts with direct messages."""
    acts = with_fates(AccountAct.objects.filter(account=account)).order_by("-id")
    named = {"by_name__iexact": by, "at__gte": since, "action": kind, "target": target, "fate": fate}
    acts = acts.filter(**{name: value for name, value in named.items() if value})
    return acts if private else acts.filter(private=False)


def recall(acts: Iterable[AccountAct]) -> list[Recalled]:
    """Rows that `choose` found, in words. Three statements."""
    rows = list(acts)
    names = name_targets(rows)
    return [
        Recalled(
            act=act,
            words=action.words if (action := ACTIONS.get(act.action)) else _words(act.action),
            about=names.get(act.pk, ""),
            fate=str(Fate(act.fate).label),
            sentence=sentence_of(act),
            link=link_of(act),
            changes=in_words(ACTIONS.get(act.action), act.changes),
        )
        for act in rows
    ]


def _words(deed: str) -> str:
    """Of what is done in the outbox, and is no action of the console."""
    words = {
        "take-back": _("Take a post back"),
        "try-again": _("Try a post again"),
        "leave": _("Leave a post unsent"),
        "ended": _("End of a reminder"),
    }
    return words.get(deed, deed.replace("-", " ").capitalize())


def name_targets(acts: Sequence[AccountAct]) -> dict[int, str]:
    """What each was done to, as people call it."""
    known: dict[Kind, Mapping[str, str]] = {
        Kind.POST: _posts(_targets(acts, Kind.POST)),
        Kind.PERSON: _people(_targets(acts, Kind.PERSON)),
        Kind.COLLECTION: _collections(_targets(acts, Kind.COLLECTION)),
    }
    return {act.pk: _name(act, known) for act in acts}


def name_given(action: Action, name: str, value: str) -> str:
    """What stands in a field, for who confirms it: a post with its beginning, a collection by its name, a moment with
    its zone; all else as it was given."""
    kind = next(field.kind for field in action.fields if field.name == name)
    try:
        cleaned = clean_field(action, name, value)
    except BadInput:
        return value  # said when it is done
    if kind == Kind.MOMENT:
        return moment_words(cleaned)
    if kind == Kind.CHOICE:
        return next(field for field in action.fields if field.name == name).say(value)
    known = _posts({cleaned}) if kind == Kind.POST else _collections({str(cleaned)}) if kind == Kind.COLLECTION else {}
    return " · ".join(filter(None, (known.get(str(cleaned), ""), value)))


def shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORTENED else f"{line[: SHORTENED - 1]}…"


def _targets(acts: Sequence[AccountAct], kind: Kind) -> set[str]:
    return {act.target for act in acts if act.target and _TARGETS.get(act.action) == kind}


def _name(act: AccountAct, known: Mapping[Kind, Mapping[str, str]]) -> str:
    kind = _TARGETS.get(act.action)
    found = known[kind].get(act.target, "") if kind is not None and kind in known else ""
    if kind == Kind.PERSON:
        handle = act.target_name or found
        return f"@{handle.removeprefix('@')}" if handle else act.target
    return found or act.target_name or act.target


def _posts(ids: set[str]) -> dict[str, str]:
    """By X's id, as “the beginning of what it says”; only what everybody may read."""
    rows: Any = apps.get_model("tickets", "Message")._default_manager.filter(visibility="public")
    told = rows.filter(external_id__in=ids).values_list("external_id", "text") if ids else ()
    return {post: f"“{shorten(text)}”" for post, text in told if text}


def _people(ids: set[str]) -> dict[str, str]:
    rows: Any = apps.get_model("tickets", "Identity")._default_manager.filter(channel=CHANNEL, external_id__in=ids)
    return {person: handle for person, handle in rows.values_list("external_id", "handle") if handle} if ids else {}


def _collections(ids: set[str]) -> dict[str, str]:
    keys = [key for key in ids if key.isdecimal()]
    rows = Collection.objects.filter(pk__in=keys).values_list("pk", "name") if keys else ()
    return {str(key): name for key, name in rows}
