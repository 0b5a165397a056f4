"""Saved views: kept from a search, renamed, shared, deleted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.choices import Shared
from tickets.errors import DeskError
from tickets.finding.counting import count_lines
from tickets.finding.problems import placed
from tickets.finding.saving import keep
from tickets.finding.shelf import changeable, known, teams_of
from tickets.finding.terms import NotUnderstood
from tickets.models import SavedView
from tickets.permissions import may
from tickets.reading.context import Desk
from tickets.views.access import for_agents, person


class ViewForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = SavedView
        fields = ("name", "query", "shared", "team", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].min_value = 0  # type: ignore[attr-defined]  # a number's

    def offer(self, request: HttpRequest) -> None:
        """What this person may share with."""
        user = person(request)
        self.fields["team"].queryset = teams_of(user)  # type: ignore[attr-defined]  # a choice of rows
        self.fields["team"].empty_label = _("None")  # type: ignore[attr-defined]  # the same
        choices = [(value, label) for value, label in Shared.choices if value != Shared.ALL or may(user, "every_queue")]
        self.fields["shared"].choices = choices  # type: ignore[attr-defined]  # a choice


@for_agents
@require_safe
def saved_counts(request: HttpRequest) -> HttpResponse:
    """How many tickets those of the menu find, for a page that is open: no page waits for it."""
    desk = Desk(person(request))
    desk.saved_counts = count_lines((one.query for one in desk.saved), user=desk.user, now=desk.now)
    return render(request, "tickets/saved_counts.html", {"desk": desk})


@for_agents
def saved_views(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Those the person knows, and the sheet for a new one (`q`: its search) or one of them (`pk`)."""
    user = person(request)
    row = get_object_or_404(changeable(user), pk=pk) if pk is not None else SavedView(owner=user)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and posted.get("do") == "delete" and row.pk:
        row.delete()
        messages.success(request, _("Deleted"))
        return redirect("saved_views")
    form = ViewForm(posted, instance=row, initial={"query": request.GET.get("q", "")} if pk is None else None)
    form.offer(request)
    if posted is not None and form.is_valid() and _kept(request, form):
        messages.success(request, _("Saved"))
        there = reverse("tickets") + "?" + urlencode({"q": form.instance.query})
        return redirect(there if pk is None else "saved_views")
    mine = set(changeable(user).values_list("pk", flat=True))
    facts = {"form": form, "row": row, "rows": list(known(user)), "mine": mine, "view": "saved"}
    return render(request, "tickets/saved_views.html", facts, status=422 if posted is not None else 200)


def _kept(request: HttpRequest, form: ViewForm) -> bool:
    try:
        keep(form.instance, by=person(request))
    except NotUnderstood as fault:
        form.add_error("query", placed(fault))
    except DeskError as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
