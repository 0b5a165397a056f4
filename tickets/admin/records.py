"""What happened, to look at: tickets, messages, customers, outbox, history. Private words only for those who may read
them.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from kapture.admin_base import RecordAdmin
from tickets.models import Activity, Customer, Identity, Message, OutboxEntry, SendAttempt, Ticket
from tickets.permissions import hide_private, may


def _reads_private(user: User | AnonymousUser) -> bool:
    return may(user, "see_private")


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
        return rows if _reads_private(request.user) else rows.filter(private=False)


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    list_display = ("id", "ticket", "kind", "direction", "visibility", "identity", "agent", "sent_at")
    list_filter = ("direction", "visibility", "kind", "address")
    list_select_related = ("ticket", "identity", "agent")
    search_fields = ("external_id__exact",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        rows: QuerySet[Message] = super().get_queryset(request)
        return hide_private(rows, user=request.user)


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    list_display = ("id", "ticket", "verb", "actor", "at")
    list_select_related = ("ticket", "actor")
    search_fields = ("ticket__id__exact",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        rows: QuerySet[Activity] = super().get_queryset(request)
        return rows if _reads_private(request.user) else rows.filter(ticket__private=False)


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
