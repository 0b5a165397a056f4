"""An answer that was let go is taken out of the outbox after all: who let it go, and its words, are kept."""

from collections.abc import Sequence
from typing import Any

from tickets.choices import ApprovalState
from tickets.models import Approval, OutboxEntry
from tickets.sending.threads import whole_text


def keep_decided(line: Sequence[OutboxEntry]) -> dict[str, Any]:
    """To be asked before its messages are deleted, with which whatever is not decided goes. Returns what the history's
    line says of it. One statement; two where somebody had let it go."""
    found = Approval.objects.filter(message=line[0].message_id, state=ApprovalState.APPROVED).first()
    if found is None:
        return {}
    found.message, found.let_go = None, whole_text([entry.message for entry in line])
    found.save(update_fields=["message", "let_go"])
    return {"approval": found.pk}
