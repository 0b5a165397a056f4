"""A real third-party client, unmodified but for the host: the sandbox's test of honesty."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ACME, ANA, detoured
from twitter_integration.sandbox.server import ThreadedSandbox

tweepy = pytest.importorskip("tweepy")


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


def test_it_reads_messages_mentions_and_search(sandbox: ThreadedSandbox, client: Any) -> None:
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo my bag is lost")
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="order 5521")
    events = client.get_direct_message_events(participant_id=ANA, dm_event_fields=["sender_id", "created_at"]).data
    assert (events[0].text, str(events[0].sender_id)) == ("order 5521", ANA)
    mentions = client.get_users_mentions(ACME, tweet_fields=["conversation_id"], max_results=5, user_auth=True)
    assert mentions.meta["result_count"] == 1
    found = client.search_recent_tweets('"bag is lost" -is:retweet', tweet_fields=["lang"])
    assert [post.id for post in found.data] == [mentions.data[0].id]
    counted = client.get_recent_tweets_count("bag lang:en")
    assert counted.meta["total_tweet_count"] == 1
    with pytest.raises(tweepy.BadRequest):
        client.search_recent_tweets("(bag")


def approve(sandbox: ThreadedSandbox, url: str) -> str:
    """Open the consent page X's URL leads to, approve as Acme, and return where the browser is sent."""
    local = sandbox.base_url + url.partition("twitter.com")[2]
    page = requests.get(local, timeout=5)
    assert page.status_code == 200, page.text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    target = re.search(r'action="([^"]+)"', page.text)
    assert target
    data = {name: value.replace("&amp;", "&") for name, value in form.items()}
    posted = requests.post(
        sandbox.base_url + target.group(1),
        data={**data, "decision": "approve", "user": ACME},
        allow_redirects=False,
        timeout=5,
    )
    return str(posted.headers["Location"])


def test_it_signs_in_with_three_legs(sandbox: ThreadedSandbox) -> None:
    keys = sandbox.credentials
    handler = tweepy.OAuth1UserHandler(
        keys["consumer_key"], keys["consumer_secret"], callback="http://127.0.0.1:8000/x/callback"
    )
    detoured(handler.oauth, sandbox)
    back = parse_qs(urlsplit(approve(sandbox, handler.get_authorization_url())).query)
    made = []

    class Session(tweepy.auth.OAuth1Session):  # type: ignore[misc, name-defined]
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            made.append(detoured(self, sandbox))

    original, tweepy.auth.OAuth1Session = tweepy.auth.OAuth1Session, Session
    try:
        token, secret = handler.get_access_token(back["oauth_verifier"][0])
    finally:
        tweepy.auth.OAuth1Session = original
    assert made
    client = tweepy.Client(None, keys["consumer_key"], keys["consumer_secret"], token, secret)
    detoured(client.session, sandbox)
    assert client.get_me().data.username == "acmehelp_demo"


def test_it_signs_in_with_pkce_and_uses_the_token(sandbox: ThreadedSandbox) -> None:
    keys = sandbox.credentials
    handler = tweepy.OAuth2UserHandler(
        client_id=keys["client_id"],
        redirect_uri="https://127.0.0.1:8000/x/callback",
        scope=["tweet.read", "users.read", "tweet.write", "offline.access"],
        client_secret=keys["client_secret"],
    )
    detoured(handler, sandbox)
    back = approve(sandbox, handler.get_authorization_url())
    tokens = handler.fetch_token(back)
    assert tokens["refresh_token"]
    client = tweepy.Client(tokens["access_token"])
    detoured(client.session, sandbox)
    assert client.get_me(user_auth=False).data.username == "acmehelp_demo"
    assert client.create_tweet(text="by PKCE", user_auth=False).data["id"]


def test_its_old_interface_answers_posts(sandbox: ThreadedSandbox, classic: Any) -> None:
    assert classic.verify_credentials().screen_name == "acmehelp_demo"
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello?")["id"]
    assert [status.id_str for status in classic.mentions_timeline()] == [asked]
    options = {"in_reply_to_status_id": asked, "auto_populate_reply_metadata": "true"}
    made = classic.update_status("Hello Ana!", **options)
    assert (made.in_reply_to_status_id_str, made.text) == (asked, "@ana_demo Hello Ana!")
    with pytest.raises(tweepy.Forbidden, match="187"):
        classic.update_status("Hello Ana!", **options)
    assert classic.get_status(made.id, tweet_mode="extended").full_text == "@ana_demo Hello Ana!"
    classic.destroy_status(made.id)
    with pytest.raises(tweepy.NotFound, match="144"):
        classic.get_status(made.id)


def test_its_old_interface_offers_buttons_and_hears_the_answer(sandbox: ThreadedSandbox, classic: Any) -> None:
    options = [{"label": "Card", "metadata": "refund:card"}, {"label": "Credit", "metadata": "refund:credit"}]
    button = {"type": "web_url", "label": "My case", "url": "https://desk.example.com/t/1"}
    sent = classic.send_direct_message(ANA, "How shall we refund you?", quick_reply_options=options, ctas=[button])
    data = sent.message_create["message_data"]
    assert data["ctas"][0]["tco_url"].startswith("https://t.co/")
    sandbox.act("quick_reply", user="ana_demo", to="acmehelp_demo", option=2)
    classic.indicate_direct_message_typing(ANA)
    answer = classic.get_direct_messages()[0].message_create["message_data"]
    assert answer["quick_reply_response"] == {"type": "options", "metadata": "refund:credit"}
    with pytest.raises(tweepy.Forbidden, match="349"):
        closed = next(item for item in sandbox.credentials["customers"] if item["handle"] == "quentin_demo")
        classic.send_direct_message(closed["user_id"], "hello")
