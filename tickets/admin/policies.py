"""SLA policies: what they promise, who gives them to tickets, and what a change means for the promises that run."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import DeskInline, RecordAdmin, Use, shown_once, submit_action
from tickets.admin.desk import PLACES, DefaultAdmin, search
from tickets.choices import Metric
from tickets.models import Address, EscalationStep, PauseRule, PolicyRun, RoutingRule, SlaPolicy, SlaTarget
from tickets.permissions import visible_tickets
from tickets.promises.repromising import Preview, Shift, order, preview

SHOWN = 100
_PREVIEW, _APPLY, _ADJUST = "tickets_slapolicy_preview", "_apply", "_adjust"
_BUTTONS = ("csrfmiddlewaretoken", _PREVIEW, _APPLY, _ADJUST, "_save", "_continue", "_addanother")


class TargetInline(DeskInline):
    model = SlaTarget
    extra = 0
    fields = ("metric", "priority", "minutes")


# What a new policy begins with; a row whose share is emptied is not kept.
_FIRST_STEPS: tuple[dict[str, Any], ...] = ({"share": 75, "tell_assignee": True}, {"share": 100, "tell_leads": True})


class StepForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    def has_changed(self) -> bool:
        """What a new policy begins with is kept though nobody touched it."""
        if self.instance.pk is None and "share" in self.initial:
            return bool(str(self["share"].data or "").strip())
        return super().has_changed()


class StepInline(DeskInline):
    model = EscalationStep
    form = StepForm
    extra = 0
    fields = ("share", "metric", "priority", "queue", "tell_assignee", "tell_leads", "notify")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj is not None and obj.pk else len(_FIRST_STEPS)


class PauseInline(DeskInline):
    model = PauseRule
    extra = 0
    fields = ("status", "metric", "needs_reason")


def _unpromised(policy: SlaPolicy) -> list[tuple[EscalationStep, list[str]]]:
    """Steps that raise to a priority at which the policy does not promise all it promises elsewhere, and what is
    missing there. Two statements."""
    made: dict[str, set[str]] = {}
    for target in policy.targets.all():
        made.setdefault(target.priority, set()).add(target.metric)
    known = set().union(*made.values())
    missing = [(step, known - made.get(step.priority, set())) for step in policy.steps.exclude(priority="")]
    return [(step, [str(Metric(metric).label) for metric in sorted(gone)]) for step, gone in missing if gone]


class _AsTyped:
    """A form that is shown as it was sent, whatever it says."""

    def is_valid(self) -> bool:
        return False


@admin.register(SlaPolicy)
class SlaPolicyAdmin(DefaultAdmin):
    list_display = ("name", "business_hours", "is_default")
    list_select_related = ("business_hours",)
    search_fields = ("name",)
    fields = ("name", "business_hours", "is_default", "given_by")
    readonly_fields: tuple[str, ...] = (*DefaultAdmin.readonly_fields, "given_by")
    inlines = (TargetInline, PauseInline, StepInline)
    used_by = (
        Use(gettext_lazy("Tickets"), lambda policy: policy.ticket_set, leads=lambda policy: search("sla", policy)),
        Use(gettext_lazy("Promises made by it"), lambda policy: policy.slaclock_set),
        *PLACES,
    )
    actions_submit_line = ("preview",)

    @admin.display(description=gettext_lazy("which tickets get it"))
    @shown_once
    def given_by(self, policy: SlaPolicy) -> SafeString | str:
        """A policy carries no conditions of its own: routing rules are the conditions."""
        if not policy.pk:
            return _("Known after saving.")
        rules = RoutingRule.objects.filter(live__sla_policy=policy).order_by("position", "id")
        accounts = Address.objects.filter(sla_policy=policy).order_by("name")
        found = [
            *((reverse("admin:tickets_routingrule_change", args=[one.pk]), _("rule"), one.name) for one in rules),
            *((reverse("admin:twitter_integration_partneraccount_changelist"), _("account"), str(a)) for a in accounts),
        ]
        lines = format_html_join("", '<p>{1}: <a href="{0}" class="underline">{2}</a></p>', found)
        default = _("Every other ticket: it is the default.") if policy.is_default else ""
        nothing = "" if found or default else _("None yet.")
        told = _("Which tickets get it is said by routing rules, else by the account, else it is the default's turn.")
        every = reverse("admin:tickets_routingrule_changelist")
        return format_html(
            '{}<p>{}{}</p><p>{} <a href="{}" class="underline">{}</a></p>',
            *(lines, default, nothing, told, every, _("Routing rules")),
        )

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        found: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        begins = isinstance(inline, StepInline) and not obj.pk
        return found | {"initial": list(_FIRST_STEPS)} if begins else found

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for step, metrics in _unpromised(form.instance):
            told = {"step": step, "to": step.get_priority_display(), "what": ", ".join(metrics)}
            sentence = _("At %(step)s nothing is raised to %(to)s: at that priority no promise is made of: %(what)s.")
            messages.warning(request, sentence % told)

    @submit_action(description=gettext_lazy("Preview over open tickets"), permissions=["change"])
    def preview(self, request: HttpRequest, policy: SlaPolicy) -> None:
        """Shown by `response_change`, once targets and hours are saved as well; then all of it is taken back."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Back from the preview, what was typed stands there again, and nothing is saved."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (_AsTyped, form), {}) if _ADJUST in request.POST else form

    def response_change(self, request: HttpRequest, obj: SlaPolicy) -> HttpResponse:
        if _PREVIEW in request.POST:
            page = HttpResponse(self._preview_page(request, obj))
            transaction.set_rollback(True)
            return page
        if _APPLY in request.POST:
            assert isinstance(request.user, User)
            run = order(obj, by=request.user, now=timezone.now())
            self.log_change(request, obj, _("Put it on running promises."))
            self.message_user(request, _("Saved. Running promises take it on now."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:tickets_policyrun_change", args=[run.pk]))
        answer: HttpResponse = super().response_change(request, obj)
        return answer

    def _preview_page(self, request: HttpRequest, policy: SlaPolicy) -> str:
        now = timezone.now()
        found = preview(policy, now=now)
        told = [(name, value) for name, values in request.POST.lists() for value in values if name not in _BUTTONS]
        context = self.admin_site.each_context(request) | {
            "title": _("What %(name)s would change") % {"name": policy},
            "policy": policy,
            "opts": self.opts,
            "found": found,
            "lines": list(_lines(request, found, now)),
            "shown": SHOWN,
            "told": told,
            "back": reverse("admin:tickets_slapolicy_change", args=[policy.pk]),
            "apply": _APPLY,
            "adjust": _ADJUST,
        }
        return render_to_string("admin/policies/preview.html", context, request=request)


def _lines(request: HttpRequest, found: Preview, now: Any) -> Iterable[dict[str, Any]]:
    """Ticket by ticket, of those this person may know of."""
    first: list[Shift] = found.shifts[: SHOWN * 5]
    seen = visible_tickets(request.user).filter(pk__in={one.ticket.pk for one in first})
    known = dict(seen.values_list("pk", "priority"))
    for one in [one for one in first if one.ticket.pk in known][:SHOWN]:
        yield {"shift": one, "metric": one.metric.label, "late": one.late_at_once(now)}


@admin.register(PolicyRun)
class PolicyRunAdmin(RecordAdmin):
    change_form_template = "admin/rules/dry_run.html"
    list_display = ("at", "policy", "done", "changed", "ended_at", "by")
    list_select_related = ("policy", "by")
    list_filter = (("policy", admin.RelatedOnlyFieldListFilter),)
    fields = ("policy", "by", "at", "progress")
    readonly_fields = fields
    ordering = ("-id",)

    @admin.display(description=gettext_lazy("state"))
    def progress(self, run: PolicyRun) -> SafeString:
        return SafeString(render_to_string("admin/policies/progress.html", {"run": run}))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        run = kwargs.get("obj")
        context["under_way"] = run is not None and run.ended_at is None
        return super().render_change_form(request, context, *args, **kwargs)
