"""Stylesheets that lie apart and leave as one."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context

from kapture.joined import JoiningStorage, lists
from tests.house.tree import ROOT

LINK = '<link rel="stylesheet"'


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    """Where they are put together, as an installation has it."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "kapture.joined.JoiningStorage"}}
    storage = JoiningStorage(location=str(tmp_path))
    assert not [what for *_, what in storage.post_process({}) if isinstance(what, Exception)]
    return tmp_path


def test_all_that_a_page_lists_is_in_the_one_file_in_its_order(collected: Path) -> None:
    [styles] = lists()
    together = (collected / styles.name).read_text()
    written = [Path(str(finders.find(name))).read_text() for name in styles.parts]
    places = [together.index(without_comments(one)) for one in written]
    assert len(places) > 20 and places == sorted(places)


def test_nothing_is_lost_with_the_comments(collected: Path) -> None:
    [styles] = lists()
    for name in styles.parts:
        written = Path(str(finders.find(name))).read_text()
        assert not re.search(r"""["'(][^"'()\n]*(/\*|\*/)""", re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)), name
        assert without_comments(written).count("{") == without_comments(written).count("}"), name
    assert "/*" not in (collected / styles.name).read_text()


def without_comments(written: str) -> str:
    """As it is joined: a line that had an indent begins at its edge."""
    bare = re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


def test_where_they_are_joined_a_page_names_the_one_file_and_else_each(collected: Path, settings: Any) -> None:
    [styles] = lists()
    assert styles.render(Context()) == f'{LINK} href="{staticfiles_storage.url("css/desk.css")}">'
    assert (collected / staticfiles_storage.url("css/desk.css").rpartition("static/")[2]).is_file()
    settings.DEBUG = True
    assert styles.render(Context()).count(LINK) == len(styles.parts)


def test_every_stylesheet_of_the_desk_is_listed_once() -> None:
    [styles] = lists()
    elsewhere = {"css/admin.css", "css/api.css"}
    there = {f"css/{path.name}" for path in (ROOT / "static" / "css").glob("*.css")} - elsewhere
    assert sorted(styles.parts) == sorted(there)
