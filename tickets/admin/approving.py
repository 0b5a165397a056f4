"""Which answers somebody else has to let go, tried on a text, and what became of those that waited."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from kapture.admin_base import DeskAdmin, RecordAdmin, list_action
from tickets.approving.foretelling import Foretold, foretell
from tickets.approving.trying import try_text
from tickets.composing.answering import LONGEST_TEXT
from tickets.models import Approval, ApprovalRule, Ticket
from tickets.models.departed import doer_of, with_doer
from tickets.permissions import visible_tags, visible_tickets


class TryForm(forms.Form):
    """A text, and where it would be said by whom."""

    text = forms.CharField(
        label=gettext_lazy("The text"), max_length=LONGEST_TEXT, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )
    writer = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        label=gettext_lazy("Written by"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    ticket = forms.IntegerField(
        label=gettext_lazy("On ticket"),
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("Its number. With both, what would happen there is said."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_ticket(self) -> Ticket | None:
        number = self.cleaned_data["ticket"]
        found = visible_tickets(self.by).filter(pk=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("There is no such ticket."))
        return found


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(DeskAdmin):
    list_display = ("name", "enabled", "address", "queue", "said", "minutes")
    list_select_related = ("address", "queue")
    search_fields = ("name", "words")
    fields = ("name", "enabled", "teams", "roles", "address", "queue", "said", "tags", "words", "minutes")
    filter_horizontal = ("teams", "roles", "tags")
    actions_list = ("try_text",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "tags":
            kwargs["queryset"] = visible_tags(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @list_action(description=gettext_lazy("Try a text"), permissions=["change"])
    def try_text(self, request: HttpRequest) -> HttpResponse:
        """Whether a text would have to be approved. Nothing is written by that."""
        assert isinstance(request.user, User)
        form = TryForm(request.POST or None, by=request.user)
        tried, there = [], []
        if request.method == "POST" and form.is_valid():
            tried, there = try_text(form.cleaned_data["text"]), list(_there(**form.cleaned_data))
        context = self.admin_site.each_context(request) | {
            "title": _("Would this text have to be approved?"),
            "opts": self.opts,
            "form": form,
            "tried": tried,
            "there": there,
        }
        return TemplateResponse(request, "admin/approvals/try.html", context)


def _there(*, text: str, writer: User | None, ticket: Ticket | None) -> Iterator[tuple[str, Foretold | None]]:
    """In public and in private, what its writer would be told on that ticket."""
    if writer is not None and ticket is not None:
        found = foretell(ticket, text=text, by=writer, ways=(False, True))
        yield _("In public"), found.get(False)
        yield _("In private"), found.get(True)


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """To look at; what was said on tickets is read there, by who may."""

    list_display = ("asked_at", "who_wrote", "rule", "state", "who_decided", "decided_at")
    list_filter = ("state", "rule")
    fields = ("who_wrote", "rule", "asked_at", "expires_at", "state", "who_decided", "decided_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approval]:
        rows = super().get_queryset(request).select_related("rule")
        return with_doer(with_doer(rows, "writer"), "decided_by")

    @admin.display(description=gettext_lazy("written by"), ordering="writer")
    def who_wrote(self, approval: Approval) -> str:
        return doer_of(approval, "writer")

    @admin.display(description=gettext_lazy("decided by"), ordering="decided_by")
    def who_decided(self, approval: Approval) -> str:
        return doer_of(approval, "decided_by")
