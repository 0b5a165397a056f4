"""Lists, driven by tweepy: made, changed, filled, followed, pinned, and private ones nobody else sees."""

from typing import Any

import pytest

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, tweepy_of
from twitter_integration.sandbox.server import ThreadedSandbox

tweepy = pytest.importorskip("tweepy")


def names(page: Any) -> list[str]:
    return [item.name for item in page.data or []]


def handles(page: Any) -> list[str]:
    return [item.username for item in page.data or []]


def test_a_list_is_made_changed_shown_and_deleted(client: Any) -> None:
    made = client.create_list("VIPs", description="Frequent flyers", private=True).data
    assert client.update_list(made["id"], name="Gold", private=False).data == {"updated": True}
    fields = ["description", "private", "member_count", "owner_id", "created_at"]
    found = client.get_list(made["id"], list_fields=fields, expansions="owner_id", user_auth=True)
    assert (found.data.name, found.data.description, found.data.private) == ("Gold", "Frequent flyers", False)
    assert found.includes["users"][0].username == "acmehelp_demo" and found.data.member_count == 0
    assert client.delete_list(made["id"]).data == {"deleted": True}
    assert client.get_list(made["id"], user_auth=True).errors[0]["title"] == "Not Found Error"


@pytest.mark.parametrize("words", [{"name": "x" * 26}, {"name": ""}, {"name": "VIPs", "description": "x" * 101}])
def test_names_have_25_and_descriptions_100_characters(client: Any, words: dict[str, str]) -> None:
    with pytest.raises(tweepy.BadRequest):
        client.create_list(**words)


def test_members_come_latest_first_and_twice_is_once(client: Any) -> None:
    made = client.create_list("VIPs").data["id"]
    for person in (ANA, BEN, BEN):
        assert client.add_list_member(made, person).data == {"is_member": True}
    assert handles(client.get_list_members(made, user_auth=True)) == ["ben_demo", "ana_demo"]
    first = client.get_list_members(made, max_results=1, user_auth=True)
    rest = client.get_list_members(made, pagination_token=first.meta["next_token"], user_auth=True)
    assert (handles(first), handles(rest)) == (["ben_demo"], ["ana_demo"])
    assert client.remove_list_member(made, BEN).data == {"is_member": False}
    assert handles(client.get_list_members(made, user_auth=True)) == ["ana_demo"]
    assert names(client.get_list_memberships(ANA, user_auth=True)) == ["VIPs"]


def test_the_posts_of_its_members_stand_in_it(sandbox: ThreadedSandbox, client: Any) -> None:
    made = client.create_list("VIPs").data["id"]
    client.add_list_member(made, ANA)
    sandbox.act("post", user="ana_demo", text="boarding")
    sandbox.act("post", user="ben_demo", text="at home")
    assert [post.text for post in client.get_list_tweets(made, user_auth=True).data] == ["boarding"]


def test_others_follow_and_pin_what_is_public(sandbox: ThreadedSandbox, client: Any) -> None:
    made = client.create_list("VIPs").data["id"]
    ana = tweepy_of(sandbox, ANA)
    with pytest.raises(tweepy.Forbidden):
        ana.pin_list(made)  # neither hers nor followed by her
    assert ana.follow_list(made).data == {"following": True}
    assert ana.pin_list(made).data == {"pinned": True}
    assert names(ana.get_followed_lists(ANA, user_auth=True)) == names(ana.get_pinned_lists()) == ["VIPs"]
    assert handles(client.get_list_followers(made, user_auth=True)) == ["ana_demo"]
    assert (ana.unpin_list(made).data, ana.unfollow_list(made).data) == ({"pinned": False}, {"following": False})
    assert names(ana.get_pinned_lists()) == []


def test_a_private_list_is_not_there_for_others(sandbox: ThreadedSandbox, client: Any) -> None:
    made = client.create_list("Watch", private=True).data["id"]
    client.add_list_member(made, ANA)
    ana = tweepy_of(sandbox, ANA)
    assert ana.get_list(made, user_auth=True).errors
    assert names(ana.get_owned_lists(ACME, user_auth=True)) == names(ana.get_list_memberships(ANA)) == []
    assert names(client.get_owned_lists(ACME, user_auth=True)) == ["Watch"]
    with pytest.raises(tweepy.NotFound):
        ana.follow_list(made)


def test_nobody_changes_the_list_of_another(sandbox: ThreadedSandbox, client: Any) -> None:
    made = client.create_list("VIPs").data["id"]
    ana = tweepy_of(sandbox, ANA)
    with pytest.raises(tweepy.Forbidden):
        ana.update_list(made, name="Mine")
    with pytest.raises(tweepy.Forbidden):
        ana.add_list_member(made, ANA)
