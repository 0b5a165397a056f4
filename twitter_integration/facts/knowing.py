"""What events, answers and refusals of X teach about people and posts: how somebody stands to an account, whether they
take direct messages, whom an author lets answer. Kept for whoever asks before an answer is written (`sendable`).

Set-wise: at most four statements, and none where there is nothing to learn; some more where a reminder ends by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from tickets.outbound import OutboundMessage
from twitter_integration.errors import ErrorKind
from twitter_integration.events import Event, Kind, MessageEvent, Person, PostEvent, RelationEvent
from twitter_integration.facts.freed import Freed, settle_freed
from twitter_integration.facts.moments import happened_at
from twitter_integration.models import ReplyRule, Standing

EVERYBODY = "everyone"
SOMEBODY = "other"  # X's word where it does not say who
_CONNECTIONS = ("following", "followed_by", "blocking", "muting")
_OF_PERSON = (*_CONNECTIONS, "blocked_by", "protected")
# What an event says of the two, and of whom the other one is: the target of what we did, the source of what they did.
_RELATIONS: Mapping[Kind, tuple[str, bool]] = {
    Kind.FOLLOW_BY_US: ("following", True),
    Kind.UNFOLLOW_BY_US: ("following", False),
    Kind.FOLLOW_OF_US: ("followed_by", True),
    Kind.UNFOLLOW_OF_US: ("followed_by", False),
    Kind.BLOCK_BY_US: ("blocking", True),
    Kind.UNBLOCK_BY_US: ("blocking", False),
    Kind.BLOCK_OF_US: ("blocked_by", True),
    Kind.UNBLOCK_OF_US: ("blocked_by", False),
    Kind.MUTE_BY_US: ("muting", True),
    Kind.UNMUTE_BY_US: ("muting", False),
}
_BY_US = frozenset(kind for kind in _RELATIONS if kind.value.endswith("_by_us"))


@dataclass(slots=True, kw_only=True)
class Lesson:
    """What one moment taught about a person and an account, or about a post; None and "" mean nothing."""

    at: datetime
    account: str = ""
    person: str = ""
    receives_dm: bool | None = None
    facts: dict[str, bool] = field(default_factory=dict)
    post: str = ""
    reply_settings: str = ""


def lessons_of(told: Iterable[tuple[Event, datetime]]) -> list[Lesson]:
    """Pure. What each event teaches; the moment is when we heard of it, or when it happened."""
    lessons: list[Lesson] = []
    for event, heard_at in told:
        if isinstance(event, PostEvent):
            lessons += _of_post(event, heard_at)
        elif isinstance(event, RelationEvent):
            lessons += _of_relation(event, heard_at)
        elif isinstance(event, MessageEvent) and event.kind == Kind.MESSAGE_RECEIVED:
            lessons += _of_message(event, heard_at)
    return lessons


def lesson_of(account: str, person: Person, *, at: datetime) -> Lesson:
    """What a profile says, read by the account itself."""
    facts: dict[str, bool] = {}
    if person.connection is not None:
        facts = {word: word in person.connection for word in _CONNECTIONS}
    if person.protected is not None:
        facts["protected"] = person.protected
    return Lesson(at=at, account=account, person=person.id, receives_dm=person.receives_dm, facts=facts)


def lessons_of_refusal(kind: ErrorKind, message: OutboundMessage, *, at: datetime) -> list[Lesson]:
    """What X's refusal of an answer says beyond that answer."""
    if kind == ErrorKind.CANNOT_MESSAGE and message.private:
        return [Lesson(at=at, account=message.address_key, person=message.recipient, receives_dm=False)]
    if kind == ErrorKind.REPLIES_RESTRICTED and message.in_reply_to:
        return [Lesson(at=at, post=message.in_reply_to, reply_settings=SOMEBODY)]
    return []


