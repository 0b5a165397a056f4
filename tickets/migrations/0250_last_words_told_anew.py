"""Tickets whose last answer went out after something newer was said showed that as their last word."""

from typing import Any

from django.db import migrations
from django.db.models import F


def renew(apps: Any, schema_editor: Any) -> None:
    """One ticket at a time, only the wrong ones, and none that changed meanwhile."""
    tickets = apps.get_model("tickets", "Ticket").objects
    messages = apps.get_model("tickets", "Message").objects.exclude(kind="note").exclude(external_id=None)
    behind = tickets.filter(last_outbound_at__gt=F("last_message_at"), merged_into=None)
    for ticket in behind.only("pk", "private", "last_message_at").iterator(chunk_size=500):
        last = messages.filter(ticket=ticket.pk, automated=False).order_by("-sent_at", "-pk").first()
        if last is None or last.sent_at <= ticket.last_message_at:
            continue
        hidden = last.visibility == "private" and not ticket.private
        line = "" if hidden else " ".join(last.text.split())
        tickets.filter(pk=ticket.pk, last_message_at=ticket.last_message_at).update(
            last_message_at=last.sent_at,
            last_text=line if len(line) <= 200 else f"{line[:199]}…",
            last_by_us=last.direction == "out",
        )


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0260_routing_rules"),
    ]

    operations = [
        migrations.RunPython(renew, migrations.RunPython.noop, elidable=True),
    ]
