"""What the page shows of the brand itself: its profile, whom it follows, blocks and mutes, its lists. Reading only."""

from dataclasses import dataclass

from twitter_integration.sandbox import lists, settings, users
from twitter_integration.sandbox.lists import Roster
from twitter_integration.sandbox.site import Site
from twitter_integration.sandbox.users import User

MOST = 200
"""People and lists shown at most."""
ROWS = (
    ("following", "follow", False),
    ("followers", "follow", True),
    ("asked to follow", "request", False),
    ("wants to follow", "request", True),
    ("blocked", "block", False),
    ("muted", "mute", False),
    ("may write no messages", "dm_block", False),
    ("reported", "report", False),
)
"""What it is called, the relation, and whether the brand is at its other end."""


@dataclass(slots=True, kw_only=True)
class ShownList:
    roster: Roster
    members: list[User]
    followers: int
    pinned: bool


@dataclass(slots=True, kw_only=True)
class Showcase:
    banner: str
    people: list[tuple[str, list[User]]]
    lists: list[ShownList]
    followed_lists: list[Roster]
    settings: dict[str, object]


def showcase(site: Site, brand: User) -> Showcase:
    store = site.store
    owned = lists.owned(store, brand.id, reader_id=brand.id, limit=MOST)
    followed = lists.linked(store, "follower", brand.id, reader_id=brand.id, limit=MOST)
    people = [(words, _people(site, brand, kind, reverse=reverse)) for words, kind, reverse in ROWS]
    return Showcase(
        banner=site.banner(brand),
        people=[(words, found) for words, found in people if found],
        lists=[_list(site, roster, brand) for _, roster in owned],
        followed_lists=[roster for _, roster in followed],
        settings=settings.read(store, brand, settings.ACCOUNT | settings.CHAT),
    )


def _people(site: Site, brand: User, kind: str, *, reverse: bool) -> list[User]:
    if reverse:
        return [user for _, user in users.sources(site.store, kind, target_id=brand.id, limit=MOST)]
    return [user for _, user in users.targets(site.store, kind, source_id=brand.id, limit=MOST)]


def _list(site: Site, roster: Roster, brand: User) -> ShownList:
    members = lists.people(site.store, "member", roster, limit=MOST)
    return ShownList(
        roster=roster,
        members=[user for _, user in members],
        followers=lists.count(site.store, "follower", roster),
        pinned=lists.is_linked(site.store, "pin", roster, brand.id),
    )
