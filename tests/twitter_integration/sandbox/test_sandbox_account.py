"""The account's own profile and settings through API v2, and who is told of a change."""

from typing import Any

import pytest

from tests.twitter_integration.sandbox.conftest import ACME, ANA, Client, Receiver
from tests.twitter_integration.sandbox.files import JPEG, png
from twitter_integration.sandbox.server import ThreadedSandbox


@pytest.fixture
def listening(acme: Client, webhook: str, receiver: Receiver) -> Receiver:
    """Told of profile changes by X Activity, the only dialect that knows them."""
    for part in ("bio", "screenname", "geo", "url", "profile_picture"):
        row = {"event_type": f"profile.update.{part}", "filter": {"user_id": ACME}, "webhook_id": webhook}
        assert acme.post("/2/activity/subscriptions", json=row).status_code == 200
    return receiver


def told(receiver: Receiver) -> list[tuple[str, str]]:
    return [(body["data"]["event_type"], body["data"]["payload"]["after"]) for body in receiver.bodies]


def test_the_profile_changes_where_something_is_sent_and_webhooks_hear(acme: Client, listening: Receiver) -> None:
    changed = acme.put("/2/users/me", json={"name": "Acme Care", "description": "Here day and night"}).json()["data"]
    assert (changed["name"], changed["description"], changed["location"]) == (
        "Acme Care",
        "Here day and night",
        "Lisbon",
    )
    expected = [("profile.update.screenname", "Acme Care"), ("profile.update.bio", "Here day and night")]
    assert told(listening) == expected


@pytest.mark.parametrize("body", [{"name": "x" * 51}, {"name": ""}, {"description": "x" * 161}, {"colour": "red"}, {}])
def test_a_profile_x_would_not_have_changes_nothing(acme: Client, body: dict[str, str]) -> None:
    assert acme.put("/2/users/me", json={"location": "Porto"} | body if body else {}).status_code == 400
    fields = {"user.fields": "location"}
    assert acme.get("/2/users/me", params=fields).json()["data"]["location"] == "Lisbon"


def test_an_uploaded_picture_becomes_the_face(acme: Client, listening: Receiver) -> None:
    form = {"media_category": "tweet_image"}
    photo = acme.post("/2/media/upload", files={"media": JPEG}, data=form).json()["data"]["id"]
    face = acme.put("/2/users/me/profile_image", json={"media_id": photo}).json()["data"]["profile_image_url"]
    assert acme.get(face).content == JPEG
    assert told(listening) == [("profile.update.profile_picture", photo)]
    private = acme.post("/2/media/upload", files={"media": png()}, data={"media_category": "dm_image"}).json()
    assert acme.put("/2/users/me/profile_image", json={"media_id": private["data"]["id"]}).status_code == 400


def test_settings_change_one_by_one(acme: Client) -> None:
    body = {"display_sensitive_media": True, "quiet_hours": {"enabled": True, "start_hour": 21}}
    changed = acme.put("/2/users/me/settings", json=body).json()["data"]
    assert changed["quiet_hours"] == {"enabled": True, "start_hour": 21, "end_hour": 7}
    assert acme.get("/2/users/me/settings").json()["data"] == changed and changed["language"] == "en"


@pytest.mark.parametrize(
    "body",
    [
        {"protected": "yes"},
        {"allow_dms_from": "nobody"},
        {"quiet_hours": {"start_hour": 24}},
        {"time_zone": {"offset": 1}},
        {"novelty": True},
    ],
)
def test_a_setting_x_does_not_have_is_refused(acme: Client, body: dict[str, Any]) -> None:
    assert acme.put("/2/users/me/settings", json=body).status_code == 400


def test_who_may_write_to_the_account_is_a_setting_of_both_families(
    sandbox: ThreadedSandbox, acme: Client, ana: Client
) -> None:
    acme.put("/2/chat/settings", json={"allow_dms_from": "following", "dm_receipt_settings": "all_disabled"})
    assert acme.get("/2/users/me/settings").json()["data"]["allow_dms_from"] == "following"
    assert ana.post(f"/2/dm_conversations/with/{ACME}/messages", json={"text": "hello"}).status_code == 403
    acme.put("/2/users/me/settings", json={"allow_dms_from": "all"})
    assert ana.post(f"/2/dm_conversations/with/{ACME}/messages", json={"text": "hello"}).status_code == 201


def test_a_protected_brand_is_asked_before_it_is_followed(sandbox: ThreadedSandbox, acme: Client) -> None:
    acme.put("/2/users/me/settings", json={"protected": True})
    sandbox.act("follow", user="ana_demo", to="acmehelp_demo")
    seen = acme.get(f"/2/users/{ANA}", params={"user.fields": "connection_status"}).json()["data"]
    assert seen["connection_status"] == ["follow_request_received"]


def test_where_x_has_not_these_calls_they_are_not_there(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("profile_calls", False)
    for path in ("/2/users/me", "/2/users/me/settings", "/2/chat/settings"):
        assert acme.put(path, json={"name": "Acme"}).status_code == 404