def learn(lessons: Iterable[Lesson]) -> None:
    """Keep it; of two lessons the later one counts, and what a lesson is silent about stays as it was."""
    people: dict[tuple[str, str], Standing] = {}
    rules: dict[str, Lesson] = {}
    for lesson in sorted(lessons, key=lambda one: one.at):
        if lesson.person and (lesson.facts or lesson.receives_dm is not None):
            key = (lesson.account, lesson.person)
            _add(people.setdefault(key, Standing(account_key=key[0], person_key=key[1])), lesson)
        if lesson.post and lesson.reply_settings:
            rules[lesson.post] = lesson
    _keep_standings(people)
    _keep_rules(rules)
    settle_freed(
        Freed(account=account, person=person, word=word, at=row.known_at)
        for (account, person), row in sorted(people.items())
        for word in ("muting", "blocking")
        if getattr(row, word) is False and row.known_at
    )


def _add(row: Standing, lesson: Lesson) -> None:
    if lesson.receives_dm is not None:
        row.receives_dm, row.dm_known_at = lesson.receives_dm, lesson.at
    for name, value in lesson.facts.items():
        setattr(row, name, value)
        row.known_at = lesson.at


def _of_post(event: PostEvent, heard_at: datetime) -> Iterable[Lesson]:
    post = event.post
    if post.author.id != event.account_id:
        lesson = lesson_of(event.account_id, post.author, at=heard_at)
        if event.blocked_by_us is not None:
            lesson.facts["blocking"] = event.blocked_by_us
        yield lesson
    yield Lesson(at=heard_at, post=post.id, reply_settings=post.reply_settings)


def _of_relation(event: RelationEvent, heard_at: datetime) -> Iterable[Lesson]:
    if event.kind in _RELATIONS:
        name, value = _RELATIONS[event.kind]
        other = event.target if event.kind in _BY_US else event.source
        yield Lesson(at=happened_at(event, heard_at), account=event.account_id, person=other.id, facts={name: value})


def _of_message(event: MessageEvent, heard_at: datetime) -> Iterable[Lesson]:
    """Whoever writes to us privately can be answered there."""
    lesson = lesson_of(event.account_id, event.message.sender, at=heard_at)
    lesson.receives_dm = True
    yield lesson


def _keep_standings(people: Mapping[tuple[str, str], Standing]) -> None:
    if not people:
        return
    names = ("account_key", "person_key", "receives_dm", "dm_known_at", *_OF_PERSON, "known_at")
    types = ("varchar", "varchar", "boolean", "timestamptz", *("boolean" for _ in _OF_PERSON), "timestamptz")
    rows = [people[key] for key in sorted(people)]
    arrays = [[getattr(row, name) for row in rows] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Standing._meta.db_table} AS known ({', '.join(names)})"  # noqa: S608  (our own names)
            f" SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)})"
            f" ON CONFLICT (account_key, person_key) DO UPDATE SET {', '.join(_newest())}",
            arrays,
        )


def _newest() -> Iterable[str]:
    """For each column: what is told later wins, what is not told stays."""
    never = "'-infinity'::timestamptz"
    for name in ("receives_dm", *_OF_PERSON):
        clock = "dm_known_at" if name == "receives_dm" else "known_at"
        later = f"COALESCE(excluded.{clock}, {never}) >= COALESCE(known.{clock}, {never})"
        yield f"{name} = CASE WHEN {later} THEN COALESCE(excluded.{name}, known.{name}) ELSE known.{name} END"
    for clock in ("dm_known_at", "known_at"):
        yield f"{clock} = GREATEST(excluded.{clock}, known.{clock})"


def _keep_rules(rules: Mapping[str, Lesson]) -> None:
    free = [post for post, lesson in rules.items() if lesson.reply_settings == EVERYBODY]
    if free:
        ReplyRule.objects.filter(post_id__in=free).delete()
    bound = [
        ReplyRule(post_id=post, reply_settings=lesson.reply_settings[:24], known_at=lesson.at)
        for post, lesson in sorted(rules.items())
        if lesson.reply_settings != EVERYBODY
    ]
    if bound:
        ReplyRule.objects.bulk_create(
            bound,
            update_conflicts=True,
            unique_fields=["post_id"],
            update_fields=["reply_settings", "known_at"],
        )
