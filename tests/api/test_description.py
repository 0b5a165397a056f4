"""The served OpenAPI: a valid document, without guesses, and its page for people."""

import re

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import validate

from kapture.api_errors import PLAIN
from kapture.api_views import description
from tests.house.tree import ROOT
from tickets.api.base import OfTheDesk

DOCUMENT = "/api/v1/schema/"


@pytest.fixture(scope="module")
def document() -> dict[str, object]:
    return description()


def test_it_is_served_to_everybody_and_valid(client: Client, document: dict[str, object]) -> None:
    answer = client.get(DOCUMENT)
    assert answer.status_code == 200 and answer.json() == document
    assert document["openapi"] == "3.1.1"
    validate(answer.json())


def test_nothing_in_it_was_guessed(document: dict[str, object]) -> None:
    description.cache_clear()
    GENERATOR_STATS.reset()
    description()
    assert not GENERATOR_STATS._warn_cache and not GENERATOR_STATS._error_cache


def test_every_endpoint_says_what_it_is(document: dict[str, object]) -> None:
    operations = [one for methods in document["paths"].values() for one in methods.values()]  # type: ignore[attr-defined]
    assert [one["operationId"] for one in operations if not one.get("summary") or not one.get("description")] == []
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))


def test_its_page_shows_every_endpoint_and_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    for path in description()["paths"]:
        assert path in page
    assert "https://" not in page.replace("https://x.com", "") and "<script" not in page


def test_the_page_about_the_api_lists_exactly_what_there_is() -> None:
    """docs/api.md against the URL configuration, in both directions."""
    listed = set(re.findall(r"^\| ([A-Z]+) \| `(/api/v1/[^`]*)`", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE))
    served = {(method.upper(), path) for path, methods in description()["paths"].items() for method in methods}
    assert served - listed == set() and listed - served == set()


def test_every_code_a_refusal_may_have_is_told() -> None:
    told = (ROOT / "docs" / "api.md").read_text()
    spoken = {code for status, code in OfTheDesk.refusals.values()} | {code for code, _sentence in PLAIN.values()}
    assert [code for code in sorted(spoken - {"conflict", "not_acceptable"}) if f"`{code}`" not in told] == []
