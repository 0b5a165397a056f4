"""Whose turn it was last in a queue that gives out its tickets (tickets/staffing/allotting.py)."""

from django.conf import settings
from django.db import models


class LastTurn(models.Model):
    """`number` rises with every ticket the desk gives out in the queue."""

    queue = models.ForeignKey("tickets.Queue", models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "person"], name="one_last_turn")]
