"""The account console: what can be done with an account, as small forms; each is handed to console.doing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tickets.channels import CannotDo
from twitter_integration.choices import Fate
from twitter_integration.console import (
    doing,
    fields,
    naming,
    offering,
    own_lists,
    permitting,
    remembering,
    who,
)
from twitter_integration.console.action import Action, Kind, Scope
from twitter_integration.console.actor import as_actor
from twitter_integration.console.collected import named
from twitter_integration.console.due import answer, count_due, due_of
from twitter_integration.console.fields import BadInput
from twitter_integration.console.recalling import choose, name_given, recall
from twitter_integration.console.refused import NotConfirmed, Refused, UnderWay
from twitter_integration.console.table import ACTIONS, GROUPS
from twitter_integration.console.writing import count, whom_to_name
from twitter_integration.models import PartnerAccount
from twitter_integration.views import reading
from twitter_integration.views.sheet import Sheet, as_gesture

TABS = {slugify(name): name for name in GROUPS}
_LATEST = 100
# What is read no more once it is done, and of which readings; of all where none is named.
_ENDS: Mapping[str, Sequence[str]] = {
    "delete-post": (),
    "delete-list": (),
    "unfollow": ("following",),
    "unmute": ("muted",),
    "unblock": ("blocked",),
    "unfollow-list": ("followed-lists",),
    "unpin-list": ("pinned-lists",),
}


def for_operators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sign-in first; for whoever may not operate accounts there is nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not who.may_enter(request.user):
            raise Http404
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return login_required(guarded)


@for_operators
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    rows, due = list(who.theirs(person).defer(*PartnerAccount.SEALED_WITH_APP)), count_due(person, now=timezone.now())
    for account in rows:
        account.due = due.get(account.pk, 0)  # type: ignore[attr-defined]  # for the template only
    return render(request, "x/console/accounts.html", {"accounts": rows, "view": "console"})


@for_operators
@require_GET
def console(request: HttpRequest, key: str, tab: str = "timelines") -> HttpResponse:
    """A tab with its forms; with `read` also what that reading found. X is asked only when somebody asked for it."""
    account = account_or_404(request, key)
    if tab not in TABS and tab != "log":
        raise Http404
    facts = around(request, account, tab)
    if tab == "log":
        return render(request, "x/console/page.html", facts | _record(request, account))
    actor, actions, wanted = as_actor(_person(request), via="page"), GROUPS[TABS[tab]], request.GET.get("form")
    facts |= reading.show(request, account, actions, actor=actor, filled=wanted is not None)
    # After reading: what was read stands in the forms.
    facts |= _forms(request, account, tab, read=facts.get("read"))
    if wanted is not None:
        facts["filled"] = _filled(request, account, facts["offers"], wanted)
    return render(request, "x/console/page.html", facts)


@for_operators
@require_POST
def act(request: HttpRequest, key: str, name: str) -> HttpResponse:
    account, action = account_or_404(request, key), ACTIONS.get(name)
    if action is None or action.reads:
        raise Http404
    back = request.POST.get("tab", "")
    back = back if back in TABS else "timelines"
    if "due" in request.POST:
        return _undo_due(request, key, back)
    sheet, order = Sheet(request, account, _person(request), action), None
    try:
        order = sheet.order()
        done = doing.perform(account, order, actor=as_actor(_person(request), via="page"), now=timezone.now())
    except NotConfirmed:
        assert order is not None
        return _ask(sheet, order, back)
    except UnderWay as error:
        messages.info(request, error.sentence)
        return redirect("console", key=key, tab=back)
    except (BadInput, Refused) as error:
        return _again(sheet, error)
    if done.act is not None and (gone := _ENDS.get(name)) is not None:
        remembering.drop(account, done.act.target, readings=gone)
    messages.success(request, done.sentence)
    return redirect("console", key=key, tab=back)


def _undo_due(request: HttpRequest, key: str, back: str) -> HttpResponse:
    """What a reminder is about is taken back: once, whoever else answers it at the same moment."""
    due, sheet, now = request.POST["due"], as_gesture(request.POST.get("sheet", "")), timezone.now()
    try:
        messages.success(request, answer(due, undo=True, sheet=sheet, by=_person(request), now=now))
    except CannotDo as error:
        messages.error(request, error.sentence)
    return redirect("console", key=key, tab=back)


def around(request: HttpRequest, account: PartnerAccount, tab: str) -> dict[str, Any]:
    """What every page of the account shows: its tabs, what is due, and what its forms let one choose from."""
    due = due_of(account.page_id, _person(request), now=timezone.now())
    return {
        "account": account,
        "tab": tab,
        "tabs": {slug: _(name) for slug, name in TABS.items()},
        "view": "console",
        "due": due,
        "due_sheet": uuid4(),
    }


def _forms(request: HttpRequest, account: PartnerAccount, tab: str, *, read: Action | None = None) -> dict[str, Any]:
    """The tab's forms with what they let one choose from, and how what it reads is read."""
    actions, now = GROUPS[TABS[tab]], timezone.now()
    offers = offering.offers(account, actions, actor=as_actor(_person(request), via="page"), now=now, sheet=uuid4)
    kinds = {field.kind for action in actions for field in action.fields}
    posts, people = remembering.names(account, now=now) if {Kind.POST, Kind.PERSON} & kinds else ({}, {})
    return {
        "offers": offers,
        "readings": [offer for offer in offers if reading.is_simple(offer.action)],
        "forms": [offer for offer in offers if not reading.is_simple(offer.action) and offer.action.name != "keep"],
        "panel": reading.panel(request, offers, read),
        "collections": named(account) if Kind.COLLECTION in kinds else (),
        "own_lists": dict(own_lists.known(account)) if Kind.LIST in kinds else {},
        "known_posts": posts,
        "known_people": people,
        "post_readings": [ACTIONS[name] for name in ("home", "own-posts", "mentions")],
    }


