"""Changing a profile: a person's own words, name, handle, place, pictures and badges."""

from dataclasses import dataclass

from twitter_integration.sandbox import users
from twitter_integration.sandbox.activity import ProfileChanged
from twitter_integration.sandbox.apps import App
from twitter_integration.sandbox.delivery import Job
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a profile: where it is stored, and how long X lets it be."""

    column: str
    longest: int
    word: str  # what v1.1 and our own control API also call it


PARTS = {
    "bio": Part(column="bio", longest=160, word="description"),
    "screenname": Part(column="name", longest=50, word="name"),  # X's word for the display name
    "handle": Part(column="handle", longest=15, word="username"),
    "geo": Part(column="location", longest=30, word="location"),
    "url": Part(column="url", longest=100, word="website"),
    "profile_picture": Part(column="picture", longest=40, word="picture"),
    "banner_picture": Part(column="banner", longest=100, word="banner"),
    "verified_badge": Part(column="verified", longest=5, word="verified"),
    "affiliate_badge": Part(column="affiliate", longest=50, word="affiliate"),
}
"""By the last word of `profile.update.*`."""


class ProfileError(ValueError):
    """A change X would not make; the text says why."""


def part_named(word: str) -> str:
    """X's word for a part, given that or the everyday one."""
    for name, part in PARTS.items():
        if word in (name, part.word):
            return name
    raise ProfileError(f"A profile has no {word!r}. Known: {', '.join(PARTS)}.")


def change(world: World, user: User, *, part: str, value: str, app: App | None = None) -> list[Job]:
    """Change one part and tell who listens; nothing happens when it was so already."""
    return change_all(world, user, {part: value}, app=app)


def change_all(world: World, user: User, parts: dict[str, str], *, app: App | None = None) -> list[Job]:
    """Several parts at once, all of them or none; each is told by itself."""
    for part, value in parts.items():
        if len(value) > PARTS[part].longest:
            raise ProfileError(f"{part} has at most {PARTS[part].longest} characters.")
        if part == "screenname" and not value.strip():
            raise ProfileError("screenname has at least one character.")
    with world.writing:
        return [job for part, value in parts.items() for job in _change(world, user, part, value, app=app)]


def _change(world: World, user: User, part: str, value: str, *, app: App | None) -> list[Job]:
    before = _shown(users.get(world.store, user.id), part)
    if part == "handle":
        value = _free_handle(world, user, value)
    stored: object = value.lower() in ("1", "true", "on", "yes") if part == "verified_badge" else value
    changed = users.change(world.store, user, column=PARTS[part].column, value=stored)
    after = _shown(changed, part)
    if after == before:
        return []
    happened = ProfileChanged(user=changed, part=part, before=before, after=after)
    return tell(world, happened, by_api=user.id if app else None)


def _shown(user: User, part: str) -> str:
    value = getattr(user, PARTS[part].column)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _free_handle(world: World, user: User, value: str) -> str:
    handle = value.removeprefix("@")
    if not handle.isascii() or not handle.replace("_", "").isalnum() or handle.isdigit():
        raise ProfileError("A handle has 1 to 15 letters, digits and underscores.")
    owner = users.find(world.store, "@" + handle)
    if owner and owner.id != user.id:
        raise ProfileError(f"@{handle} is taken.")
    return handle
