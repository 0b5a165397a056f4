"""Posts, likes and deletions as Account Activity delivers them."""

import json
from datetime import UTC, datetime

import pytest

from tests.twitter_integration.payloads.samples import ACME, ANA, BEN, legacy, only
from twitter_integration.events import Kind, LikeEvent, PostDeleted, PostEvent
from twitter_integration.payloads import parse


def test_a_post_by_us_shows_links_in_display_form_and_is_unescaped_once() -> None:
    event = only(legacy("post_by_us"), PostEvent)
    post = event.post
    assert (event.kind, event.account_id, event.key) == (Kind.POST_BY_US, ACME, "post:1934266310972145665")
    assert post.text == "Card payments are back. Details & status: status.acme.example/incidents/77 #status"
    assert post.original_text.endswith("Details & status: https://t.co/aCmEsTat01 #status")
    link, word = post.spans
    assert (link.target, link.title) == ("https://t.co/aCmEsTat01", "https://status.acme.example/incidents/77")
    assert post.text[link.start : link.end] == "status.acme.example/incidents/77"
    assert (word.kind, word.target, post.text[word.start : word.end]) == ("hashtag", "status", "#status")


def test_a_post_by_us_keeps_time_source_and_versions() -> None:
    post = only(legacy("post_by_us"), PostEvent).post
    assert post.created_at == datetime(2025, 6, 15, 15, 6, 40, 123_000, tzinfo=UTC)
    assert (post.source_app, post.language) == ("Kapture Demo", "en")
    assert post.version_ids == ("1934266310972145665",)
    assert post.author.joined_at == datetime(2017, 8, 25, 14, 2, 11, tzinfo=UTC)
    assert (post.author.handle, post.author.followers, post.author.following) == ("acmehelp_demo", 5400, 12)


def test_a_mention_that_answers_nothing_starts_a_conversation() -> None:
    event = only(legacy("mention"), PostEvent)
    post = event.post
    assert (event.kind, event.blocked_by_us) == (Kind.MENTION, False)
    assert post.text == "@acmehelp_demo Tom & I were charged <twice> 😡 order 5521"
    assert (post.author.id, post.author.handle, post.author.name) == (ANA, "ana_demo", "Ana Demo")
    assert (post.in_reply_to_id, post.in_reply_to_person_id, post.mentioned_ids) == ("", ACME, (ACME,))
    (span,) = post.spans
    assert (span.kind, span.target, post.text[span.start : span.end]) == ("mention", "acmehelp_demo", "@acmehelp_demo")


@pytest.mark.parametrize(("written", "read"), [("false", False), ("true", True), (True, True), ("?", None)])
def test_whether_we_blocked_the_author_is_read_from_booleans_and_from_words(written: object, read: object) -> None:
    assert only(legacy("mention") | {"user_has_blocked": written}, PostEvent).blocked_by_us is read


def test_a_long_reply_to_us_comes_whole_with_both_photos_and_without_their_link() -> None:
    event = only(legacy("reply_to_us"), PostEvent)
    post = event.post
    assert (event.kind, post.in_reply_to_id) == (Kind.REPLY_TO_US, "1934266310972145665")
    assert post.text.startswith("@acmehelp_demo It still fails for me.")
    assert post.text.endswith("Two screenshots attached, please advise soon.")
    assert post.original_text.endswith("soon. https://t.co/mEdIaPh001")
    assert [media.id for media in post.media] == ["1934266776539889665", "1934266776539889666"]
    assert post.media[0].url == "https://pbs.twimg.com/media/Fdemo01XkAA?format=jpg&name=orig"


def test_a_reply_by_us_is_told_apart_from_an_own_post() -> None:
    event = only(legacy("reply_by_us"), PostEvent)
    assert (event.kind, event.post.in_reply_to_id) == (Kind.REPLY_BY_US, "1934266814288625667")
    assert event.post.in_reply_to_person_id == ANA
    assert event.post.text == "@ana_demo Sorry about that. We refunded the second charge."


def test_a_repost_of_us_says_what_the_reposted_post_says() -> None:
    event = only(legacy("repost_of_us"), PostEvent)
    post = event.post
    assert (event.kind, post.author.id, post.reposted_id) == (Kind.REPOST_OF_US, BEN, "1934266310972145665")
    assert post.reposted is not None
    assert post.reposted.author.id == ACME
    assert post.text == post.reposted.text
    assert post.text.startswith("Card payments are back.")


def test_a_repost_by_us_is_recognised_by_its_author() -> None:
    event = only(legacy("repost_by_us"), PostEvent)
    assert event.kind is Kind.REPOST_BY_US
    assert event.post.reposted is not None
    assert event.post.reposted.author.id == BEN


