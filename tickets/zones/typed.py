"""A moment as a person types it, by the clock of their zone. In words: docs/rules.md, "Time zones"."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone

# As browsers send it.
_SHAPES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class MomentField(forms.DateTimeField):
    """A moment of the person's zone: the first of the two where clocks that go back show it twice; one that is skipped
    counts on from before, as in business hours. Django's own refuses both."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=_SHAPES, **options)

    def to_python(self, value: Any) -> Any:
        for shape in _SHAPES if isinstance(value, str) else ():
            with suppress(ValueError, OverflowError):
                wall = datetime.strptime(value.strip(), shape).replace(tzinfo=timezone.get_current_timezone())
                return wall.astimezone(UTC)
        return super().to_python(value)
