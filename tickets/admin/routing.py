"""Routing rules: written, tried out, switched on and off, rolled back."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import DeskAdmin, shown_once, submit_action
from tickets.admin.rule_form import RuleForm
from tickets.admin.rule_past import told_condition, told_versions
from tickets.admin.rule_renewal import renew_rules
from tickets.admin.rule_state import latest_of, say_what_comes_next, states
from tickets.errors import CannotChange
from tickets.models import RoutingRule, RuleVersion
from tickets.rules.naming import load_row_names
from tickets.rules.rehearsing import order_and_ring
from tickets.rules.versions import roll_back, save_version, switch_off, switch_on

_ROLL_BACK, _TRY_OUT = "_roll_back", "tickets_routingrule_save_and_try_out"
_DAYS = 7
# Who may only look reads what each version asks and does, in words.
_READ = (
    (None, {"fields": ("name", "position", "state")}),
    (gettext_lazy("Versions"), {"fields": ("past_read",)}),
)


@admin.register(RoutingRule)
class RoutingRuleAdmin(DeskAdmin):
    form = RuleForm
    change_form_template = "admin/rules/rule.html"
    told_of_others = False  # its versions say more of what somebody else saved (rule_lock.py)
    list_display = ("name", "position", "state")
    list_editable = ("position",)
    list_select_related = ("live",)
    search_fields = ("name",)
    ordering = ("position", "id")
    actions = ("try_out", "switch_on", "switch_off", renew_rules)
    actions_submit_line = ("save_and_try_out", "save_and_switch_on")
    readonly_fields = ("state", "past", "past_read")
    fieldsets = (
        (None, {"fields": ("name", "position", "state", "seen")}),
        (gettext_lazy("Condition"), {"fields": ("condition",)}),
        (
            gettext_lazy("What follows"),
            {
                "fields": (
                    "queue",
                    "folder",
                    "sla_policy",
                    "priority",
                    "assignee",
                    "tags",
                    "skills",
                    "note",
                    "notify",
                    "ignore",
                    "leave_resolved",
                )
            },
        ),
        (gettext_lazy("How it goes on"), {"fields": ("stop", "on_later")}),
        (gettext_lazy("Versions"), {"fields": ("past",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoutingRule]:
        rows: QuerySet[RoutingRule] = super().get_queryset(request)
        newest_first = RuleVersion.objects.order_by("rule_id", "-number").distinct("rule_id")
        return rows.prefetch_related(Prefetch("versions", newest_first, to_attr="latest"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if self._only_read(request, obj):
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return _READ if self._only_read(request, obj) else super().get_fieldsets(request, obj)

    def _only_read(self, request: HttpRequest, rule: RoutingRule | None) -> bool:
        return rule is not None and not self.has_change_permission(request, rule)

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """What rules ask, in words: the names of everything are looked up once for the whole list."""
        names, stands = cache(load_row_names), states(_in_force)

        @admin.display(description=gettext_lazy("condition"))
        def asks(rule: RoutingRule) -> str:
            version = latest_of(rule)
            return told_condition(version.condition, names()) if version is not None else ""

        @admin.display(description=gettext_lazy("in force"))
        def state(rule: RoutingRule) -> str:
            return stands(rule)

        return (*(state if one == "state" else one for one in super().get_list_display(request)), asks)

    @admin.display(description=gettext_lazy("in force"))
    @shown_once
    def state(self, rule: RoutingRule) -> str:
        return states(lambda: [rule])(rule)

    def response_add(self, request: HttpRequest, obj: RoutingRule, post_url_continue: str | None = None) -> Any:
        answer = super().response_add(request, obj, post_url_continue)
        if _TRY_OUT in request.POST:
            return self._tried(request, [obj.pk]) or answer
        say_what_comes_next(request, obj)
        return answer

    def response_change(self, request: HttpRequest, obj: RoutingRule) -> Any:
        answer = super().response_change(request, obj)
        return (_TRY_OUT in request.POST and self._tried(request, [obj.pk])) or answer

    @admin.display(description=gettext_lazy("every state it had"))
    @shown_once
    def past(self, rule: RoutingRule) -> SafeString | str:
        return told_versions(rule, rolls=True)

    @admin.display(description=gettext_lazy("every state it had"))
    @shown_once
    def past_read(self, rule: RoutingRule) -> SafeString | str:
        return told_versions(rule, rolls=False)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method == "POST" and object_id and _ROLL_BACK in request.POST:
            return self._roll_back(request, object_id)
        # Switched on from its first form on; unfold shows its buttons on that of a saved row only.
        more = {} if object_id else {"actions_submit_line": self.get_actions_submit_line(request, None)}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def _roll_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rule = self.look_up(request, object_id)
        if rule is None or not self.has_change_permission(request, rule):
            return redirect("admin:tickets_routingrule_changelist")
        number = request.POST[_ROLL_BACK]
        try:
            version = roll_back(
                rule,
                int(number) if number.isascii() and number.isdigit() else 0,
                by=_person(request),
                now=timezone.now(),
            )
        except CannotChange as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            said = _("Version %(new)s says what version %(old)s said.") % {"new": version.number, "old": number}
            self.log_change(request, rule, said)
            self.message_user(request, said)
        return redirect("admin:tickets_routingrule_change", rule.pk)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """What a button of the tree built is no fault of anybody."""
        form = context["adminform"].form
        if getattr(form, "builds", False):
            form._errors, context["errors"] = ErrorDict(), []
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: RoutingRule, form: Any, change: bool) -> None:
        if isinstance(form, RuleForm):  # and not a row of the list, which only moves it
            obj.save()
            save_version(obj, form.says(), by=_person(request), now=timezone.now())
        super().save_model(request, obj, form, change)  # and then what the button pressed asks for

    @submit_action(description=gettext_lazy("Save and switch on"), permissions=["change"])
    def save_and_switch_on(self, request: HttpRequest, obj: RoutingRule) -> None:
        version = switch_on(obj)
        self.log_change(request, obj, _("Switched version %(number)s on.") % {"number": version.number})
        self.message_user(request, _("Version %(number)s is in force.") % {"number": version.number})

    @submit_action(description=gettext_lazy("Save and try out"), permissions=["change"])
    def save_and_try_out(self, request: HttpRequest, obj: RoutingRule) -> None:
        """On the last days, whether the rule is on or off; what is in force stays. The answer leads there."""

    @admin.action(description=gettext_lazy("Try out the newest versions on the last 7 days"), permissions=["change"])
    def try_out(self, request: HttpRequest, queryset: QuerySet[RoutingRule]) -> HttpResponse | None:
        return self._tried(request, [rule.pk for rule in queryset])

    def _tried(self, request: HttpRequest, rules: Sequence[int]) -> HttpResponse | None:
        """Changes nothing. Leads to what it finds."""
        try:
            run = order_and_ring(rules, days=_DAYS, by=_person(request), now=timezone.now())
        except CannotChange as error:
            self.message_user(request, str(error), messages.ERROR)
            return None
        return redirect("admin:tickets_dryrun_change", run.pk)

    @admin.action(description=gettext_lazy("Switch on the newest version"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[RoutingRule]) -> None:
        for rule in queryset:
            try:
                version = switch_on(rule)
            except CannotChange as error:
                self.message_user(request, f"{rule}: {error}", messages.ERROR)
            else:
                self.log_change(request, rule, _("Switched version %(number)s on.") % {"number": version.number})

    @admin.action(description=gettext_lazy("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[RoutingRule]) -> None:
        for rule in queryset:
            switch_off(rule)
            self.log_change(request, rule, _("Switched off."))


def _in_force() -> Sequence[RoutingRule]:
    return list(RoutingRule.objects.filter(live__isnull=False).select_related("live"))


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
