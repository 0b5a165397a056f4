"""Dry runs of routing rules: ordered here, looked at while they run, and what they found."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminIntegerFieldWidget

from kapture.admin_base import RecordAdmin, shown_once
from tickets.admin.records import OnTickets
from tickets.change_words import change_words
from tickets.choices import DryRunState
from tickets.errors import CannotChange
from tickets.models import DryRun, DryRunLine, RoutingRule
from tickets.models.dry_run import LONGEST_DAYS
from tickets.rehearsing import order, ring_for
from tickets.rule_names import load_row_names

SHOWN = 100


class DryRunForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        initial=7,
        min_value=1,
        max_value=LONGEST_DAYS,
        help_text=gettext_lazy("What customers said in so many days."),
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    chosen = forms.ModelMultipleChoiceField(
        RoutingRule.objects.all(),
        label=gettext_lazy("Rules"),
        help_text=gettext_lazy("Their newest versions are tried; the others stay as they are in force."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    class Meta:
        model = DryRun
        fields = ("days",)

    def clean(self) -> dict[str, Any]:
        super().clean()
        chosen = self.cleaned_data.get("chosen")
        if chosen is not None and not chosen.exclude(versions=None).exists():
            raise forms.ValidationError(_("Choose a rule that says something."))
        return self.cleaned_data


@admin.register(DryRun)
class DryRunAdmin(RecordAdmin):
    form = DryRunForm
    change_form_template = "admin/rules/dry_run.html"
    list_display = ("made_at", "tried", "days", "state", "done", "messages", "changed", "made_by")
    list_select_related = ("made_by",)
    ordering = ("-id",)
    fields = ("progress", "found")
    readonly_fields = ("progress", "found")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields if obj is not None else ("days", "chosen")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.readonly_fields if obj is not None else ()

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("tickets.change_routingrule"))

    def save_model(self, request: HttpRequest, obj: DryRun, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        chosen = [rule.pk for rule in form.cleaned_data["chosen"]]
        try:
            run = order(chosen, days=form.cleaned_data["days"], by=request.user, now=timezone.now())
        except CannotChange as error:  # deleted between checking and saving
            self.message_user(request, str(error), messages.ERROR)
            return
        obj.pk = run.pk
        obj.refresh_from_db()
        ring_for()

    def response_add(self, request: HttpRequest, obj: DryRun, post_url_continue: str | None = None) -> HttpResponse:
        """To its page, which says how far it is."""
        where = ("admin:tickets_dryrun_change", [obj.pk]) if obj.pk else ("admin:tickets_dryrun_changelist", [])
        return HttpResponseRedirect(reverse(where[0], args=where[1]))

    @admin.display(description=gettext_lazy("rules tried"))
    def tried(self, run: DryRun) -> str:
        return str(len(run.rules))

    @admin.display(description=gettext_lazy("state"))
    def progress(self, run: DryRun) -> SafeString:
        rules = ", ".join(RoutingRule.objects.filter(pk__in=run.rules).values_list("name", flat=True))
        return render_to_string("admin/rules/progress.html", {"run": run, "rules": rules})

    @admin.display(description=gettext_lazy("what would be different"))
    @shown_once
    def found(self, run: DryRun) -> SafeString:
        names = load_row_names()
        lines = [
            {"ticket": line.ticket, "changes": change_words(line.changes, names)}
            for line in run.lines.select_related("ticket")[:SHOWN]
        ]
        every = f"{reverse('admin:tickets_dryrunline_changelist')}?dry_run__id__exact={run.pk}"
        return render_to_string("admin/rules/found.html", {"run": run, "lines": lines, "every": every, "shown": SHOWN})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        run = kwargs.get("obj")
        context["under_way"] = run is not None and run.state in (DryRunState.WAITING, DryRunState.RUNNING)
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(DryRunLine)
class DryRunLineAdmin(OnTickets):
    list_display = ("ticket", "words", "different")
    list_filter = (("dry_run", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("ticket",)
    fields = ("dry_run", "ticket", "different")
    readonly_fields = fields
    ordering = ("id",)

    @admin.display(description=gettext_lazy("last words"))
    def words(self, line: DryRunLine) -> str:
        return line.ticket.last_text[:80]

    @admin.display(description=gettext_lazy("what would be different"))
    def different(self, line: DryRunLine) -> str:
        return "; ".join(change_words(line.changes, load_row_names()))
