"""Which uploads may be attached to a post or a message. Raises X's refusals; changes nothing."""

from collections.abc import Sequence

from twitter_integration.sandbox import media, processing
from twitter_integration.sandbox.errors import ApiError, invalid
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

MOST_PHOTOS = 4


def usable(world: World, owner: User, asked: Sequence[str], *, private: bool = False) -> list[int]:
    """Ids of the owner's own finished, living uploads of the right category: up to four photos, or one film or GIF,
    and one thing in a message (`private`)."""
    known = media.find_all(world.store, [int(key) for key in asked if key.isdigit() and len(key) < 20])
    now, takes = now_ms(), world.switches.media_processing
    fit = [
        item
        for item in known
        if item.owner_id == owner.id and item.is_private == private and processing.is_usable(item, now=now, takes=takes)
    ]
    if len(fit) != len(asked) or len({item.id for item in fit}) != len(fit):
        raise _refused("Your media IDs are invalid.", asked, code=324, classic="The validation of media ids failed.")
    _check_company(fit, asked, most=1 if private else MOST_PHOTOS)
    return [item.id for item in fit]


def _check_company(found: Sequence[Media], asked: Sequence[str], *, most: int) -> None:
    if len(found) > most:
        raise _refused(f"You may attach at most {most} media.", asked, code=324)
    if len(found) > 1 and any(item.kind != "photo" for item in found):
        words = "Animated GIFs are not allowed when uploading multiple images."
        raise _refused(words, asked, code=323)


def _refused(words: str, asked: Sequence[str], *, code: int, classic: str = "") -> ApiError:
    error = invalid(words, {"media.media_ids": ",".join(asked)})
    error.classic = {"errors": [{"code": code, "message": classic or words}]}
    return error
