"""From one way to answer to another in the composer: what is begun in each is kept apart from the others
(docs/rules.md, "What is being written is kept")."""

from django.contrib.auth.models import User

from tickets.composing import drafts
from tickets.models import Draft, Ticket


def apart(person: User, ticket: Ticket, mode: str, text: str, *, kept: str) -> Draft | None:
    """What is begun under `mode` beside what is kept as `kept`, where these words are not more of it: they are not to
    be kept over it."""
    if kept in ("", mode):
        return None
    begun = {draft.mode: draft for draft in drafts.begun(person, ticket)}
    other = begun.get(mode)
    words = other.text.strip() if other else ""
    return other if kept in begun and words and not text.strip().startswith(words) else None
