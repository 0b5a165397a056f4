"""v1.1's lists, profile and settings by tweepy."""

import io
from typing import Any

import pytest

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, Client, Receiver, old_tweepy_of
from tests.twitter_integration.sandbox.files import JPEG, png
from twitter_integration.sandbox.server import ThreadedSandbox

tweepy = pytest.importorskip("tweepy")


def names(found: Any) -> list[str]:
    return [item.name for item in found]


def handles(people: Any) -> list[str]:
    return [person.screen_name for person in people]


def test_a_list_is_made_found_by_its_slug_changed_and_destroyed(classic: Any) -> None:
    made = classic.create_list("Gold & Silver", mode="private", description="Frequent flyers")
    assert (made.slug, made.mode, made.full_name) == ("gold-silver", "private", "@acmehelp_demo/gold-silver")
    found = classic.get_list(slug="gold-silver", owner_screen_name="acmehelp_demo")
    assert found.id == made.id
    changed = classic.update_list(list_id=made.id, name="Gold", mode="public")
    assert (changed.name, changed.mode, changed.description) == ("Gold", "public", "Frequent flyers")
    classic.destroy_list(list_id=made.id)
    with pytest.raises(tweepy.NotFound, match="34"):
        classic.get_list(list_id=made.id)
    with pytest.raises(tweepy.BadRequest, match="112"):
        classic.get_list(slug="gold")
    with pytest.raises(tweepy.Forbidden):
        classic.create_list("x" * 26)


def test_members_and_subscribers(sandbox: ThreadedSandbox, classic: Any) -> None:
    made = classic.create_list("VIPs").id
    classic.add_list_members(list_id=made, user_id=[ANA, BEN])
    assert handles(classic.get_list_members(list_id=made)) == ["ben_demo", "ana_demo"]
    assert classic.get_list_member(list_id=made, user_id=ANA).id_str == ANA
    sandbox.act("post", user="ana_demo", text="boarding")
    assert [status.text for status in classic.list_timeline(list_id=made)] == ["boarding"]
    classic.remove_list_member(list_id=made, user_id=BEN)
    with pytest.raises(tweepy.Forbidden, match="110"):
        classic.remove_list_member(list_id=made, user_id=BEN)
    with pytest.raises(tweepy.NotFound, match="109"):
        classic.get_list_member(list_id=made, user_id=BEN)
    ana = old_tweepy_of(sandbox, ANA)
    assert ana.subscribe_list(list_id=made).following is True
    assert handles(classic.get_list_subscribers(list_id=made)) == ["ana_demo"]
    assert names(ana.get_list_subscriptions()) == names(ana.get_list_memberships()) == ["VIPs"]
    assert names(classic.get_list_ownerships()) == names(classic.get_lists()) == ["VIPs"]
    ana.unsubscribe_list(list_id=made)
    assert names(ana.get_lists()) == []


def test_settings_are_read_and_changed_as_far_as_v1_knows_them(classic: Any, acme: Client) -> None:
    before = classic.get_settings()
    assert (before["sleep_time"], before["language"]) == (
        {"enabled": False, "start_time": None, "end_time": None},
        "en",
    )
    sleep = {"sleep_time_enabled": True, "start_sleep_time": "22", "end_sleep_time": "06"}
    changed = classic.set_settings(lang="pt", time_zone="Europe/Lisbon", trend_location_woeid=742676, **sleep)
    assert changed["sleep_time"] == {"enabled": True, "start_time": 22, "end_time": 6}
    assert (changed["trend_location"][0]["name"], changed["time_zone"]["name"]) == ("Lisbon", "Lisbon")
    both = acme.get("/2/users/me/settings").json()["data"]
    assert (both["language"], both["quiet_hours"]["start_hour"]) == ("pt", 22)
    with pytest.raises(tweepy.BadRequest, match="44"):
        classic.set_settings(start_sleep_time="24")


def test_the_profile_its_picture_and_its_banner_change(
    sandbox: ThreadedSandbox, classic: Any, acme: Client, webhook: str, receiver: Receiver
) -> None:
    for part in ("screenname", "profile_picture", "banner_picture"):
        row = {"event_type": f"profile.update.{part}", "filter": {"user_id": ACME}, "webhook_id": webhook}
        assert acme.post("/2/activity/subscriptions", json=row).status_code == 200
    assert classic.update_profile(name="Acme Care").name == "Acme Care"
    face = classic.update_profile_image("face.jpg", file=io.BytesIO(JPEG))
    assert acme.get(face.profile_image_url_https).content == JPEG
    classic.update_profile_banner("wide.png", file=io.BytesIO(png(width=30, height=10)))
    shown = classic.verify_credentials().profile_banner_url
    assert acme.get(shown).content == png(width=30, height=10)
    assert classic.get_profile_banner(user_id=ACME)["sizes"]["web"]["url"] == shown
    classic.remove_profile_banner()
    with pytest.raises(tweepy.NotFound):
        classic.get_profile_banner(user_id=ACME)
    told = [body["data"]["event_type"].rpartition(".")[2] for body in receiver.bodies]
    assert told == ["screenname", "profile_picture", "banner_picture", "banner_picture"]


def test_pictures_that_are_none_or_too_large_are_refused(classic: Any, acme: Client) -> None:
    with pytest.raises(tweepy.BadRequest):
        classic.update_profile_image("face.txt", file=io.BytesIO(b"no picture"))
    with pytest.raises(tweepy.Forbidden, match="120"):
        classic.update_profile_image("face.png", file=io.BytesIO(png(padding=800_000)))
    with pytest.raises(tweepy.Forbidden, match="120"):
        classic.update_profile(description="x" * 161)
    assert acme.post("/1.1/account/update_profile_banner.json", data={"banner": "bm8="}).status_code == 400
    large = acme.post("/1.1/account/update_profile_banner.json", files={"banner": png(padding=5 * 1024 * 1024)})
    assert large.status_code == 422
