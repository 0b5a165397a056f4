"""What happened, to look at: tickets, messages, customers, outbox, history. Private words only for those who may read
them.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, pgettext
from unfold.admin import TabularInline

from kapture.admin_base import RecordAdmin
from tickets.models import Activity, Customer, Identity, Message, OutboxEntry, SendAttempt, Ticket
from tickets.models.departed import doer_of, with_doer
from tickets.permissions import hide_private, in_queues, may


def _reads_private(user: User | AnonymousUser) -> bool:
    return may(user, "see_private")


class OnTickets(RecordAdmin):
    """Rows that hang on tickets: those of tickets the person may see."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.filter(in_queues(request.user, "see", path="ticket__"))
        return rows if _reads_private(request.user) else rows.exclude(ticket__private=True)


class ReadOnlyInline(TabularInline):  # type: ignore[misc]  # unfold carries no types
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Ticket)
class TicketAdmin(RecordAdmin):
    list_display = ("id", "address", "identity", "status", "priority", "queue", "assignee", "opened_at")
    list_filter = ("status", "priority", "queue", "address", "private")
    list_select_related = ("address", "identity", "queue", "assignee")
    search_fields = ("id__exact",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        rows: QuerySet[Ticket] = super().get_queryset(request)
        rows = rows.filter(in_queues(request.user, "see"))
        return rows if _reads_private(request.user) else rows.filter(private=False)


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    list_display = ("id", "ticket", "kind", "direction", "visibility", "identity", "who", "sent_at")
    list_filter = ("direction", "visibility", "kind", "address")
    search_fields = ("external_id__exact",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        rows = with_doer(super().get_queryset(request).select_related("ticket", "identity"), "agent")
        on_tickets = in_queues(request.user, "see", path="ticket__")
        return hide_private(rows.filter(on_tickets | Q(ticket=None) if on_tickets else on_tickets), user=request.user)

    @admin.display(description=gettext_lazy("agent"), ordering="agent")
    def who(self, message: Message) -> str:
        return doer_of(message, "agent")


@admin.register(Activity)
class ActivityAdmin(OnTickets):
    list_display = ("id", "ticket", "verb", "who", "at")
    search_fields = ("ticket__id__exact",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        return with_doer(super().get_queryset(request).select_related("ticket"))

    @admin.display(description=gettext_lazy("who"), ordering="actor")
    def who(self, line: Activity) -> str:
        return doer_of(line) or pgettext("nobody in person acted", "The desk")


class IdentityInline(ReadOnlyInline):
    model = Identity
    fields = ("channel", "external_id", "handle", "name", "followers", "seen_at")


@admin.register(Customer)
class CustomerAdmin(RecordAdmin):
    list_display = ("id", "name", "created_at")
    search_fields = ("identities__handle__iexact", "identities__external_id__exact")
    ordering = ("-id",)
    inlines = (IdentityInline,)


class AttemptInline(ReadOnlyInline):
    model = SendAttempt
    fields = ("purpose", "started_at", "ended_at", "outcome", "code", "reason")


@admin.register(OutboxEntry)
class OutboxAdmin(RecordAdmin):
    list_display = ("id", "address", "recipient", "state", "tries", "code", "reason", "created_at")
    list_filter = ("state", "address")
    list_select_related = ("address", "recipient")
    ordering = ("-id",)
    inlines = (AttemptInline,)
