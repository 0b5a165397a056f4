"""What X holds, by the sandbox's own ledger, which knows nothing of our code, against what we hold."""

from collections import Counter
from typing import Any

import requests

from tickets.models import Message, MessageVersion, Ticket
from twitter_integration.sandbox.server import ThreadedSandbox


def read_ledger(sandbox: ThreadedSandbox) -> dict[str, Any]:
    return dict(requests.get(f"{sandbox.base_url}/sandbox/api/ledger", timeout=10).json())


def missing_posts(sandbox: ThreadedSandbox) -> dict[str, list[str]]:
    """Posts X holds and we do not, by their ids, with why each concerns the account."""
    ledger = read_ledger(sandbox)
    held = set(Message.objects.values_list("external_id", flat=True))
    held |= set(MessageVersion.objects.values_list("external_id", flat=True))
    return {number: ledger["kinds"][number] for number in ledger["posts"] if number not in held}


def compare_with_ledger(sandbox: ThreadedSandbox) -> None:
    """Every message X holds is here exactly once, and what it deleted of ours is gone."""
    ledger = read_ledger(sandbox)
    held = Counter(Message.objects.exclude(external_id=None).values_list("external_id", flat=True))
    assert [number for number, count in held.items() if count > 1] == []
    assert missing_posts(sandbox) == {}
    assert set(ledger["messages"]) - set(held) == set()
    gone = {str(n) for n in ledger["deleted"]}
    left = Message.objects.filter(external_id__in=gone, direction="out", deleted_at=None)
    assert list(left.values_list("external_id", flat=True)) == []
    assert Ticket.objects.filter(messages=None, merged_into=None).count() == 0
