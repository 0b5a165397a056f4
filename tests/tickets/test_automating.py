"""The rules of automatic answers, as a table: the first that speaks against it is the reason."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tickets.automatic.automating import Facts, decide, opts_out

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


@pytest.mark.parametrize(
    "text",
    [
        *("STOP", "stop", " Stop! ", "s t o p", "arrêt", "停止。", "ｓｔｏｐ", "Stop 🛑", "stop\u200b", "STOP\nSTOP"),
        *("please stop", "STOP please", "Please, please stop.", "Stop, thank you!", "Arrêt, s’il vous plaît"),
        *("@acmehelp_demo stop", "stop @acmehelp_demo", "Stop.\n\nSent from my iPhone", "STOP\n-- \nAna Example, Bonn"),
        *("stop messaging me", "Please stop sending me these messages", "stop texting me please", "Stop the messages"),
    ],
)
def test_whoever_writes_the_word_and_nothing_of_substance_besides_opts_out(text: str) -> None:
    assert opts_out(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        *("Please stop by", "non-stop", "", "!", "😀", "please", "@acmehelp_demo", "Sent from my iPhone"),
        *("stop losing my bags", "Stop me if you heard it", "please don't stop", "Stop messaging me about that order!"),
        *("the bus stop", "stop. My bag is still gone", "STOP\nwhere is my bag?", "stop that", "messages stop"),
        "please " * 12 + "stop",
    ],
)
def test_whoever_says_something_else_does_not(text: str) -> None:
    assert not opts_out(text, WORDS)
