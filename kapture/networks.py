"""Networks that a setting names."""

from collections.abc import Iterable
from ipaddress import ip_network

from django.core.exceptions import ImproperlyConfigured


def named(setting: str, words: Iterable[str]) -> list[str]:
    """Each as it is written in full, blanks around it and bits of a host left out. Raises ImproperlyConfigured."""
    found = []
    for word in filter(None, (word.strip() for word in words)):
        try:
            found.append(str(ip_network(word, strict=False)))
        except ValueError:
            raise ImproperlyConfigured(
                f"{setting}: {word[:60]!r} is no network. Write them as 10.1.0.0/16, with a comma between two."
            ) from None
    return found
