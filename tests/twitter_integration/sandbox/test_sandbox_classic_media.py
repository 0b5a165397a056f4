"""upload.twitter.com, driven by tweepy's own chunked upload, and what it answers when a file is none."""

import io
from typing import Any

import pytest

from tests.twitter_integration.sandbox.files import GIF, mp4, png
from twitter_integration.sandbox.server import ThreadedSandbox

tweepy = pytest.importorskip("tweepy")


def test_a_picture_with_its_text_is_posted(classic: Any) -> None:
    made = classic.simple_upload("plane.png", file=io.BytesIO(png(width=9, height=4)))
    assert (made.image["w"], made.image["h"]) == (9, 4)
    classic.create_media_metadata(made.media_id_string, "A late plane")
    status = classic.update_status("Look", media_ids=[made.media_id_string])
    found = classic.get_status(status.id, tweet_mode="extended", include_ext_alt_text=True)
    assert found.extended_entities["media"][0]["ext_alt_text"] == "A late plane"


def test_a_film_goes_up_in_pieces_and_is_waited_for(sandbox: ThreadedSandbox, classic: Any) -> None:
    sandbox.world.switches.set("media_processing", 0.05)
    film = mp4(seconds=2)
    made = classic.chunked_upload(
        "film.mp4", file=io.BytesIO(film), file_type="video/mp4", media_category="tweet_video"
    )
    assert made.processing_info["state"] == "succeeded"
    status = classic.update_status("Look", media_ids=[made.media_id_string])
    assert status.extended_entities["media"][0]["type"] == "video"


def test_what_it_does_not_take_has_a_form_of_its_own(classic: Any) -> None:
    with pytest.raises(tweepy.BadRequest) as refused:
        classic.simple_upload("page.pdf", file=io.BytesIO(b"%PDF-1.4"))
    assert refused.value.response.json() == {"request": "/1.1/media/upload.json", "error": "media type unrecognized."}


def test_a_gif_and_a_photo_do_not_go_together(sandbox: ThreadedSandbox, classic: Any) -> None:
    sandbox.world.switches.set("media_processing", 0)
    photo = classic.simple_upload("a.png", file=io.BytesIO(png())).media_id_string
    gif = classic.simple_upload("b.gif", file=io.BytesIO(GIF)).media_id_string
    with pytest.raises(tweepy.BadRequest, match="323"):
        classic.update_status("Look", media_ids=[photo, gif])
    with pytest.raises(tweepy.BadRequest, match="324"):
        classic.update_status("Look", media_ids=["123"])


def test_self_serve_has_no_old_uploads(sandbox: ThreadedSandbox, classic: Any) -> None:
    sandbox.world.switches.set("tier", "self-serve")
    with pytest.raises(tweepy.Forbidden, match="453"):
        classic.simple_upload("a.png", file=io.BytesIO(png()))
