"""What the bells of the project itself wake. Paths are stored in the queue: keep them stable."""

from django.utils import timezone

from kapture import canary


def beat() -> None:
    """Stamp the canary: this worker takes bells and reaches the database."""
    canary.beat(timezone.now())
