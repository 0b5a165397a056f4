"""What the routing rules did to each ticket, rule by rule."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import shown_once
from tickets.admin.records import OnTickets
from tickets.models import RuleRun
from tickets.rules.naming import load_row_names
from tickets.rules.wording import step_words


@admin.register(RuleRun)
class RuleRunAdmin(OnTickets):
    list_display = ("at", "ticket", "later", "held")
    list_filter = ("later",)
    list_select_related = ("ticket",)
    search_fields = ("=ticket__id",)
    fields = ("at", "ticket", "later", "told")
    readonly_fields = fields
    ordering = ("-id",)

    @admin.display(description=gettext_lazy("rules that held"))
    def held(self, run: RuleRun) -> str:
        return ", ".join(str(step.get("name")) for step in run.steps if step.get("held")) or _("none")

    @admin.display(description=gettext_lazy("rules, in their order"))
    @shown_once
    def told(self, run: RuleRun) -> SafeString:
        names = load_row_names()
        return format_html_join("", "<p>{}</p>", ((step_words(step, names),) for step in run.steps))
