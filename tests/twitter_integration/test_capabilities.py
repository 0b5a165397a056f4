"""X's rules for one answer, as a table: what was asked, who asked, what the tier grants, and what comes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twitter_integration.capabilities import (
    FRESH_FOR,
    RULES,
    Answered,
    Code,
    Person,
    Terms,
    judge_private,
    judge_public,
    read_names,
)

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
ANYBODY, SUMMONED = Terms(answers_anybody=True), Terms(answers_anybody=False)


def asked(kind: str = "mention", **facts: Any) -> Answered:
    return Answered(kind=kind, direction=facts.pop("direction", "in"), **facts)


@pytest.mark.parametrize(
    ("answered", "person", "self_serve", "enterprise"),
    [
        (asked("mention", explicit=True), Person(), None, None),
        (asked("quote"), Person(), None, None),
        (asked("reply", explicit=True), Person(), None, None),
        (asked("reply", implicit=True), Person(), None, None),
        (asked("reply"), Person(), "not_summoned", None),
        (asked("found"), Person(), "not_summoned", None),
        (asked("post", direction="out"), Person(), None, None),
        (asked(deleted=True), Person(), "gone", "gone"),
        (asked(), Person(blocked_by=True), "blocked_by", "blocked_by"),
        (asked(), Person(blocking=True), "blocking", "blocking"),
        (asked(), Person(protected=True, following=False), "protected", "protected"),
        (asked(), Person(protected=True, following=True), None, None),
        (asked(), Person(protected=True), None, None),
        (asked("reply", reply_settings="everyone"), Person(), "not_summoned", None),
        (asked("found", reply_settings="mentionedUsers"), Person(), "replies_restricted", "replies_restricted"),
        (asked("found", reply_settings="mentioned_users"), Person(), "replies_restricted", "replies_restricted"),
        (asked(explicit=True, reply_settings="mentionedUsers"), Person(), None, None),
        (asked("quote", reply_settings="following"), Person(followed_by=True), None, None),
        (asked("quote", reply_settings="following"), Person(followed_by=False), *["replies_restricted"] * 2),
        (asked("quote", reply_settings="following"), Person(), *["replies_perhaps_restricted"] * 2),
        (asked("quote", reply_settings="verified"), Person(), *["replies_perhaps_restricted"] * 2),
        (asked("found", reply_settings="subscribers"), Person(), "not_summoned", "replies_perhaps_restricted"),
        (None, Person(blocked_by=True), Code.UNKNOWN, None),
    ],
)
def test_what_may_be_answered_publicly(
    answered: Answered | None, person: Person, self_serve: str | None, enterprise: str | None
) -> None:
    assert judge_public(answered, person, SUMMONED).code == self_serve
    assert judge_public(answered, person, ANYBODY).code == enterprise


def test_what_x_leaves_open_is_a_setting() -> None:
    strict = Terms(answers_anybody=False, own_posts=False, implicit_summons=False)
    assert judge_public(asked("reply", implicit=True), Person(), strict).code == Code.NOT_SUMMONED
    assert judge_public(asked("post", direction="out"), Person(), strict).code == Code.OWN_POST


@pytest.mark.parametrize(
    ("receives", "days", "code"),
    [(True, 1, None), (None, 1, None), (False, 1, "dm_closed"), (False, 8, "dm_perhaps_closed")],
)
def test_closed_messages_are_certain_only_for_a_week(receives: bool | None, days: int, code: str | None) -> None:
    known = NOW - timedelta(days=days)
    verdict = judge_private(Person(receives_dm=receives, dm_known_at=known), now=NOW)
    assert verdict.code == code
    assert verdict.forbids is (code == "dm_closed")
    assert verdict.known_at == (None if receives is None else known)


def test_whoever_blocked_us_hears_nothing_privately_either() -> None:
    assert judge_private(Person(receives_dm=True, dm_known_at=NOW, blocked_by=True), now=NOW).code == Code.BLOCKED_BY


def test_protected_posts_are_no_hindrance_to_a_private_word() -> None:
    assert judge_private(Person(protected=True, following=False), now=NOW).code is None


def mention(word: str, start: int) -> dict[str, Any]:
    return {"kind": "mention", "target": f"https://x.com/{word}", "start": start, "end": start + len(word) + 1}


@pytest.mark.parametrize(
    ("spans", "is_reply", "found"),
    [
        ([mention("acme", 0)], False, (True, False)),
        ([mention("acme", 0)], True, (False, True)),
        ([mention("ben", 0), mention("acme", 5)], True, (False, True)),
        ([mention("ben", 0), mention("acme", 20)], True, (True, False)),
        ([mention("acme", 0), mention("acme", 30)], True, (True, True)),
        ([mention("ben", 0)], True, (False, False)),
        ([{"kind": "url", "target": "https://t.co/acme"}, None], False, (False, False)),
    ],
)
def test_a_name_in_the_words_is_told_from_one_x_puts_before_a_reply(
    spans: list[Any], is_reply: bool, found: tuple[bool, bool]
) -> None:
    assert read_names(spans, "Acme", is_reply=is_reply) == found


def test_every_rule_names_its_day_and_page() -> None:
    assert set(RULES) == set(Code)
    assert all(rule.source.startswith("https://docs.x.com/") and rule.sentence for rule in RULES.values())
    assert timedelta(days=7) == FRESH_FOR