def test_a_repost_of_a_stranger_by_a_stranger_is_something_else() -> None:
    body = legacy("repost_of_us")
    body["tweet_create_events"][0]["retweeted_status"]["user"]["id_str"] = "900000000000000099"
    assert only(body, PostEvent).kind is Kind.POST_OTHER


def test_a_quote_of_us_carries_the_quoted_post() -> None:
    event = only(legacy("quote_of_us"), PostEvent)
    assert (event.kind, event.post.quoted_id) == (Kind.QUOTE_OF_US, "1934266310972145665")
    assert event.post.text == "Not for me it isn't"
    assert event.post.quoted is not None
    assert event.post.quoted.author.handle == "acmehelp_demo"


def test_a_quote_by_us_hides_the_link_to_the_quoted_post() -> None:
    event = only(legacy("quote_by_us"), PostEvent)
    assert event.kind is Kind.QUOTE_BY_US
    assert event.post.text == "Thank you Ben!"
    assert event.post.spans == ()


def test_a_quoted_post_that_is_gone_leaves_its_id() -> None:
    body = legacy("quote_by_us")
    del body["tweet_create_events"][0]["quoted_status"]
    event = only(body, PostEvent)
    assert (event.kind, event.post.quoted_id, event.post.quoted) == (Kind.QUOTE_BY_US, "1934266352915185665", None)


def test_a_film_is_taken_in_its_best_quality() -> None:
    post = only(legacy("mention_video"), PostEvent).post
    (film,) = post.media
    assert post.text == "@acmehelp_demo watch 🎥"
    assert (film.kind, film.id, film.width, film.height) == ("video", "1934268471038705667", 2048, 1536)
    assert film.url.endswith("/vid/1280x720/demo.mp4?tag=12")
    assert film.preview_url.startswith("https://pbs.twimg.com/ext_tw_video_thumb/")


def test_a_deletion_names_post_and_author() -> None:
    event = only(legacy("post_deleted"), PostDeleted)
    assert (event.key, event.post_id, event.person_id) == ("delete:1934266310972145665", "1934266310972145665", ACME)
    assert event.occurred_at == datetime(2025, 6, 15, 15, 16, 40, 123_000, tzinfo=UTC)


def test_a_like_of_us_names_who_liked_what() -> None:
    event = only(legacy("like_of_us"), LikeEvent)
    assert (event.kind, event.key) == (Kind.LIKE_OF_US, "like:5f0c3d7e9b1a4c28a6d4e0f1b2c3d4e5")
    assert event.person is not None
    assert (event.person.id, event.post_id, event.post_author_id) == (ANA, "1934266310972145665", ACME)
    assert event.occurred_at == datetime(2025, 6, 15, 15, 16, 50, 123_000, tzinfo=UTC)


def test_a_like_by_us_is_recognised_by_who_liked() -> None:
    event = only(legacy("like_by_us"), LikeEvent)
    assert (event.kind, event.post_author_id) == (Kind.LIKE_BY_US, BEN)


def test_an_id_that_was_rounded_on_its_way_is_not_believed() -> None:
    body = legacy("mention")
    body["tweet_create_events"][0]["id"] = 1934266562630385700
    assert only(body, PostEvent).post.id == "1934266562630385666"


def test_a_number_is_an_id_when_nothing_better_came() -> None:
    body = legacy("mention")
    del body["tweet_create_events"][0]["id_str"]
    assert only(body, PostEvent).post.id == "1934266562630385666"


def test_a_time_that_is_missing_is_read_from_the_id() -> None:
    body = legacy("mention")
    for name in ("created_at", "timestamp_ms"):
        del body["tweet_create_events"][0][name]
    assert only(body, PostEvent).occurred_at == datetime(2025, 6, 15, 15, 7, 40, 123_000, tzinfo=UTC)


def test_several_posts_in_one_body_are_several_events() -> None:
    body = legacy("mention")
    body["tweet_create_events"] += legacy("reply_to_us")["tweet_create_events"]
    events = parse(json.dumps(body).encode()).events
    assert [event.kind for event in events] == [Kind.MENTION, Kind.REPLY_TO_US]


def test_who_is_named_only_outside_of_the_extended_part_is_mentioned() -> None:
    body = legacy("mention")
    item = body["tweet_create_events"][0]
    item["extended_tweet"] = {"full_text": "A long story for @acmehelp_demo.", "entities": {"user_mentions": []}}
    post = only(body, PostEvent).post
    assert (post.text, post.spans, post.mentioned_ids) == ("A long story for @acmehelp_demo.", (), (ACME,))
