"""Two at the same thing in one moment. Each form found the name free, and the database takes the first; or a row comes
into use while it is deleted, and stays. The later one is gone through once more, so that it hears what it would have a
second later."""

from collections.abc import Callable
from typing import Any

from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

_TRIES = 3


class OneAfterAnother:
    """Mixed into an admin: what the database refuses is asked of the form again, by which time the other one's stands.
    All of a try that failed is taken back, what it had to say included."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _tried(request, lambda: super(OneAfterAnother, self).changeform_view(request, *args, **kwargs))  # type: ignore[misc]  # a mixin's

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _tried(request, lambda: super(OneAfterAnother, self).delete_view(request, *args, **kwargs))  # type: ignore[misc]

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Deleting several says in the log what it deletes before it does: all of it or none."""
        act = super().response_action  # type: ignore[misc]
        if request.POST.get("action") != "delete_selected":
            return act(request, queryset)
        return _tried(request, transaction.atomic(lambda: act(request, queryset.all())))


def _tried(request: HttpRequest, act: Callable[[], Any]) -> Any:
    said = get_messages(request)._queued_messages  # type: ignore[union-attr]  # no other way to take one back
    before = len(said)
    for _further in range(_TRIES - 1):
        try:
            return act()
        except IntegrityError:
            del said[before:]
    return act()
