"""What the templates lean on is there: drawings, styles, scripts."""

import re
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context, Engine
from django.test import Client
from django.utils.translation import override

from tests.factories import make_answer, make_message, make_note, make_ticket
from tickets.choices import MessageKind, Priority, SendState, Status
from tickets.templatetags import marks
from tickets.templatetags.marks import icon, priority_mark, status_mark

TEMPLATES = [
    path.read_text() for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html") if "admin" not in path.parts
]
DRAWN = set(re.findall(r"^\.(i-[a-z0-9-]+) {", (Path(settings.BASE_DIR) / "static/css/icons.css").read_text(), re.M))


def drawings(html: str) -> set[str]:
    classes = " ".join(re.findall(r'class="([^"]*)"', html)).split()
    return {name for name in classes if name.startswith("i-")} - {"i-sm", "i-dir"}


@pytest.mark.parametrize("mark", [*map(status_mark, Status.values), *map(priority_mark, Priority.values)])
def test_every_mark_has_its_drawing(mark: str) -> None:
    assert len(drawings(mark)) == 1 and drawings(mark) <= DRAWN


def test_every_drawing_that_a_template_names_is_there() -> None:
    named = set(re.findall(r'{% icon "([a-z0-9-]+)"', "".join(TEMPLATES)))
    named |= set(re.findall(r'drawing="([a-z0-9-]+)"', "".join(TEMPLATES)))
    assert {f"i-{name}" for name in named} <= DRAWN
    assert drawings(icon("lock")) == {"i-lock"} <= DRAWN


@pytest.mark.parametrize(
    ("written", "nodes"),
    [('{% icon "lock" %}', "TextNode"), ('{% icon "lock" "i-sm" %}', "TextNode"), ("{% icon which %}", "_IconNode")],
)
def test_a_drawing_named_in_the_template_is_drawn_with_it(written: str, nodes: str) -> None:
    template = Engine.get_default().from_string(written)
    [node] = template.nodelist
    assert type(node).__name__ == nodes
    assert template.render(Context({"which": "lock"})) == icon("lock", "i-sm" if "i-sm" in written else "")


def test_a_mark_speaks_the_reader_s_language() -> None:
    with override("en"):
        english = priority_mark("urgent")
    with override("de"), patch("tickets.templatetags.marks.Priority", lambda value: Mock(label="Dringend")):
        assert "Dringend" in priority_mark("urgent")
    with override("en"):
        assert priority_mark("urgent") == english and "Dringend" not in english
    marks._mark.cache_clear()


def test_the_pages_use_only_drawings_that_exist(desk: Client, acme: object) -> None:
    ticket = make_ticket()
    for kind in MessageKind.values:
        make_message(ticket, kind=kind)
    for state in SendState.values:
        make_answer(ticket, state=state)
    make_note(ticket)
    for address in ("/", "/tickets/", f"/tickets/{ticket.pk}/", "/sign-in/"):
        assert drawings(desk.get(address, follow=True).content.decode()) <= DRAWN


def test_every_static_file_a_template_names_exists() -> None:
    named = set(re.findall(r"""{% static ['"]([^'"]+)['"] %}""", "".join(TEMPLATES)))
    assert named
    assert [name for name in named if finders.find(name) is None] == []


def test_no_template_loads_anything_from_elsewhere() -> None:
    for template in TEMPLATES:
        assert not re.findall(r"""(?:src|href)=['"](?:https?:)?//""", template)
