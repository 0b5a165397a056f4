"""The same acts, one brand's by Kapture and the other's by tweepy: X ends in the same state, whoever looks."""

from typing import Any

import pytest

from tests.contracts.operated import Console, console, world
from tests.twitter_integration.sandbox.conftest import old_tweepy_of, tweepy_of
from twitter_integration.offers import Dialect
from twitter_integration.sandbox import posts
from twitter_integration.sandbox.server import ThreadedSandbox

__all__ = ["console", "world"]
ACME, CARGO = 0, 1


def test_in_v2(console: Console, world: ThreadedSandbox) -> None:
    by_tweepy = _client(world, CARGO)
    asked, wrong = console.post(), console.post()
    own = {ACME: console.post("acmehelp_demo"), CARGO: console.post("acmecargo_demo")}
    replies = {brand: console.post(in_reply_to=post) for brand, post in own.items()}
    _act_in_v2_by_kapture(console, asked=asked, wrong=wrong, reply=replies[ACME])
    _act_in_v2_by_tweepy(by_tweepy, console, asked=asked, wrong=wrong, reply=replies[CARGO])
    states = [_state(world, brand) for brand in (ACME, CARGO)]
    assert states[0] == states[1]
    assert all(states[0].values()), "each act left something to compare"
    assert [_hidden(world, brand) for brand in (ACME, CARGO)] == [1, 1]
    assert _seen_by_kapture(console) == {name: states[0][name] for name in ("following", "muted", "blocked", "lists")}


def _act_in_v2_by_kapture(console: Console, *, asked: str, wrong: str, reply: str) -> None:
    for action, person in (("follow", "hanna_demo"), ("mute", "diego_demo"), ("block", "emre_demo")):
        console.do(action, person=f"@{person}")
        console.do(action, person="@lena_demo")
        console.do(f"un{action}", person="@lena_demo")
    for action, undone in (("like", "unlike"), ("repost", "undo-repost")):
        console.do(action, post=asked)
        console.do(action, post=wrong)
        console.do(undone, post=wrong)
    console.do("hide-reply", post=reply)
    made = console.do("create-list", name="Partners", description="Who carries", private="yes").outcome.result
    console.do("update-list", list=made, name="Carriers")
    for action in ("add-member", "add-member", "remove-member"):
        console.do(action, list=made, person="@paula_demo" if action == "remove-member" else "@sora_demo")
    console.do("pin-list", list=made)
    console.do("update-profile", name="The brand", description="We answer.", location="Lisbon")


def _act_in_v2_by_tweepy(client: Any, console: Console, *, asked: str, wrong: str, reply: str) -> None:
    person = console.person
    for does, undoes, name in (
        (client.follow_user, client.unfollow_user, "hanna_demo"),
        (client.mute, client.unmute, "diego_demo"),
        (_blocking(client), _unblocking(client), "emre_demo"),
    ):
        does(person(name))
        does(person("lena_demo"))
        undoes(person("lena_demo"))
    for does, undoes in ((client.like, client.unlike), (client.retweet, client.unretweet)):
        does(asked)
        does(wrong)
        undoes(wrong)
    client.hide_reply(reply)
    made = client.create_list("Partners", description="Who carries", private=True, user_auth=True).data["id"]
    client.update_list(made, name="Carriers", user_auth=True)
    client.add_list_member(made, person("sora_demo"), user_auth=True)
    client.add_list_member(made, person("sora_demo"), user_auth=True)
    client.remove_list_member(made, person("paula_demo"), user_auth=True)
    client.pin_list(made, user_auth=True)
    body = {"name": "The brand", "description": "We answer.", "location": "Lisbon"}
    client._make_request("PUT", "/2/users/me", json=body, user_auth=True)


def _blocking(client: Any) -> Any:
    """tweepy dropped it with X's self-serve; Enterprise has the call."""
    own = client.get_me(user_auth=True).data.id

    def block(person: str) -> None:
        client._make_request("POST", f"/2/users/{own}/blocking", json={"target_user_id": person}, user_auth=True)

    return block


def _unblocking(client: Any) -> Any:
    own = client.get_me(user_auth=True).data.id

    def unblock(person: str) -> None:
        client._make_request("DELETE", f"/2/users/{own}/blocking/{person}", user_auth=True)

    return unblock


