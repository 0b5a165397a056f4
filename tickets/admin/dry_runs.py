"""Dry runs of routing rules: ordered here, looked at while they run, and what they found."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
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
from tickets.choices import Direction, DryRunState
from tickets.errors import CannotChange
from tickets.models import DryRun, DryRunLine, Message, RoutingRule
from tickets.models.dry_run import LONGEST_DAYS
from tickets.permissions import may, sees_every_queue, visible_differences
from tickets.rules.differences import change_words
from tickets.rules.naming import load_row_names
from tickets.rules.rehearsing import gone_through, order, ring_for
from tickets.rules.wording import step_words

SHOWN = 100
WORDS = 120  # letters of a message


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
    list_display = ("made_at", "tried", "days", "state", "done", "messages", "different", "made_by")
    list_select_related = ("made_by",)
    ordering = ("-id",)
    fields = ("progress", "found")
    readonly_fields = ("progress", "found")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DryRun]:
        """Counted is what the reader may see, where that is not everything: rules ask for words."""
        rows: QuerySet[DryRun] = super().get_queryset(request)
        if _sees_all(request):
            return rows
        seen = visible_differences(request.user).filter(dry_run=OuterRef("pk")).order_by().values("dry_run")
        counted = Subquery(seen.annotate(count=Count("pk")).values("count"))
        return rows.annotate(may_see=Coalesce(counted, 0))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> DryRun | None:
        run: DryRun | None = super().get_object(request, object_id, from_field)
        if run is not None:
            run.seen = visible_differences(request.user).filter(dry_run=run)  # type: ignore[attr-defined]
            run.changed = _told(run)
            if not _sees_all(request):
                gone = gone_through(run, by=_person(request))
                run.total, run.done, run.messages = gone.total, gone.done, gone.messages
        return run

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """What all of it was is no matter of who may see a part; to count that part for every run would take long."""
        columns = super().get_list_display(request)
        return columns if _sees_all(request) else [one for one in columns if one not in ("done", "messages")]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields if obj is not None else ("days", "chosen")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.readonly_fields if obj is not None else ()

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("tickets.change_routingrule"))

    def save_model(self, request: HttpRequest, obj: DryRun, form: Any, change: bool) -> None:
        chosen = [rule.pk for rule in form.cleaned_data["chosen"]]
        try:
            run = order(chosen, days=form.cleaned_data["days"], by=_person(request), now=timezone.now())
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

    @admin.display(description=gettext_lazy("tickets that would be different"), ordering="changed")
    def different(self, run: DryRun) -> int | str:
        return "–" if run.state == DryRunState.WAITING else _told(run)

    @admin.display(description=gettext_lazy("state"))
    def progress(self, run: DryRun) -> SafeString:
        rules = RoutingRule.objects.filter(pk__in=run.rules)
        return render_to_string("admin/rules/progress.html", {"run": run, "rules": rules})

    @admin.display(description=gettext_lazy("what would be different"))
    @shown_once
    def found(self, run: DryRun) -> SafeString:
        names, seen = load_row_names(), run.seen  # type: ignore[attr-defined]  # set for who asks
        rows = list(seen.select_related("ticket")[:SHOWN])
        said = _first_words(run, rows)
        lines = [
            {
                "ticket": line.ticket,
                "said": said.get(line.ticket_id, ""),
                "changes": change_words(line.changes, names),
                "why": [step_words(step, names) for step in line.why],
            }
            for line in rows
        ]
        every = f"{reverse('admin:tickets_dryrunline_changelist')}?dry_run__id__exact={run.pk}"
        facts = {"run": run, "changed": run.changed, "begun": run.state != DryRunState.WAITING}
        return render_to_string("admin/rules/found.html", {**facts, "lines": lines, "every": every, "shown": SHOWN})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        run = kwargs.get("obj")
        context["under_way"] = run is not None and run.state in (DryRunState.WAITING, DryRunState.RUNNING)
        return super().render_change_form(request, context, *args, **kwargs)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _sees_all(request: HttpRequest) -> bool:
    return may(request.user, "see_private") and sees_every_queue(request.user)


def _told(run: DryRun) -> int:
    return int(getattr(run, "may_see", run.changed))


def _first_words(run: DryRun, lines: Sequence[DryRunLine]) -> dict[int, str]:
    """Ticket → what its customers said first in the days looked at."""
    said = Message.objects.filter(
        ticket__in={line.ticket_id for line in lines}, direction=Direction.IN, sent_at__gte=run.since
    )
    first = said.order_by("ticket", "sent_at", "pk").distinct("ticket")
    return {ticket: text[:WORDS] for ticket, text in first.values_list("ticket_id", "text")}


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
