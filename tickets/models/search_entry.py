"""What a message can be found by."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """Prepared by tickets/finding/words.py. Triggers of the database (migration 0315) keep it true: it follows its
    message from ticket to ticket, and goes when the words change, whoever changes them; who does writes a new one."""

    message = models.OneToOneField(
        "tickets.Message", models.CASCADE, primary_key=True, related_name="search_entry", verbose_name=_("message")
    )
    ticket = models.ForeignKey(
        "tickets.Ticket",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("ticket"),
    )
    vector = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = [GinIndex(fields=["vector"], name="search_entry_words")]

    def __str__(self) -> str:
        return f"{self.message_id}"
