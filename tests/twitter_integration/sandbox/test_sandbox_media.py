"""Uploads: what X takes, how long it works on a film, and which of them a post or a message may carry."""

import base64
from typing import Any

import pytest

from tests.twitter_integration.sandbox.conftest import ACME, ANA, Client
from tests.twitter_integration.sandbox.files import GIF, JPEG, mp4, png
from twitter_integration.sandbox.server import ThreadedSandbox

UPLOAD = "/2/media/upload"


def upload(client: Client, content: bytes, category: str = "tweet_image") -> Any:
    return client.post(UPLOAD, files={"media": content}, data={"media_category": category})


def in_pieces(client: Client, content: bytes, *, kind: str = "video/mp4", category: str = "tweet_video") -> Any:
    """The whole way; returns the answer to finalize."""
    body = {"media_type": kind, "total_bytes": len(content), "media_category": category}
    begun = client.post(f"{UPLOAD}/initialize", json=body).json()["data"]["id"]
    for number, at in enumerate(range(0, len(content), 100)):
        piece = {"media": content[at : at + 100]}
        assert client.post(f"{UPLOAD}/{begun}/append", files=piece, data={"segment_index": number}).status_code == 200
    return client.post(f"{UPLOAD}/{begun}/finalize")


def post(client: Client, *media_ids: str) -> Any:
    return client.post("/2/tweets", json={"text": "Look", "media": {"media_ids": list(media_ids)}})


def words(answer: Any) -> str:
    assert answer.status_code == 400, answer.text
    return str(answer.json()["errors"][0]["message"])


@pytest.mark.parametrize(
    ("content", "size"), [(png(width=7, height=5), (7, 5)), (JPEG, (160, 90)), (b"RIFF\0\0\0\0WEBPVP8 ", (640, 480))]
)
def test_a_picture_is_taken_at_once_with_its_size(acme: Client, content: bytes, size: tuple[int, int]) -> None:
    data = upload(acme, content).json()["data"]
    assert (data["image"]["w"], data["image"]["h"], data["size"]) == (*size, len(content))
    assert data["media_key"] == f"3_{data['id']}" and 86_000 < data["expires_after_secs"] <= 86_400
    assert "processing_info" not in data


def test_base64_in_json_will_do(acme: Client) -> None:
    body = {"media": base64.b64encode(png()).decode(), "media_category": "tweet_image"}
    assert acme.post(UPLOAD, json=body).json()["data"]["image"]["image_type"] == "image/png"


def test_a_part_without_a_file_name_is_bytes_all_the_same(acme: Client) -> None:
    """As twitter-api-v2 sends it."""
    files = {"media": (None, png(), "application/octet-stream"), "media_category": (None, "tweet_image")}
    assert acme.post(UPLOAD, files=files).json()["data"]["image"]["image_type"] == "image/png"


def test_what_is_no_picture_at_all_is_refused_and_breaks_nothing(acme: Client) -> None:
    assert "media" in words(acme.post(UPLOAD, json={"media": "é", "media_category": "tweet_image"}))
    cut = {"Content-Type": "multipart/form-data; boundary=abc"}
    assert acme.post(UPLOAD, data=b"--abc\r\nnonsense", headers=cut).status_code == 400


