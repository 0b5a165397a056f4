"""What the bells of the project itself wake. Paths are stored in the queue: keep them stable."""

from django.utils import timezone

from kapture import api_writes, canary


def beat() -> None:
    """Stamp the canary: this worker takes bells and reaches the database."""
    canary.beat(timezone.now())


def forget_api_answers() -> None:
    """Drop answers kept for idempotency keys that nobody may use any more."""
    api_writes.forget_expired(now=timezone.now())
