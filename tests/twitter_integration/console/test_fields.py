"""How people name a post, a person, a list, and what they are told when it does not fit."""

from typing import Any

import pytest

from twitter_integration.console.fields import BadInput, clean
from twitter_integration.console.table import ACTIONS


def cleaned(action: str, **values: Any) -> dict[str, Any]:
    return clean(ACTIONS[action], values)


@pytest.mark.parametrize(
    "given",
    [
        "1934268415012081666",
        "https://x.com/ana_demo/status/1934268415012081666?s=20",
        "x.com/i/status/1934268415012081666",
    ],
)
def test_a_post_is_its_id_or_its_address(given: str) -> None:
    assert cleaned("repost", post=given) == {"post": "1934268415012081666"}


@pytest.mark.parametrize("given", ["@ana_demo", "ana_demo", " https://x.com/ana_demo ", "twitter.com/@ana_demo/"])
def test_a_person_is_a_handle_however_it_is_given(given: str) -> None:
    assert cleaned("follow", person=given) == {"person": "@ana_demo"}


def test_a_person_is_also_x_s_id() -> None:
    assert cleaned("follow", person="900000000000000002") == {"person": "900000000000000002"}


@pytest.mark.parametrize(
    ("action", "values", "sentence"),
    [
        ("repost", {"post": ""}, "Missing: post"),
        ("repost", {"post": "hello"}, "X's id of the post, or its address is wanted, not “hello”"),
        ("follow", {"person": "ana demo"}, "A handle"),
        ("home", {"count": "900"}, "a number up to 100"),
        ("report", {"person": "1", "block": "maybe"}, "one of: yes, no"),
        ("home", {"post": "1"}, "takes no post"),
        ("update-profile", {"url": "javascript:alert(1)"}, "Website is an address, as https://example.com"),
        ("update-profile", {"url": "ftp://example.com"}, "Website is an address, as https://example.com"),
    ],
)
def test_what_does_not_fit_is_answered_with_what_would(action: str, values: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        cleaned(action, **values)


@pytest.mark.parametrize("action", ["create-list", "create-collection"])
def test_a_name_that_shows_nothing_is_none(action: str) -> None:
    with pytest.raises(BadInput, match="Missing: name"):
        cleaned(action, name=" \u200b\u2800")


def test_a_note_that_shows_nothing_is_empty_and_what_joins_signs_stays() -> None:
    values = {"collection": "7", "post": "1934268415012081666"}
    assert cleaned("collect", **values, note="\u200b")["note"] == ""
    assert cleaned("collect", **values, note="\U0001f468\u200d\U0001f469")["note"] == "\U0001f468\u200d\U0001f469"
