"""What else happens on X, in both dialects: edits, profiles, ciphertext, receipts, relations, oddities by switch."""

from typing import Any

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, Client, Receiver, client_for, signature
from twitter_integration.sandbox.control import ControlError
from twitter_integration.sandbox.server import ThreadedSandbox

CARGO = "900000000000000051"


def heard(sandbox: ThreadedSandbox, receiver: Receiver) -> list[dict[str, Any]]:
    """Bodies received since the last look."""
    assert sandbox.settle()
    bodies = receiver.bodies
    receiver.received.clear()
    return bodies


def watch(client: Client, webhook: str, *names: str, user: str = ACME) -> None:
    for name in names:
        row = {"event_type": name, "filter": {"user_id": user}, "webhook_id": webhook}
        assert client.post("/2/activity/subscriptions", json=row).status_code == 200, name


def test_an_edit_is_a_new_id_with_the_old_one_in_its_history(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    first = sandbox.act("post", user="ana_demo", text="@acmehelp_demo wher is my bag")["id"]
    second = sandbox.act("edit", user="ana_demo", post=first, text="@acmehelp_demo where is my bag?")["id"]
    history = heard(sandbox, receiver)[1]["tweet_create_events"][0]["edit_history"]
    assert history == {"initial_tweet_id": first, "edit_tweet_ids": [first, second]}
    fields = {"tweet.fields": "edit_controls,conversation_id"}
    now = acme.get(f"/2/tweets/{second}", params=fields).json()["data"]
    assert (now["edit_history_tweet_ids"], now["conversation_id"]) == ([first, second], first)
    assert now["edit_controls"]["edits_remaining"] == 4
    listed = acme.get(f"/2/users/{ACME}/mentions").json()["data"]
    assert [post["id"] for post in listed] == [second], "lists show the latest version only"


def test_a_brand_edits_through_the_api(acme: Client, receiver: Receiver, subscribed: str) -> None:
    first = acme.post("/2/tweets", json={"text": "Paymants are back"}).json()["data"]["id"]
    change = {"text": "Payments are back", "edit_options": {"previous_post_id": first}}
    made = acme.post("/2/tweets", json=change).json()["data"]
    assert made["edit_history_tweet_ids"] == [first, made["id"]]
    again = acme.post("/2/tweets", json=change | {"text": "Really back"})
    assert again.status_code == 403, "only the latest version can be edited"


def test_only_the_author_edits_and_only_five_times(sandbox: ThreadedSandbox) -> None:
    post = sandbox.act("post", user="ana_demo", text="one")["id"]
    with pytest.raises(ControlError, match="author"):
        sandbox.act("edit", user="ben_demo", post=post, text="mine now")
    for number in range(5):
        post = sandbox.act("edit", user="ana_demo", post=post, text=f"version {number}")["id"]
    with pytest.raises(ControlError, match="5 times"):
        sandbox.act("edit", user="ana_demo", post=post, text="once more")


def test_a_vanishing_post_is_told_of_backwards(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    post = sandbox.act("vanish", user="acmehelp_demo", text="Oops")["id"]
    gone, made = heard(sandbox, receiver)
    assert gone["tweet_delete_events"][0]["status"]["id"] == post
    assert made["tweet_create_events"][0]["id_str"] == post


def test_a_brand_acting_in_xs_own_app_names_no_app(
    sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str
) -> None:
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello?")["id"]
    sandbox.act("reply", user="acmehelp_demo", in_reply_to=asked, text="Hello Ana!")
    sandbox.act("dm", user="acmehelp_demo", to="ana_demo", text="More here")
    _, reply, message = heard(sandbox, receiver)
    assert "iPhone" in reply["tweet_create_events"][0]["source"]
    assert "source_app_id" not in message["direct_message_events"][0]["message_create"]
    assert "apps" not in message


def test_profile_changes_of_ours_and_of_customers_have_before_and_after(
    sandbox: ThreadedSandbox, acme: Client, bearer: dict[str, str], receiver: Receiver, webhook: str
) -> None:
    watch(acme, webhook, "profile.update.bio")
    watch(acme, webhook, "profile.update.handle", "profile.update.profile_picture", user=ANA)
    sandbox.act("profile", user="acmehelp_demo", field="bio", value="Here to help")
    sandbox.act("profile", user="ana_demo", field="handle", value="ana_moved")
    sandbox.act("profile", user=ANA, field="picture", value="sunset")
    told = {body["data"]["event_type"].rpartition(".")[2]: body["data"] for body in heard(sandbox, receiver)}
    assert told["bio"]["payload"]["after"] == "Here to help"
    assert told["handle"]["payload"] == {"before": "ana_demo", "after": "ana_moved"}
    assert told["profile_picture"]["filter"] == {"user_id": ANA}
    user = acme.get("/2/users/by/username/ana_moved", params={"user.fields": "profile_image_url"}).json()["data"]
    assert (user["id"], user["profile_image_url"].endswith("/sunset_normal.png")) == (ANA, True)
    assert requests.get(user["profile_image_url"], timeout=5).status_code == 200


@pytest.mark.parametrize(("field", "value"), [("handle", "ben_demo"), ("handle", "no spaces"), ("shoe", "42")])
def test_a_profile_change_x_would_not_make_is_refused(sandbox: ThreadedSandbox, field: str, value: str) -> None:
    with pytest.raises(ControlError):
        sandbox.act("profile", user="ana_demo", field=field, value=value)


def test_an_encrypted_message_shows_ciphertext_to_x_activity_only(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    watch(acme, subscribed, "chat.received", "chat.sent")
    sandbox.act("chat", user="ana_demo", to="acmehelp_demo")
    sandbox.act("chat", user="acmehelp_demo", to="ana_demo")
    came, sent = (body["data"] for body in heard(sandbox, receiver))
    assert [came["event_type"], sent["event_type"]] == ["chat.received", "chat.sent"]
    assert came["payload"]["conversation_id"] == f"{ACME}:{ANA}"
    assert came["payload"]["encoded_event"]
    assert "text" not in str(came)


def test_typing_receipts_and_buttons_reach_both_dialects(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    watch(acme, subscribed, "dm.indicate_typing", "dm.read", "dm.received")
    sent = sandbox.act("dm", user="acmehelp_demo", to="ana_demo", text="How shall we refund you?")["id"]
    heard(sandbox, receiver)
    sandbox.act("typing", user="ana_demo", to="acmehelp_demo")
    sandbox.act("read", user="ana_demo", to="acmehelp_demo")
    sandbox.act("quick_reply", user="ana_demo", to="acmehelp_demo", label="Card", metadata="refund:card")
    bodies = {tuple(sorted(body)): body for body in heard(sandbox, receiver) if "data" not in body}
    assert len(bodies) == 3
    read = next(body for body in bodies.values() if "direct_message_mark_read_events" in body)
    assert read["direct_message_mark_read_events"][0]["last_read_event_id"] == sent
    tapped = next(body for body in bodies.values() if "direct_message_events" in body)
    data = tapped["direct_message_events"][0]["message_create"]["message_data"]
    assert (data["text"], data["quick_reply_response"]["metadata"]) == ("Card", "refund:card")


def test_a_message_says_where_it_was_begun(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    post = sandbox.act("post", user="acmehelp_demo", text="Write to us")["id"]
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="Hi", via_post=post)
    event = heard(sandbox, receiver)[1]["direct_message_events"][0]
    assert event["initiated_via"] == {"tweet_id": post}


@pytest.mark.parametrize("kind", ["unfollow", "block", "unblock", "mute", "unmute"])
def test_what_is_done_to_us_is_told_by_switch_only(
    sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str, kind: str
) -> None:
    if kind.startswith("un"):
        sandbox.act(kind.removeprefix("un"), user="ben_demo", to="acmehelp_demo")
    heard(sandbox, receiver)
    sandbox.world.switches.set("tell_targets", True)
    sandbox.act(kind, user="ben_demo", to="acmehelp_demo")
    event = next(iter(heard(sandbox, receiver)))[f"{kind.removeprefix('un')}_events"][0]
    assert (event["type"], event["source"]["id"], event["target"]["id"]) == (kind, BEN, ACME)


def test_a_blocked_brand_sees_that_it_is_blocked(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    sandbox.act("block", user="ben_demo", to="acmehelp_demo")
    sandbox.act("post", user="ben_demo", text="@acmehelp_demo never again")
    assert heard(sandbox, receiver)[0]["is_blocked_by"] is True


def test_two_brands_in_one_app_each_get_their_copy(
    sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str
) -> None:
    cargo = client_for(sandbox, CARGO)
    assert cargo.get(f"/2/account_activity/webhooks/{subscribed}/subscriptions/all").json()["data"] == {
        "subscribed": False
    }
    cargo.post(f"/2/account_activity/webhooks/{subscribed}/subscriptions/all", json={})
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo @acmecargo_demo who of you?")
    sandbox.act("dm", user="acmecargo_demo", to="acmehelp_demo", text="ours?")
    bodies = heard(sandbox, receiver)
    assert sorted(body["for_user_id"] for body in bodies) == [ACME, ACME, CARGO, CARGO]
    messages = {body["direct_message_events"][0]["id"] for body in bodies if "direct_message_events" in body}
    assert len(messages) == 1, "the same id for both parties"


def test_several_events_can_share_a_body(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    sandbox.world.switches.set("batches", 3)
    for number in range(5):
        sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text=f"{number}")
    sandbox.act("dm", user="ben_demo", to="acmehelp_demo", text="5")
    first, second = (body["direct_message_events"] for body in heard(sandbox, receiver))
    said = [item["message_create"]["message_data"]["text"] for item in first + second]
    assert (len(first), said) == (3, ["0", "1", "2", "3", "4", "5"])


def test_unknown_keys_and_empty_families_come_by_switch(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    watch(acme, subscribed, "dm.received")
    for name in ("novelties", "null_arrays", "data_as_list"):
        sandbox.world.switches.set(name, True)
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="Hi")
    old, new = sorted(heard(sandbox, receiver), key=lambda body: "data" in body)
    assert old["follow_events"] is None
    assert old["novelty_events"]
    assert old["direct_message_events"][0]["novelty"] == {"level": 1}
    assert new["data"][0]["payload"]["novelty"] == [None]


def test_numbers_are_rounded_and_people_left_out_by_switch(
    sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str
) -> None:
    sandbox.world.switches.set("rounded_ids", True)
    sandbox.world.switches.set("nameless", True)
    post = sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello")["id"]
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hello")
    told, message = heard(sandbox, receiver)
    tweet = told["tweet_create_events"][0]
    assert (tweet["id_str"], tweet["id"]) == (post, int(float(int(post))))
    assert "users" not in message


def test_a_new_consumer_secret_signs_at_once(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    old = receiver.secret
    new = requests.post(sandbox.base_url + "/sandbox/api/rotate-secret", timeout=5).json()["consumer_secret"]
    assert new != old
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hello")
    assert sandbox.settle()
    headers, body = receiver.received[0]
    assert headers["x-twitter-webhooks-signature"] == signature(new, body)
    assert acme.get("/2/users/me").json()["errors"][0]["code"] == 32, "the old one signs nothing any more"


@pytest.mark.parametrize("odd", ["9999999999999999999", "²", "0x1", "-1"])
def test_an_odd_id_is_just_unknown(sandbox: ThreadedSandbox, acme: Client, odd: str) -> None:
    for path in (f"/2/tweets/{odd}", f"/2/users/{odd}", f"/2/dm_events/{odd}", f"/2/users/{odd}/mentions"):
        assert acme.get(path).status_code in (200, 400, 404), path
