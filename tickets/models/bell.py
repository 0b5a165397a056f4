"""Which bells were rung lately (tickets/bells.py)."""

from django.db import models


class Bell(models.Model):
    name = models.CharField(max_length=60, primary_key=True)
    rung_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
