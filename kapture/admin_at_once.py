"""Two who save the same thing in one moment: each form found the name free, the database takes the first. The later one
is gone through once more, so that it hears what its form says of a name that is taken."""

from collections.abc import Callable
from typing import Any

from django.contrib.messages import get_messages
from django.db import IntegrityError
from django.http import HttpRequest

_TRIES = 3


class OneAfterAnother:
    """Mixed into an admin: what the database refuses is asked of the form again, by which time the other one's stands.
    All of a try that failed is taken back, what it had to say included."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _tried(request, lambda: super(OneAfterAnother, self).changeform_view(request, *args, **kwargs))  # type: ignore[misc]  # a mixin's


def _tried(request: HttpRequest, save: Callable[[], Any]) -> Any:
    said = get_messages(request)._queued_messages  # type: ignore[union-attr]  # no other way to take one back
    before = len(said)
    for _further in range(_TRIES - 1):
        try:
            return save()
        except IntegrityError:
            del said[before:]
    return save()
