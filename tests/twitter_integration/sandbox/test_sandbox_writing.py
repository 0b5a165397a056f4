"""What a post may be beside its words: a poll, a button, answerable by some; and who is refused an answer."""

from typing import Any

import pytest

from tests.twitter_integration.sandbox.conftest import ACME, ANA, Client, Receiver, tweepy_of
from tests.twitter_integration.sandbox.files import png
from twitter_integration.sandbox.server import ThreadedSandbox

tweepy = pytest.importorskip("tweepy")
COMPOSE = f"https://x.com/messages/compose?recipient_id={ACME}"


def test_a_poll_is_opened_voted_in_and_read(sandbox: ThreadedSandbox, client: Any) -> None:
    options = ["Window", "Aisle"]
    made = client.create_tweet(text="Your seat?", poll_options=options, poll_duration_minutes=60).data["id"]
    assert sandbox.act("vote", user="ana_demo", post=made, option=2)["options"][1]["votes"] == 1
    sandbox.act("vote", user="ana_demo", post=made, option=1)  # one vote each
    found = client.get_tweet(made, expansions="attachments.poll_ids", poll_fields=["voting_status", "end_datetime"])
    poll = found.includes["polls"][0]
    assert poll.voting_status == "open" and poll.end_datetime
    assert [(item["label"], item["votes"]) for item in poll.options] == [("Window", 0), ("Aisle", 1)]


@pytest.mark.parametrize(
    "poll",
    [
        {"options": ["one"], "duration_minutes": 60},
        {"options": ["a", "b" * 26], "duration_minutes": 60},
        {"options": ["a", "b"], "duration_minutes": 4},
        {"options": ["a", "b"]},
    ],
)
def test_a_poll_has_two_to_four_short_options_and_an_end(acme: Client, poll: dict[str, Any]) -> None:
    assert acme.post("/2/tweets", json={"text": "?", "poll": poll}).status_code == 400


def test_a_button_to_write_a_message_ends_the_text(acme: Client, receiver: Receiver, subscribed: str) -> None:
    body = {"text": "Write to us", "direct_message_deep_link": COMPOSE}
    made = acme.post("/2/tweets", json=body).json()["data"]
    assert made["text"].startswith("Write to us https://t.co/")
    link = receiver.bodies[-1]["tweet_create_events"][0]["entities"]["urls"][0]
    assert link["expanded_url"] == COMPOSE
    wrong = body | {"text": "Write to me", "direct_message_deep_link": "https://acme.example/"}
    assert acme.post("/2/tweets", json=wrong).status_code == 400


def test_of_media_poll_and_button_a_post_has_one(acme: Client) -> None:
    form = {"media_category": "tweet_image"}
    photo = acme.post("/2/media/upload", files={"media": png()}, data=form).json()["data"]["id"]
    body = {"text": "x", "media": {"media_ids": [photo]}, "poll": {"options": ["a", "b"], "duration_minutes": 5}}
    assert "mutually exclusive" in acme.post("/2/tweets", json=body).text


@pytest.mark.parametrize("who", ["following", "mentionedUsers", "verified", "subscribers"])
def test_only_those_may_answer_whom_the_author_lets(sandbox: ThreadedSandbox, client: Any, who: str) -> None:
    made = client.create_tweet(text="Crew only", reply_settings=who).data["id"]
    ana = tweepy_of(sandbox, ANA)
    sandbox.world.switches.set("tier", "enterprise")
    with pytest.raises(tweepy.Forbidden, match="restricted who can reply"):
        ana.create_tweet(text="me too", in_reply_to_tweet_id=made)
    assert client.create_tweet(text="and more", in_reply_to_tweet_id=made).data["id"]
    assert client.get_tweet(made, tweet_fields=["reply_settings"]).data.reply_settings == who


def test_a_customer_who_restricts_answers_is_answered_when_they_name_or_follow_us(
    sandbox: ThreadedSandbox, client: Any
) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    asked = sandbox.act("post", user="ana_demo", text="what a day", reply_settings="following")["id"]
    with pytest.raises(tweepy.Forbidden, match="restricted who can reply"):
        client.create_tweet(text="Oh?", in_reply_to_tweet_id=asked)
    sandbox.act("follow", user="ana_demo", to="acmehelp_demo")
    assert client.create_tweet(text="Oh?", in_reply_to_tweet_id=asked).data["id"]
    named = sandbox.act("post", user="ben_demo", text="@acmehelp_demo hm", reply_settings="mentionedUsers")["id"]
    assert client.create_tweet(text="Yes?", in_reply_to_tweet_id=named).data["id"]


def test_who_blocked_us_or_is_protected_is_not_answered(sandbox: ThreadedSandbox, client: Any) -> None:
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo bye")["id"]
    sandbox.act("block", user="ana_demo", to="acmehelp_demo")
    hidden = sandbox.act("post", user="ulla_demo", text="@acmehelp_demo psst")["id"]
    for post in (asked, hidden):
        with pytest.raises(tweepy.Forbidden, match="not visible to you"):
            client.create_tweet(text="Sorry!", in_reply_to_tweet_id=post)


def test_enterprise_quotes_and_an_own_thread_goes_on(sandbox: ThreadedSandbox, client: Any) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    asked = sandbox.act("post", user="ana_demo", text="lovely flight")["id"]
    quote = client.create_tweet(text="Thank you", quote_tweet_id=asked).data["id"]
    found = client.get_tweet(quote, tweet_fields=["referenced_tweets"]).data
    assert [(item.type, str(item.id)) for item in found.referenced_tweets] == [("quoted", asked)]
    more = client.create_tweet(text="Come again", in_reply_to_tweet_id=quote).data["id"]
    shown = client.get_tweet(more, tweet_fields=["conversation_id"]).data
    assert str(shown.conversation_id) == quote
    assert [str(post.id) for post in client.get_quote_tweets(asked).data] == [quote]
