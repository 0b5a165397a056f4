"""How heavy pages are: bytes for whoever looks at them over a slow line, and elements for a browser to keep."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.utils import timezone

from bench.heavy import MESSAGES, ROWS, fill_list, fill_ticket
from bench.weight import ALL, MOST
from kapture.gzip_middleware import GZipMiddleware
from tests.house.tree import ROOT

PACKED = {"accept-encoding": "gzip"}
# Where nothing is collected a page names the stylesheets one by one (kapture/joined.py).
LISTED = re.compile(rb'(?:\s*<link rel="stylesheet"[^>]*>)+')
ONE = b'<link rel="stylesheet" href="/static/css/desk.0123456789ab.css">'


def weigh(desk: Client, address: str) -> tuple[bytes, int]:
    """What the page is, and how many bytes go over the line."""
    answer = desk.get(address, headers=PACKED)
    assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip")
    return LISTED.sub(ONE, gzip.decompress(answer.content)), len(answer.content)


def test_a_list_of_fifty_is_light(desk: Client, bob: User, acme: object) -> None:
    fill_list(timezone.now())
    page, packed = weigh(desk, "/tickets/")
    assert page.count(b'<li class="row') == ROWS
    raw, line = MOST["list of 50"]
    assert len(page) < (raw or 0) * 1000 and packed < (line or 0) * 1000


def test_a_ticket_with_two_hundred_messages_is_light(desk: Client, acme: object) -> None:
    ticket = fill_ticket(timezone.now())
    page, packed = weigh(desk, f"/tickets/{ticket.pk}/")
    raw, line = MOST["ticket of 200"]
    assert len(page) < (raw or 0) * 1000 and packed < (line or 0) * 1000
    whole, packed = weigh(desk, f"/tickets/{ticket.pk}/?show={MESSAGES}&of=all.q{ticket.queue_id}.t")
    assert whole.count(b'<nav class="way"') == 2
    raw, line = MOST[ALL]
    assert whole.count(b"<article class=bub") == MESSAGES
    assert len(whole) < (raw or 0) * 1000 and packed < (line or 0) * 1000


def test_all_scripts_together_are_light() -> None:
    names = [path.name for path in (ROOT / "static" / "js").glob("*.js")]
    files = [finders.find(f"js/{name}") for name in names] + [finders.find("django_htmx/htmx-2.min.js")]
    packed = [len(gzip.compress(Path(str(path)).read_bytes())) for path in files]
    assert len(packed) > 20 and sum(packed) < (MOST["scripts"][1] or 0) * 1000


@pytest.mark.parametrize(
    ("sort", "packed"),
    [("text/html; charset=utf-8", True), ("application/json", True), ("image/png", False), ("video/mp4", False)],
)
def test_texts_are_compressed_and_files_are_not(sort: str, packed: bool) -> None:
    answer = through_gzip(HttpResponse(b"Where is my order? " * 100, content_type=sort))
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed


def test_a_stream_arrives_as_it_is_told_and_a_stretch_of_a_file_unchanged() -> None:
    stream = StreamingHttpResponse(iter(["data: {}\n\n" * 50]), content_type="text/event-stream")
    stretch = HttpResponse(b"a" * 1000, status=206, content_type="text/plain")
    for answer in (stream, stretch):
        assert "Content-Encoding" not in through_gzip(answer).headers


def through_gzip(answer: HttpResponseBase) -> HttpResponseBase:
    asked = RequestFactory().get("/", headers=PACKED)
    given = GZipMiddleware(lambda request: answer)(asked)
    assert isinstance(given, HttpResponseBase)
    return given
