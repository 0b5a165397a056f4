"""What commands found, as people read it."""

from typing import Any

import pytest

from kapture.readable import readable


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"webhook_id": "17", "valid": True}, "webhook id: 17\nvalid: yes"),
        ({"tickets": 5, "outbox": {"sent": 3, "failed": 1}}, "tickets: 5\noutbox:\n  sent: 3\n  failed: 1"),
        ({"events": {"dm": {"message": 2}}}, "events:\n  dm:\n    message: 2"),
        ({"added": [], "kept": ["a", "b"], "refused": {}}, "added: none\nkept: a, b\nrefused: none"),
        ([{"url": "http://x", "ours": False, "note": ""}], "url http://x, ours no"),
        ([], "Nothing there."),
    ],
)
def test_facts_become_lines(found: Any, told: str) -> None:
    assert readable(found) == told
