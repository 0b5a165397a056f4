"""What waits as a day's budget runs out, and what never does: one table of everything that reads X by itself. Pure.

First what we may know a little later (how people stand to us), then what is read a second time around conversations,
then searches. Never what customers say to an account: its mentions and direct messages, nor replies and quotes as they
come; nor what X's rules demand (rechecking), nor a look whether an answer is out.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_noop

from twitter_integration.models.cursor import Stream


class Purpose(StrEnum):
    """What a read that may wait is for, in the order in which they stop.

    The context of a single post (what it answers, what it quotes) comes along with it; X is never asked for that by
    itself. What is asked for to complete conversations is the daily comparison of own posts, replies and quotes.
    """

    PROFILE = "profile"
    CONTEXT = "context"
    SEARCH = "search"


# The share of the day's budget, in per cent, from which each waits for the next day (UTC); before them, a warning.
WARNED_AT = 80
STOPS_AT: Mapping[Purpose, int] = {Purpose.PROFILE: 85, Purpose.CONTEXT: 92, Purpose.SEARCH: 100}
WORDS: Mapping[Purpose, str] = {
    Purpose.PROFILE: gettext_noop("refreshing profiles"),
    Purpose.CONTEXT: gettext_noop("comparing own posts and answers"),
    Purpose.SEARCH: gettext_noop("searching"),
}
PEOPLE = "people"  # no stream: nothing of it is kept in order
NEVER = None
# By module and what it reads. Not here: what a person asks for by hand (console, previews), and signing in.
READERS: Mapping[str, Mapping[str, Purpose | None]] = {
    "standings": {PEOPLE: Purpose.PROFILE},
    "reconciling": {
        Stream.MENTIONS: NEVER,
        Stream.MESSAGES: NEVER,
        Stream.POSTS: Purpose.CONTEXT,
        Stream.ANSWERS: Purpose.CONTEXT,
    },
    gettext_noop("searching"): {Stream.SEARCH: Purpose.SEARCH},
    "polling": dict.fromkeys((Stream.MENTIONS, Stream.MESSAGES, Stream.POSTS, Stream.ANSWERS), NEVER),
    "rechecking": {Stream.RECHECK: NEVER},
    "looking": {Stream.LOOK_POSTS: NEVER, Stream.LOOK_MESSAGES: NEVER},
    "downloads": {Stream.MESSAGES: NEVER},
}


def stops(purpose: Purpose | None, *, used: int) -> bool:
    """Whether it waits, with so many per cent of the day's budget used."""
    return purpose is not None and used >= STOPS_AT[purpose]


def waiting(*, used: int) -> list[Purpose]:
    return [purpose for purpose in Purpose if stops(purpose, used=used)]