def test_v1_takes_the_categories_as_older_clients_spell_them(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    body = {"command": "INIT", "media_type": "image/png", "total_bytes": 100, "media_category": "TweetImage"}
    assert acme.post("/1.1/media/upload.json", data=body).status_code == 202


def test_what_x_does_not_take_is_refused_with_its_reason(acme: Client) -> None:
    assert words(upload(acme, b"%PDF-1.4")) == "media type unrecognized."
    assert words(upload(acme, png(padding=5 * 1024 * 1024))) == "File size exceeds 5242880 bytes."
    assert "does not match the category" in words(upload(acme, GIF))
    assert "media_category" in words(acme.post(UPLOAD, files={"media": png()}))
    begin = {"media_type": "video/mp4", "total_bytes": 600_000_000, "media_category": "tweet_video"}
    assert words(acme.post(f"{UPLOAD}/initialize", json=begin)) == "File size exceeds 536870912 bytes."


def test_pieces_are_counted_and_must_add_up(acme: Client) -> None:
    begin = {"media_type": "video/mp4", "total_bytes": 10, "media_category": "tweet_video"}
    begun = acme.post(f"{UPLOAD}/initialize", json=begin).json()["data"]["id"]
    late = acme.post(f"{UPLOAD}/{begun}/append", files={"media": b"12345"}, data={"segment_index": 1000})
    assert "between 0 and 999" in words(late)
    acme.post(f"{UPLOAD}/{begun}/append", files={"media": b"12345"}, data={"segment_index": 0})
    assert "do not add up" in words(acme.post(f"{UPLOAD}/{begun}/finalize"))


def test_a_film_is_worked_on_before_it_can_be_posted(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("media_processing", 30)
    data = in_pieces(acme, mp4()).json()["data"]
    assert data["processing_info"] == {"state": "pending", "check_after_secs": 30, "progress_percent": 0}
    assert words(post(acme, data["id"])) == "Your media IDs are invalid."
    query = {"command": "STATUS", "media_id": data["id"]}
    sandbox.world.store.run("UPDATE media SET finalized_ms = finalized_ms - 15000")
    assert acme.get(UPLOAD, params=query).json()["data"]["processing_info"]["state"] == "in_progress"
    sandbox.world.store.run("UPDATE media SET finalized_ms = finalized_ms - 15000")
    done = acme.get(UPLOAD, params=query).json()["data"]
    assert (done["processing_info"]["state"], done["video"]) == ("succeeded", {"video_type": "video/mp4"})
    assert post(acme, data["id"]).status_code == 201


@pytest.mark.parametrize(
    ("content", "reason"), [(b"no film", "format"), (mp4(seconds=141), "exceeds"), (mp4(seconds=0.2), "below")]
)
def test_a_film_x_cannot_show_fails_while_it_is_worked_on(
    sandbox: ThreadedSandbox, acme: Client, content: bytes, reason: str
) -> None:
    sandbox.world.switches.set("media_processing", 0)
    data = in_pieces(acme, content).json()["data"]
    assert data["processing_info"]["state"] == "failed"
    assert reason in data["processing_info"]["error"]["message"]
    assert post(acme, data["id"]).status_code == 400


def test_a_post_takes_four_photos_or_one_film(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("media_processing", 0)
    photos = [upload(acme, png()).json()["data"]["id"] for _ in range(5)]
    film = in_pieces(acme, mp4()).json()["data"]["id"]
    assert "at most 4" in words(post(acme, *photos))
    assert "multiple images" in words(post(acme, photos[0], film))
    assert post(acme, photos[0], photos[0]).status_code == 400
    made = post(acme, *photos[:4]).json()["data"]["id"]
    fields = {"expansions": "attachments.media_keys", "media.fields": "width,alt_text"}
    assert len(acme.get(f"/2/tweets/{made}", params=fields).json()["includes"]["media"]) == 4


def test_an_upload_grows_too_old(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("media_life", 0)
    photo = upload(acme, png()).json()["data"]["id"]
    assert words(post(acme, photo)) == "Your media IDs are invalid."
    assert "Could not find" in words(acme.get(UPLOAD, params={"media_id": photo}))


def test_alternative_text_is_kept_and_given_back(sandbox: ThreadedSandbox, acme: Client) -> None:
    photo = upload(acme, png()).json()["data"]["id"]
    body = {"id": photo, "metadata": {"alt_text": {"text": "A late plane"}}}
    assert acme.post("/2/media/metadata", json=body).json()["data"]["associated_metadata"]["alt_text"]["text"]
    made = post(acme, photo).json()["data"]["id"]
    fields = {"expansions": "attachments.media_keys", "media.fields": "alt_text"}
    includes = acme.get(f"/2/tweets/{made}", params=fields).json()["includes"]
    assert includes["media"][0]["alt_text"] == "A late plane"
    long = {"id": photo, "metadata": {"alt_text": {"text": "x" * 1001}}}
    assert acme.post("/2/media/metadata", json=long).status_code == 400


def test_a_message_carries_one_upload_made_for_messages(sandbox: ThreadedSandbox, acme: Client, ana: Client) -> None:
    path = f"/2/dm_conversations/with/{ANA}/messages"
    public = upload(acme, png()).json()["data"]["id"]
    private = upload(acme, png(), "dm_image").json()["data"]["id"]
    assert post(acme, private).status_code == 400
    assert acme.post(path, json={"attachments": [{"media_id": public}]}).status_code == 400
    assert acme.post(path, json={"attachments": [{"media_id": private}] * 2}).status_code == 400
    sent = acme.post(path, json={"text": "the form", "attachments": [{"media_id": private}]}).json()["data"]
    fields = {"expansions": "attachments.media_keys", "media.fields": "url"}
    seen = ana.get(f"/2/dm_events/{sent['dm_event_id']}", params=fields).json()
    assert ana.get(seen["includes"]["media"][0]["url"]).content == png()
    assert ana.get(f"/2/dm_conversations/media/{sent['dm_event_id']}/{private}/{private}.png").content == png()
    assert ana.get(f"/media/{private}.png").status_code == 404


def test_a_message_is_deleted_for_oneself_only(sandbox: ThreadedSandbox, acme: Client, ana: Client) -> None:
    sent = acme.post(f"/2/dm_conversations/with/{ANA}/messages", json={"text": "hello"}).json()["data"]["dm_event_id"]
    assert ana.delete(f"/2/dm_events/{sent}").status_code == 403  # only who sent it
    assert acme.delete(f"/2/dm_events/{sent}").json() == {"data": {"deleted": True}}
    assert acme.get(f"/2/dm_events/{sent}").status_code == 404
    listed = ana.get(f"/2/dm_conversations/with/{ACME}/dm_events").json()["data"]
    assert [event["id"] for event in listed] == [sent]