def _again(sheet: Sheet, error: BadInput | Refused) -> HttpResponse:
    """What was refused, with what was typed and chosen in its form, and why, beside the field where it is one's. Not in
    an address: private words would reach a log."""
    name, account, request = sheet.action.name, sheet.account, sheet.request
    tab = next(slug for slug, group in TABS.items() if ACTIONS[name] in GROUPS[group])
    forms = _forms(request, account, tab)
    at_fault = error.field if isinstance(error, BadInput) else ""
    filled = {
        "offer": next(offer for offer in forms["offers"] if offer.action.name == name),
        "values": sheet.typed(),
        "handle": whom_to_name(account, sheet.action, sheet.typed().get("post", "")),
        "kept": sheet.keep_files(but=at_fault),
        "error": {"sentence": error.sentence, "by_hand": getattr(error, "by_hand", "")},
        "at_fault": at_fault if at_fault in (*(one.name for one in sheet.action.fields), "reason", "until") else "",
    }
    facts = around(request, account, tab) | forms | {"filled": filled}
    return render(request, "x/console/page.html", facts, status=422)


def _ask(sheet: Sheet, order: doing.Order, back: str) -> HttpResponse:
    """Before it is done: what would be, in the form's words, and to whom by X's id: what is confirmed is done to them.
    Files are kept meanwhile; a browser does not carry them."""
    action, account, values, told = sheet.action, sheet.account, dict(order.values), sheet.typed()
    told["sheet"] = sheet.request.POST.get("sheet", "")
    if "person" in values:
        try:
            told["person"], values["person"] = naming.whom(account, action, values["person"], now=timezone.now())
        except (BadInput, Refused) as error:
            return _again(sheet, error)
    parts = count(account, action, told.get("text", ""), post=told.get("post", ""))["parts"] if action.waits else []
    cut = ("text", "parts") if parts else ("parts",)
    words = [(f, values[f.name]) for f in action.fields if isinstance(values.get(f.name), str) and f.name not in cut]
    shown = [(field.words, name_given(action, field.name, value) if value else value) for field, value in words]
    kept = sheet.keep_files()
    shown += [(f.words, ", ".join(one.name for one in kept[f.name])) for f in action.fields if kept.get(f.name)]
    shown += [(word, told[n]) for n, word in (("reason", _("Reason")), ("until", _("Remind on"))) if told.get(n)]
    facts = {
        "account": account,
        "action": action,
        "told": told.items(),
        "shown": shown,
        "kept": kept.items(),
        "parts": parts,
    }
    facts["warning"] = permitting.warning(account, action, fields.clean(action, order.values), now=timezone.now())
    return render(sheet.request, "x/console/confirm.html", facts | {"tab": back, "view": "console"})


def _record(request: HttpRequest, account: PartnerAccount) -> dict[str, Any]:
    """What was done with the account, as far as this person may know, by the question in the address."""
    kinds = [action for action in ACTIONS.values() if action.recorded]
    by, kind, fate = (request.GET.get(name, "") for name in ("by", "kind", "outcome"))
    if (kind and kind not in ACTIONS) or (fate and fate not in Fate.values):
        raise Http404
    acts = choose(account, private=who.may(request.user, Scope.PRIVATE), by=by, kind=kind, fate=fate)
    asked = {"by": by, "kind": kind, "outcome": fate}
    return {"acts": recall(acts[:_LATEST]), "kinds": kinds, "fates": Fate.choices, "asked": asked, "most": _LATEST}


def _filled(request: HttpRequest, account: PartnerAccount, offers: list[offering.Offered], name: str) -> dict[str, Any]:
    """One form of the tab, with what stands in it; where it is closed, the way to X leads to what that names."""
    offer = next((offer for offer in offers if offer.action.name == name and not offer.action.reads), None)
    if offer is None:
        raise Http404
    values = {field.name: request.GET.get(field.name, "") for field in offer.action.fields}
    there, handle = (
        permitting.by_hand(account, offer.action, values),
        whom_to_name(account, offer.action, values.get("post", "")),
    )
    return {"offer": replace(offer, by_hand=there), "values": values, "handle": handle}


@for_operators
@require_GET
def export(request: HttpRequest, key: str, collection: str, form: str) -> HttpResponse:
    """A collection as a file: what the command and the API tell of it."""
    account, values = account_or_404(request, key), {"collection": collection, "format": form}
    order = doing.Order(action="export-collection", values=values)
    try:
        done = doing.perform(account, order, actor=as_actor(_person(request), via="page"), now=timezone.now())
    except (BadInput, Refused):
        raise Http404 from None
    facts = done.outcome.facts
    kind = {"csv": "text/csv", "json": "application/json"}[form]
    name = f"{slugify(facts['name']) or 'collection'}.{form}"
    return HttpResponse(
        facts["text"],
        headers={"Content-Type": f"{kind}; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'},
    )


def account_or_404(request: HttpRequest, key: str) -> PartnerAccount:
    return get_object_or_404(who.theirs(_person(request)), page_id=key)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