def test_in_v1(console: Console, world: ThreadedSandbox) -> None:
    by_tweepy = old_tweepy_of(world, _brand(world, CARGO))
    asked, wrong = console.post(), console.post()
    _act_in_v1_by_kapture(console, asked=asked, wrong=wrong)
    _act_in_v1_by_tweepy(by_tweepy, console, asked=asked, wrong=wrong)
    states = [_state(world, brand) for brand in (ACME, CARGO)]
    assert states[0] == states[1]
    assert all(states[0].values())


def _act_in_v1_by_kapture(console: Console, *, asked: str, wrong: str) -> None:
    def do(action: str, **values: Any) -> Any:
        return console.do(action, Dialect.LEGACY, **values)

    for action, person in (("follow", "marco_demo"), ("mute", "olu_demo"), ("block", "riya_demo")):
        do(action, person=f"@{person}")
        do(action, person="@lena_demo")
        do(f"un{action}", person="@lena_demo")
    do("report", person="@will_demo", block="yes")
    for action, undone in (("like", "unlike"), ("repost", "undo-repost")):
        do(action, post=asked)
        do(action, post=wrong)
        do(undone, post=wrong)
    made = do("create-list", name="Old partners", private="yes").outcome.result
    do("update-list", list=made, name="Old carriers", description="Who carried")
    do("add-member", list=made, person="@sora_demo")
    do("update-profile", name="The brand", description="We still answer.", location="Porto")


def _act_in_v1_by_tweepy(api: Any, console: Console, *, asked: str, wrong: str) -> None:
    person = console.person
    for does, undoes, name in (
        (api.create_friendship, api.destroy_friendship, "marco_demo"),
        (api.create_mute, api.destroy_mute, "olu_demo"),
        (api.create_block, api.destroy_block, "riya_demo"),
    ):
        does(user_id=person(name))
        does(user_id=person("lena_demo"))
        undoes(user_id=person("lena_demo"))
    api.report_spam(user_id=person("will_demo"), perform_block=True)
    for does, undoes in ((api.create_favorite, api.destroy_favorite), (api.retweet, api.unretweet)):
        does(asked)
        does(wrong)
        undoes(wrong)
    made = api.create_list("Old partners", mode="private")
    api.update_list(list_id=made.id, name="Old carriers", description="Who carried")
    api.add_list_member(list_id=made.id, user_id=person("sora_demo"))
    api.update_profile(name="The brand", description="We still answer.", location="Porto")


def _state(world: ThreadedSandbox, brand: int) -> dict[str, Any]:
    """What X has of a brand, as tweepy reads it."""
    client, own = _client(world, brand), _brand(world, brand)
    lists = client.get_owned_lists(own, list_fields=["description", "private"], user_auth=True).data or ()
    me = client.get_me(user_fields=["description", "location"], user_auth=True).data
    written = (
        client.get_users_tweets(own, tweet_fields=["referenced_tweets"], user_auth=True, max_results=20).data or ()
    )
    references = [reference for post in written for reference in post.referenced_tweets or ()]
    members = {row.name: _names(client.get_list_members(row.id, user_auth=True)) for row in lists}
    return {
        "following": _names(client.get_users_following(own, user_auth=True)),
        "muted": _names(client.get_muted(user_auth=True)),
        "blocked": _names(client.get_blocked(user_auth=True)),
        "liked": sorted(post.id for post in client.get_liked_tweets(own, user_auth=True).data or ()),
        "reposted": sorted(reference.id for reference in references if reference.type == "retweeted"),
        "lists": sorted((row.name, row.description, row.private) for row in lists),
        "members": members,
        "profile": (me.name, me.description, me.location),
    }


def _hidden(world: ThreadedSandbox, brand: int) -> int:
    """Replies hidden in the brand's conversations; no client of X can list them."""
    where = "hidden_ms IS NOT NULL AND conversation_id IN (SELECT id FROM post WHERE author_id = ?)"
    return len(posts.select(world.world.store, where, (int(_brand(world, brand)),), limit=50))


def _seen_by_kapture(console: Console) -> dict[str, Any]:
    people = {
        name: sorted(row.handle for row in console.do(name).outcome.rows) for name in ("following", "muted", "blocked")
    }
    lists = sorted((row.name, row.description, row.private) for row in console.do("lists").outcome.rows)
    return {**people, "lists": lists}


def _names(answer: Any) -> list[str]:
    return sorted(user.username for user in answer.data or ())


def _brand(world: ThreadedSandbox, number: int) -> str:
    return str(world.credentials["accounts"][number]["user_id"])


def _client(world: ThreadedSandbox, brand: int) -> Any:
    pytest.importorskip("tweepy")
    return tweepy_of(world, _brand(world, brand))
