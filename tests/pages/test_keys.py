"""The sheet of keys: every key that pages listen for stands on it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def test_every_key_of_a_template_stands_on_the_sheet(desk: Client) -> None:
    found = {
        key
        for template in TEMPLATES.rglob("*.html")
        for keys in re.findall(r'data-(?:presses|opens)="([^"]+)"', template.read_text())
        for key in re.sub(r"{%.*?%}", "", keys).split()
    }
    sheet = desk.get("/keys/").content.decode()
    assert set("?nmMcswuegrdapftNzjk") == found
    assert all(f"<kbd>{key}</kbd>" in sheet for key in found | set("jkox"))


def test_every_key_of_a_row_stands_among_those_of_lists(desk: Client) -> None:
    script = (Path(settings.BASE_DIR) / "static" / "js" / "keys.js").read_text()
    tables = re.findall(r"const (?:AT_ONCE|INTO|LEADS) = {(.*?)};", script)
    keys = {key for table in tables for key in re.findall(r"(\w): ", table)}
    lists = desk.get("/keys/").content.decode().split("Home and lists")[1].split("</section>")[0]
    assert keys == set("gesaftpmM") and all(f"<kbd>{key}</kbd>" in lists for key in keys)


def test_a_script_gets_the_sheet_alone_and_a_stranger_nothing(desk: Client, strangers_desk: Client) -> None:
    part = desk.get("/keys/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="keys-h"' in part and "<html" not in part
    assert 'href="/keys/"' in desk.get("/").content.decode()
    assert strangers_desk.get("/keys/").status_code == 404
