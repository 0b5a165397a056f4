"""The page about the sandbox names what there is; a store of an earlier version still opens."""

import sqlite3
from dataclasses import fields
from pathlib import Path

from twitter_integration.sandbox.control import ACTIONS
from twitter_integration.sandbox.schema import LATER_COLUMNS
from twitter_integration.sandbox.server import start_in_thread
from twitter_integration.sandbox.switches import Switches

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"


def test_every_switch_and_action_is_documented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = [item.name for item in fields(Switches)] + list(ACTIONS)
    assert [name for name in names if f"`{name}`" not in text] == []


def test_a_store_of_an_earlier_version_gets_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    first = start_in_thread(store_path=path)
    asked = first.act("post", user="ana_demo", text="@acmehelp_demo hello")["id"]
    first.stop()
    with sqlite3.connect(path) as old:
        for index in ("post_initial", "delivery_created"):
            old.execute(f"DROP INDEX {index}")
        for table, column, _ in LATER_COLUMNS:
            old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        old.execute("DELETE FROM person WHERE handle = 'acmecargo_demo'")
    old.close()
    again = start_in_thread(store_path=path)
    assert [account["handle"] for account in again.credentials["accounts"]] == ["acmehelp_demo", "acmecargo_demo"]
    assert again.credentials["client_id"]
    assert (
        again.act("edit", user="ana_demo", post=asked, text="@acmehelp_demo hello!")["edit_history_tweet_ids"][0]
        == asked
    )
    again.stop()
