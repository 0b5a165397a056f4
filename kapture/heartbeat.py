"""The canary's table (kapture/canary.py)."""

from django.db import models


class Heartbeat(models.Model):
    """One canary: when its bell was last rung, and when the worker last answered."""

    name = models.CharField(max_length=40, unique=True)
    rung_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kapture"
