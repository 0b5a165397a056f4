"""The rules of automatic answers, as a table: the first that speaks against it is the reason."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tickets.automating import Facts, decide, opts_out

NOW = datetime(2026, 11, 2, 22, tzinfo=UTC)
USUAL: dict[str, Any] = {
    "private": True,
    "encrypted": False,
    "said_at": NOW,
    "opts_out": False,
    "opted_out": False,
    "open": False,
}


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "sent"),
        ({"private": False}, "public"),
        ({"private": False, "opts_out": True}, "public"),
        ({"opts_out": True, "opted_out": True, "open": True}, "opts_out"),
        ({"opted_out": True}, "opted_out"),
        ({"encrypted": True}, "encrypted"),
        ({"open": True}, "open"),
        ({"said_at": ago(minutes=15)}, "sent"),
        ({"said_at": ago(minutes=16)}, "late"),
        ({"answered_at": NOW}, "answered"),
        ({"answered_at": ago(minutes=1)}, "sent"),
        ({"automated_at": ago(hours=1)}, "once"),
        ({"automated_at": ago(hours=23.9)}, "once"),
        ({"automated_at": ago(hours=24)}, "sent"),
        ({"automated_at": ago(hours=2), "answered_at": ago(hours=1)}, "sent"),
        ({"automated_at": ago(hours=1), "answered_at": ago(hours=2)}, "once"),
        ({"channel_refusal": "Sending is paused."}, "channel"),
        ({"channel_refusal": "Sending is paused.", "automated_at": ago(hours=1)}, "once"),
    ],
)
def test_an_automatic_answer_needs_that_nothing_speaks_against_it(facts: dict[str, Any], code: str) -> None:
    assert decide(Facts(**(USUAL | facts)), now=NOW) == code


WORDS = {"en": ["STOP"], "fr": ["ARRET"], "ja": ["停止"]}


@pytest.mark.parametrize("text", ["STOP", "stop", " Stop! ", "s t o p", "arrêt", "停止。"])
def test_whoever_writes_the_word_alone_opts_out(text: str) -> None:
    assert opts_out(text, WORDS)


@pytest.mark.parametrize("text", ["Please stop by", "non-stop", "", "!", "😀"])
def test_whoever_says_it_in_passing_does_not(text: str) -> None:
    assert not opts_out(text, WORDS)
