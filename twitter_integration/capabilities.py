"""May one answer be sent? X's rules as data, each with its day and page, and the decision for one message. Pure.

Not here: which dialect and tier may do an operation at all (tiers.py), whether our own account is in order and where
the facts come from (sendable.py), what the helpdesk permits a person (tickets).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_noop

from tickets.choices import Direction, MessageKind
from twitter_integration.errors import MEANINGS, ErrorKind

# What we last heard of somebody's direct messages is taken for certain so long; older, it is only said.
FRESH_FOR = timedelta(days=7)


class Code(StrEnum):
    """Why an answer cannot be sent, or may be refused; also told to programs."""

    NOT_SUMMONED = "not_summoned"
    OWN_POST = "own_post"
    GONE = "gone"
    BLOCKED_BY = "blocked_by"
    BLOCKING = "blocking"
    PROTECTED = "protected"
    REPLIES_RESTRICTED = "replies_restricted"
    REPLIES_PERHAPS_RESTRICTED = "replies_perhaps_restricted"
    UNKNOWN = "unknown"
    DM_CLOSED = "dm_closed"
    DM_PERHAPS_CLOSED = "dm_perhaps_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of X's with the sentence for whoever writes. `forbids`: else the answer may be tried."""

    sentence: str
    source: str
    as_of: date
    forbids: bool = True


