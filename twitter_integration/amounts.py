"""So many of something, as people say it: within a sentence, or alone."""

from django.utils.translation import ngettext


def accounts(n: int) -> str:
    return ngettext("{n} account", "{n} accounts", n).format(n=n)


def events(n: int) -> str:
    return ngettext("{n} event", "{n} events", n).format(n=n)


def items(n: int) -> str:
    return ngettext("{n} item", "{n} items", n).format(n=n)


def members(n: int) -> str:
    return ngettext("{n} member", "{n} members", n).format(n=n)


def messages(n: int) -> str:
    return ngettext("{n} message", "{n} messages", n).format(n=n)


def missing_subscriptions(n: int) -> str:
    return ngettext("{n} missing subscription", "{n} missing subscriptions", n).format(n=n)


def posts(n: int) -> str:
    return ngettext("{n} post", "{n} posts", n).format(n=n)


def subscriptions(n: int) -> str:
    return ngettext("{n} subscription", "{n} subscriptions", n).format(n=n)


def things(n: int) -> str:
    return ngettext("{n} thing", "{n} things", n).format(n=n)
