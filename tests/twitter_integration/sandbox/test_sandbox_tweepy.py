"""A real third-party client, unmodified but for the host: the sandbox's test of honesty."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.twitter_integration.sandbox.conftest import ACME, ANA
from twitter_integration.sandbox.server import ThreadedSandbox

tweepy = pytest.importorskip("tweepy")


class Detour(HTTPAdapter):
    """Calls for X's host go to the sandbox, with the Host header and the signature X would see."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        request.headers["Host"] = parts.netloc
        request.url = self._base_url + str(request.url)[len(f"{parts.scheme}://{parts.netloc}") :]
        return super().send(request, *args, **more)


@pytest.fixture
def client(sandbox: ThreadedSandbox) -> Any:
    keys = sandbox.credentials
    mine = keys["accounts"][0]
    made = tweepy.Client(
        bearer_token=keys["bearer_token"],
        consumer_key=keys["consumer_key"],
        consumer_secret=keys["consumer_secret"],
        access_token=mine["access_token"],
        access_token_secret=mine["access_token_secret"],
    )
    made.session.mount("https://api.twitter.com", Detour(sandbox.base_url))
    return made


def test_it_knows_itself_and_posts(client: Any) -> None:
    me = client.get_me(user_fields=["public_metrics"]).data
    assert (str(me.id), me.username) == (ACME, "acmehelp_demo")
    made = client.create_tweet(text="Good morning from tweepy & friends").data
    found = client.get_tweet(made["id"], tweet_fields=["created_at", "conversation_id"]).data
    assert found.text == "Good morning from tweepy &amp; friends"
    assert str(found.conversation_id) == made["id"]


def test_it_answers_a_mention_it_found(sandbox: ThreadedSandbox, client: Any) -> None:
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello?")
    page = client.get_users_mentions(ACME, expansions=["author_id"], user_auth=True)
    assert page.includes["users"][0].username == "ana_demo"
    client.create_tweet(text="Hello Ana!", in_reply_to_tweet_id=page.data[0].id)
    with pytest.raises(tweepy.Forbidden):
        client.create_tweet(text="Hello Ana!", in_reply_to_tweet_id=page.data[0].id)


def test_it_sends_and_reads_messages(client: Any) -> None:
    sent = client.create_direct_message(participant_id=ANA, text="Hi Ana").data
    events = client.get_direct_message_events(dm_event_fields=["sender_id"]).data
    assert (str(events[0].id), str(events[0].sender_id)) == (sent["dm_event_id"], ACME)


def test_it_understands_a_rate_limit(sandbox: ThreadedSandbox, client: Any) -> None:
    sandbox.world.faults.plan("status", path="/2/tweets", status=429)
    with pytest.raises(tweepy.TooManyRequests):
        client.create_tweet(text="too much")