_AS_OF = date(2026, 8, 31)
_POSTS = "https://docs.x.com/x-api/posts/create-post"
_PEOPLE = "https://docs.x.com/x-api/users/lookup/introduction"
_MESSAGES = "https://docs.x.com/x-api/direct-messages/manage/introduction"
# The next change of X is an edit here.
RULES: Mapping[Code, Rule] = {
    Code.NOT_SUMMONED: Rule(sentence=MEANINGS[ErrorKind.NOT_SUMMONED].sentence, source=_POSTS, as_of=date(2026, 2, 23)),
    Code.OWN_POST: Rule(
        sentence=gettext_noop(
            "X is not sure to let this app answer the account's own posts; here it is set not to try."
        ),
        source=_POSTS,
        as_of=_AS_OF,
    ),
    Code.GONE: Rule(sentence=gettext_noop("This post is no longer on X."), source=_POSTS, as_of=_AS_OF),
    Code.BLOCKED_BY: Rule(
        sentence=gettext_noop("This person has blocked the account: X takes no answer to them."),
        source=_PEOPLE,
        as_of=_AS_OF,
    ),
    Code.BLOCKING: Rule(
        sentence=gettext_noop("The account has blocked this person. Unblock them first."), source=_PEOPLE, as_of=_AS_OF
    ),
    Code.PROTECTED: Rule(
        sentence=gettext_noop("This person's posts are protected, and the account does not follow them."),
        source=_PEOPLE,
        as_of=_AS_OF,
    ),
    Code.REPLIES_RESTRICTED: Rule(
        sentence=MEANINGS[ErrorKind.REPLIES_RESTRICTED].sentence, source=_POSTS, as_of=_AS_OF
    ),
    Code.REPLIES_PERHAPS_RESTRICTED: Rule(
        sentence=gettext_noop("The author lets only certain people reply; X may refuse this answer."),
        source=_POSTS,
        as_of=_AS_OF,
        forbids=False,
    ),
    Code.UNKNOWN: Rule(
        sentence=gettext_noop(
            "The desk has not seen this post: X refuses the answer unless the post mentions the account or "
            "quotes one of its posts."
        ),
        source=_POSTS,
        as_of=date(2026, 2, 23),
        forbids=False,
    ),
    Code.DM_CLOSED: Rule(sentence=MEANINGS[ErrorKind.CANNOT_MESSAGE].sentence, source=_MESSAGES, as_of=_AS_OF),
    Code.DM_PERHAPS_CLOSED: Rule(
        sentence=gettext_noop(
            "This person did not accept direct messages when we last heard of it; X may refuse this one."
        ),
        source=_MESSAGES,
        as_of=_AS_OF,
        forbids=False,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`code` empty: nothing speaks against it. `known_at`: how old the knowledge is that decided, where it ages."""

    code: Code | None = None
    known_at: datetime | None = None

    @property
    def rule(self) -> Rule | None:
        return RULES[self.code] if self.code else None

    @property
    def forbids(self) -> bool:
        return self.rule is not None and self.rule.forbids


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """How somebody stands to the account, as last heard; None means "not told"."""

    receives_dm: bool | None = None
    dm_known_at: datetime | None = None
    following: bool | None = None
    followed_by: bool | None = None
    blocking: bool | None = None
    blocked_by: bool | None = None
    protected: bool | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The message to be answered. `explicit`: it names us in its words; `implicit`: only among the names X puts
    before a reply."""

    kind: str
    direction: str
    explicit: bool = False
    implicit: bool = False
    deleted: bool = False
    reply_settings: str = ""
    rule_known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the app's tier grants, and how we read what X's pages leave open (settings)."""

    answers_anybody: bool
    own_posts: bool = True
    implicit_summons: bool = True


def judge_public(answered: Answered | None, person: Person, terms: Terms) -> Verdict:
    """May that post be answered publicly? A post we do not know is left to X to decide, and said so."""
    if answered is None:
        return Verdict() if terms.answers_anybody else Verdict(code=Code.UNKNOWN)
    if answered.deleted:
        return Verdict(code=Code.GONE)
    if answered.direction == Direction.OUT:
        return Verdict() if terms.own_posts or terms.answers_anybody else Verdict(code=Code.OWN_POST)
    summoned = terms.answers_anybody or _summoned(answered, terms)
    verdicts = [*_between(person), *_restricted(answered, person)]
    verdicts += [] if summoned else [Verdict(code=Code.NOT_SUMMONED)]
    # What certainly forbids it is told before what only may.
    return min(verdicts, key=lambda one: not one.forbids, default=Verdict())


def judge_private(person: Person, *, now: datetime) -> Verdict:
    """May this person be written to privately?"""
    for verdict in _between(person, in_public=False):
        return verdict
    if person.receives_dm is not False or person.dm_known_at is None:
        return Verdict(known_at=person.dm_known_at if person.receives_dm else None)
    certain = now - person.dm_known_at <= FRESH_FOR
    return Verdict(code=Code.DM_CLOSED if certain else Code.DM_PERHAPS_CLOSED, known_at=person.dm_known_at)


def read_names(spans: Sequence[Any], handle: str, *, is_reply: bool) -> tuple[bool, bool]:
    """Whether a text names the handle in its words, and whether among the names before a reply. Spans as the helpdesk
    stores them: their target is the page of the person."""
    wanted, edge, explicit, implicit = handle.casefold(), 0, False, False
    found = [span for span in spans if isinstance(span, dict) and span.get("kind") == "mention"]
    for span in sorted(found, key=lambda one: int(one.get("start") or 0)):
        start = int(span.get("start") or 0)
        leads = is_reply and start <= edge
        if leads:
            edge = int(span.get("end") or 0) + 1  # the space behind it
        if str(span.get("target", "")).rpartition("/")[2].lstrip("@").casefold() == wanted:
            explicit, implicit = explicit or not leads, implicit or leads
    return explicit, implicit


def _between(person: Person, *, in_public: bool = True) -> Iterator[Verdict]:
    """What stands between the two, whatever is written."""
    if person.blocked_by:
        yield Verdict(code=Code.BLOCKED_BY, known_at=person.known_at)
    if person.blocking:
        yield Verdict(code=Code.BLOCKING, known_at=person.known_at)
    if in_public and person.protected and person.following is False:
        yield Verdict(code=Code.PROTECTED, known_at=person.known_at)


def _restricted(answered: Answered, person: Person) -> Iterator[Verdict]:
    """Whoever is named in a post may always answer it."""
    words = answered.reply_settings.replace("_", "").casefold()
    if words in ("", "everyone") or answered.explicit or answered.implicit:
        return
    if words == "following" and person.followed_by is True:
        return
    # `other`: X refused an answer of ours before.
    certain = words in ("mentionedusers", "other") or (words == "following" and person.followed_by is False)
    code = Code.REPLIES_RESTRICTED if certain else Code.REPLIES_PERHAPS_RESTRICTED
    yield Verdict(code=code, known_at=answered.rule_known_at)


def _summoned(answered: Answered, terms: Terms) -> bool:
    """The author names us or quotes us. A mention of whose words we have none is one by X's own word."""
    if answered.kind == MessageKind.QUOTE or answered.explicit:
        return True
    if answered.implicit:
        return terms.implicit_summons
    return answered.kind == MessageKind.MENTION
