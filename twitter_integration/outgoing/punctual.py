"""A call that is not to reach X after a moment: the clock is looked at when everything before the body is done.

A connection may be long in coming, and a machine may sleep between any two steps of ours. X does nothing about a
request whose body does not come. What is left is the blink between the look and the write of a few hundred bytes.
"""

from collections.abc import Iterator
from datetime import datetime

import requests
from django.utils import timezone
from requests.auth import AuthBase


class TooLateError(Exception):
    """The moment had come before X was given the call."""


class Punctual(AuthBase):
    """Signs as another does, and holds the body back until it is to be written."""

    def __init__(self, signer: AuthBase, not_after: datetime) -> None:
        self._signer, self._not_after = signer, not_after

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        signed: requests.PreparedRequest = self._signer(request)
        body = signed.body if isinstance(signed.body, bytes) else str(signed.body or "").encode()
        signed.body = _Body(body, self._not_after)  # type: ignore[assignment]  # requests takes any sized iterable
        return signed


class _Body:
    """Sized, so that it goes out with its length; read once, after the head of the request."""

    def __init__(self, content: bytes, not_after: datetime) -> None:
        self._content, self._not_after = content, not_after

    def __len__(self) -> int:
        return len(self._content)

    def __iter__(self) -> Iterator[bytes]:
        if timezone.now() > self._not_after:
            raise TooLateError
        yield self._content
