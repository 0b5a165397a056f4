"""Direct messages being written, typed and read: store it, tell webhooks. Their stored form is in messages.py."""

from collections.abc import Sequence
from typing import Any

from twitter_integration.sandbox import messages, users
from twitter_integration.sandbox.activity import Messaged, Read, Typing
from twitter_integration.sandbox.acts import LookupByHandle
from twitter_integration.sandbox.apps import App
from twitter_integration.sandbox.delivery import Job
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.messages import Message
from twitter_integration.sandbox.shapes import shape
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World, tell


def message(
    world: World,
    sender: User,
    recipient: User,
    *,
    text: str,
    media: Sequence[int] = (),
    extra: dict[str, Any] | None = None,
    app: App | None = None,
) -> tuple[Message, list[Job]]:
    """Send a direct message, with at most one attachment. `extra`: see `messages.Message`."""
    with world.writing:
        message_id = world.ids.draw()
        page = f"https://twitter.com/messages/media/{message_id}" if media else ""
        shaped = shape(text, lookup=LookupByHandle(world), media=list(media), media_page=page)
        sent = messages.add(
            world.store,
            message_id=message_id,
            sender_id=sender.id,
            recipient_id=recipient.id,
            typed=text,
            shape=shaped,
            app_id=app.id if app else None,
            extra=extra,
        )
        happened = Messaged(message=sent, sender=sender, recipient=recipient)
        return sent, tell(world, happened, by_api=sender.id if app else None)


def type_to(world: World, sender: User, recipient: User) -> list[Job]:
    return tell(world, Typing(sender=sender, recipient=recipient, at_ms=now_ms()))


def read_all(world: World, reader: User, writer: User) -> list[Job]:
    """Everything `writer` wrote to `reader` has been seen."""
    pair = messages.conversation_of(reader.id, writer.id)
    written = messages.visible_to(world.store, writer.id, conversation_id=pair, limit=50)
    last = next((item for item in written if item.sender_id == writer.id), None)
    return read_until(world, reader, last) if last else []


def read_until(world: World, reader: User, last: Message) -> list[Job]:
    """The message and all before it have been seen; X tells its writer."""
    writer = users.get(world.store, last.sender_id)
    return tell(world, Read(reader=reader, writer=writer, last_id=last.id, at_ms=now_ms()))
