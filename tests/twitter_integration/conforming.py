"""X's own examples of how long a text counts and what in it is a link (conformance/README.md), and texts at random."""

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from twitter_text.regexp.emoji import emoji_list

EMOJI: list[str] = [one.emoji for one in emoji_list]
# What ends domains, and what does not quite.
_ENDS = """com de co.uk info İnfo ınfo 公司 中国 рф xn--p1ai museum co c みんな ευ COM Kom ſe 网络
vermögensberatung"""
_PIECES = """a http:// https:// HTTPS:// t.co t.co/abc . - _ / ? = # @ & ( ) ~ | % + $ , ! .. (( )) 3.50 z.B. a:80 :8080
日本語 é e\u0301 привет ελ اهلا שלום ไทย 한국 გე ა Გ ß ﬃ ſ ı İ K ⅷ ｱﾞ 𝒳 … — 、 。 ． ＠ 🇵 🇵🇹 👍🏽 👨\u200d👩\u200d👧 © ™
#️⃣ \ufe0f \u200d \u200b \u202e \u200f \ufeff \ufffe \x07"""
_SPACES = ["\n", "\r\n", " ", "  ", "\u3000", "\x85", "\x1f"]
ENDS = _ENDS.split()
PIECES = _PIECES.split() + _SPACES + ["t.co/" + "a" * 45, "x" * 60, "x" * 70, "日" * 20, "日" * 58]
NAMES = ["a", "example", "日本", "é", "b-c", "x_y", "я"]
PLANES = [(32, 0x24F), (0x250, 0x33FF), (0x3400, 0xD7FF), (0xF900, 0xFFFF), (0x10000, 0x1FFFF)]


@lru_cache
def _read(name: str) -> dict[str, list[dict[str, Any]]]:
    text = (Path(__file__).parent / "conformance" / f"{name}.yml").read_text()
    tests: dict[str, list[dict[str, Any]]] = yaml.load(text, Loader=yaml.CSafeLoader)["tests"]
    return tests


def lengths() -> dict[str, tuple[int, bool]]:
    """By text, how long it counts and whether a post takes it. What counted otherwise before joined emoji were one
    stands in the second list as it counts now."""
    lists = ("WeightedTweetsCounterTest", "WeightedTweetsWithDiscountedEmojiCounterTest")
    cases = [case for name in (*lists, "UnicodeDirectionalMarkerCounterTest") for case in _read("validate")[name]]
    return {case["text"]: (case["expected"]["weightedLength"], case["expected"]["valid"]) for case in cases}


def links() -> list[tuple[str, list[str]]]:
    """Texts with the links in them."""
    lists = ("urls", "urls_with_indices", "urls_with_directional_markers", "tco_urls_with_params")
    cases = [case for name in lists for case in _read("extract")[name]]
    cases += [case for listed in _read("tlds").values() for case in listed]
    return [(case["text"], [_address(one) for one in case["expected"]]) for case in cases]


def _address(told: str | dict[str, Any]) -> str:
    return told if isinstance(told, str) else str(told["url"])


def every_emoji() -> list[str]:
    """Alone, and each before its neighbour in the list."""
    return EMOJI + ["".join(two) for two in pairwise(EMOJI)]


def at_random(seed: int) -> Iterator[str]:
    """Without an end: what people write, and what nobody would."""
    dice = random.Random(seed)
    while True:
        yield "".join(_piece(dice) for _ in range(dice.randint(1, dice.choice([4, 8, 30]))))


def _piece(dice: random.Random) -> str:
    match dice.randint(1, 20):
        case 1 | 2 | 3:
            return f"{dice.choice(NAMES)}.{dice.choice(ENDS)}"
        case 4 | 5:
            return dice.choice(EMOJI)
        case 6 | 7:
            return " "
        case 8 | 9:
            return f".{dice.choice(ENDS)}"
        case 10:
            return chr(dice.randint(*dice.choice(PLANES)))
        case _:
            return dice.choice(PIECES)
