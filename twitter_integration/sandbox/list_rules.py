"""What X refuses about lists: names, numbers, other people's lists. Raises; changes nothing."""

from twitter_integration.sandbox import lists, users
from twitter_integration.sandbox.errors import ApiError, forbidden, invalid, problem
from twitter_integration.sandbox.lists import Roster
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

LONGEST_NAME = 25
LONGEST_DESCRIPTION = 100
MOST_LISTS = 1000
MOST_MEMBERS = 5000


def missing(list_id: object) -> ApiError:
    error = problem(
        404,
        title="Not Found Error",
        detail=f"Could not find list with id: [{list_id}].",
        slug="resource-not-found",
        resource_type="list",
        resource_id=str(list_id),
        parameter="id",
        value=str(list_id),
    )
    error.classic = {"errors": [{"code": 34, "message": "Sorry, that page does not exist."}]}
    return error


def visible(world: World, list_id: object, *, reader_id: int) -> Roster:
    """A list the reader may see; a private one of somebody else's is not there for them."""
    found = lists.find(world.store, list_id)
    if found is None or (found.private and found.owner_id != reader_id):
        raise missing(list_id)
    return found


def owned(world: World, list_id: object, owner: User) -> Roster:
    """A list of the caller's own, for those who would change it."""
    found = visible(world, list_id, reader_id=owner.id)
    if found.owner_id != owner.id:
        raise forbidden("You are not permitted to perform this action.", code=220)
    return found


def check_words(*, name: str | None, description: str | None) -> None:
    """None is what a change leaves as it is."""
    if name is not None and not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise invalid(f"$.name: must be between 1 and {LONGEST_NAME} characters long", {"name": name})
    if description is not None and len(description) > LONGEST_DESCRIPTION:
        raise invalid(f"$.description: may only be {LONGEST_DESCRIPTION} characters long", {"description": description})


def check_number(world: World, owner: User) -> None:
    if world.store.number("SELECT count(*) FROM list WHERE owner_id = ?", (owner.id,)) >= MOST_LISTS:
        raise forbidden(f"You may not have more than {MOST_LISTS} lists.", code=34)


def check_member(world: World, roster: Roster, owner: User, member: User) -> None:
    if users.related(world.store, "block", source_id=member.id, target_id=owner.id):
        raise forbidden("You aren't allowed to add members to this list.", code=104)
    if lists.count(world.store, "member", roster) >= MOST_MEMBERS:
        raise forbidden("You aren't allowed to add members to this list.", code=104)
