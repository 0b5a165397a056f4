"""Encrypted messages: X hands out ciphertext only, so all there is to tell is who wrote to whom, and when."""

import uuid

from twitter_integration.sandbox.activity import Chatted
from twitter_integration.sandbox.delivery import Job
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World, tell


def send(world: World, sender: User, recipient: User) -> tuple[Chatted, list[Job]]:
    with world.writing:
        sent = Chatted(chat_id=str(uuid.uuid4()), sender=sender, recipient=recipient, at_ms=now_ms())
        world.store.add("chat", id=sent.chat_id, sender_id=sender.id, recipient_id=recipient.id, at_ms=sent.at_ms)
        return sent, tell(world, sent)


def concerning(world: World, user: User) -> list[str]:
    """Ids of every encrypted message from or to the user."""
    rows = world.store.rows("SELECT id FROM chat WHERE ? IN (sender_id, recipient_id) ORDER BY at_ms", (user.id,))
    return [str(row["id"]) for row in rows]
