"""Following, blocking, muting and the end of each: store it, tell webhooks. Who may is decided in rules.py."""

from twitter_integration.sandbox import users
from twitter_integration.sandbox.activity import Related
from twitter_integration.sandbox.apps import App
from twitter_integration.sandbox.delivery import Job
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World, tell

SILENT = frozenset({"dm_block", "report", "request"})
"""Relations of which no dialect tells."""


def follow(world: World, source: User, target: User, *, app: App | None = None) -> tuple[bool, list[Job]]:
    """Follow, or ask to where the target is protected; True when it is only asked."""
    with world.writing:
        already = users.related(world.store, "follow", source_id=source.id, target_id=target.id)
        if target.protected and not already:
            users.relate(world.store, "request", source=source, target=target)
            return True, []
        return False, begin(world, "follow", source=source, target=target, app=app)


def answer(world: World, target: User, source: User, *, accept: bool) -> list[Job]:
    """A protected account lets somebody follow it who asked, or does not; nothing happens if nobody asked."""
    with world.writing:
        if not users.unrelate(world.store, "request", source=source, target=target) or not accept:
            return []
        return begin(world, "follow", source=source, target=target)


def begin(world: World, kind: str, *, source: User, target: User, app: App | None = None) -> list[Job]:
    """Nothing happens twice. Who blocks ends every following between the two, of which X tells nobody."""
    with world.writing:
        if not users.relate(world.store, kind, source=source, target=target):
            return []
        if kind == "block":
            for follower, followed in ((source, target), (target, source)):
                users.unrelate(world.store, "follow", source=follower, target=followed)
                users.unrelate(world.store, "request", source=follower, target=followed)
        return _tell(world, kind, kind, source=source, target=target, app=app)


def end(world: World, kind: str, *, source: User, target: User, app: App | None = None) -> list[Job]:
    with world.writing:
        if kind == "follow":
            users.unrelate(world.store, "request", source=source, target=target)
        if not users.unrelate(world.store, kind, source=source, target=target):
            return []
        return _tell(world, kind, f"un{kind}", source=source, target=target, app=app)


def _tell(world: World, kind: str, word: str, *, source: User, target: User, app: App | None) -> list[Job]:
    if kind in SILENT:
        return []
    happened = Related(kind=word, source=source, target=target, at_ms=now_ms())
    return tell(world, happened, by_api=source.id if app else None)
