"""Search and counts by X's operators, their grammar and its errors; lookups that succeed in part."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ACME, ANA, Client
from twitter_integration.sandbox.query import QueryError, parse
from twitter_integration.sandbox.server import ThreadedSandbox


@pytest.fixture
def corpus(sandbox: ThreadedSandbox) -> dict[str, str]:
    """A few posts with everything an operator can ask for; their ids by a word of ours."""
    lost = sandbox.act("post", user="ana_demo", text="@acmehelp_demo my Blue Bag is lost #fail")["id"]
    return {
        "lost": lost,
        "reply": sandbox.act("reply", user="ben_demo", in_reply_to=lost, text="mine too, see https://acme.example/x")[
            "id"
        ],
        "quote": sandbox.act("quote", user="hanna_demo", quote=lost, text="Das kenne ich")["id"],
        "photo": sandbox.act("post", user="ben_demo", text="blue sky today", media=1)["id"],
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("blue", "lost photo"),
        ('"blue bag"', "lost"),
        ("blue bag -sky", "lost"),
        ("bag OR sky", "lost photo"),
        ("(bag OR sky) from:ben_demo", "photo"),
        ("blue -(bag OR cheese)", "photo"),
        ("blue has:media", "photo"),
        ("mine has:links", "reply"),
        ("mine url:acme.example", "reply"),
        ("#FAIL", "lost"),
        ("from:ben_demo is:reply", "reply"),
        ("from:ben_demo -is:reply", "photo"),
        ("from:hanna_demo is:quote lang:de", "quote"),
        ("@acmehelp_demo is:reply", "reply"),
        (f"from:{ANA} blue", "lost"),
        ("to:ana_demo", "reply"),
        ("kenne is:retweet", ""),
    ],
)
def test_operators_find_what_they_say(acme: Client, corpus: dict[str, str], query: str, names: str) -> None:
    document = acme.get("/2/tweets/search/recent", params={"query": query}).json()
    found = {post["id"] for post in document.get("data", [])}
    assert found == {corpus[name] for name in names.split()}


def test_a_conversation_is_found_by_its_first_post(acme: Client, corpus: dict[str, str]) -> None:
    query = {"query": f"conversation_id:{corpus['lost']}"}
    assert acme.get("/2/tweets/search/recent", params=query).json()["meta"]["result_count"] == 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("(bag", "missing ')'"),
        ("bag)", "no viable alternative"),
        ("bag OR", "<EOF>"),
        ('"bag', "missing '\"'"),
        ("near:lisbon bag", "invalid operator 'near'"),
        ("bag has:legs", "has:legs"),
        ("conversation_id:abc", "numeric"),
        ("-bag", "stand alone"),
        ("lang:en", "stand alone"),
        ("bag OR -sky", "stand alone"),
        ("x" * 513, "512"),
        ("", "empty"),
    ],
)
def test_what_is_not_xs_grammar_is_refused_with_a_reason(acme: Client, query: str, words: str) -> None:
    answer = acme.get("/2/tweets/search/recent", params={"query": query})
    assert answer.status_code == 400
    assert answer.json()["title"] == "Invalid Request"
    assert words in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "query", ["a" * 512, "https://acme.example/x?y=1", "so? (really!) *~' 50% & é日", "12:30 train"]
)
def test_odd_words_are_just_words(query: str) -> None:
    parse(query)


def test_an_unknown_operator_names_its_place() -> None:
    with pytest.raises(QueryError, match="at position 5"):
        parse("bag place:oslo")


def test_bounds_beyond_the_week_are_refused(acme: Client, corpus: dict[str, str]) -> None:
    def ask(**more: str) -> requests.Response:
        answer: requests.Response = acme.get("/2/tweets/search/recent", params={"query": "blue", **more})
        return answer

    assert ask(since_id=corpus["lost"]).json()["meta"]["result_count"] == 1
    assert ask(until_id=corpus["photo"]).json()["meta"]["result_count"] == 1
    assert ask(since_id="1000").status_code == 400
    long_ago = f"{datetime.now(UTC) - timedelta(days=8):%Y-%m-%dT%H:%M:%SZ}"
    assert ask(start_time=long_ago).status_code == 400
    just_now = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    assert ask(start_time=just_now).json()["meta"]["result_count"] == 2


def test_counts_come_per_hour_with_empty_hours(acme: Client, corpus: dict[str, str]) -> None:
    document = acme.get("/2/tweets/counts/recent", params={"query": "blue OR mine"}).json()
    assert document["meta"] == {"total_tweet_count": 3}
    assert sum(item["tweet_count"] for item in document["data"]) == 3
    assert 168 <= len(document["data"]) <= 170
    daily = acme.get("/2/tweets/counts/recent", params={"query": "blue", "granularity": "day"}).json()
    assert 7 <= len(daily["data"]) <= 9
    wrong = acme.get("/2/tweets/counts/recent", params={"query": "blue", "granularity": "year"})
    assert wrong.status_code == 400


def errors_of(document: dict[str, Any]) -> list[str]:
    return [item["title"] for item in document["errors"]]


def test_a_lookup_tells_the_deleted_from_the_protected(sandbox: ThreadedSandbox, acme: Client) -> None:
    gone = sandbox.act("post", user="ana_demo", text="gone")["id"]
    hidden = sandbox.act("post", user="ulla_demo", text="hidden")["id"]
    here = sandbox.act("post", user="ana_demo", text="here")["id"]
    sandbox.act("delete", user="ana_demo", post=gone)
    document = acme.get("/2/tweets", params={"ids": f"{gone},{hidden},{here}"}).json()
    assert [post["id"] for post in document["data"]] == [here]
    assert errors_of(document) == ["Not Found Error", "Authorization Error"]
    assert errors_of(acme.get(f"/2/tweets/{hidden}").json()) == ["Authorization Error"]
    sandbox.act("follow", user="acmehelp_demo", to="ulla_demo")
    sandbox.act("accept", user="ulla_demo", to="acmehelp_demo")
    assert acme.get(f"/2/tweets/{hidden}").json()["data"]["id"] == hidden


def test_people_are_looked_up_in_part(acme: Client) -> None:
    document = acme.get("/2/users", params={"ids": f"{ACME},17"}).json()
    assert ([user["id"] for user in document["data"]], errors_of(document)) == ([ACME], ["Not Found Error"])


def test_the_app_has_other_limits_than_a_user(sandbox: ThreadedSandbox, acme: Client, bearer: dict[str, str]) -> None:
    path = f"/2/users/{ACME}/mentions"
    assert acme.get(path).headers["x-rate-limit-limit"] == "300"
    app = requests.get(sandbox.base_url + path, headers=bearer, timeout=5)
    assert app.headers["x-rate-limit-limit"] == "450"
    sandbox.world.switches.set("limits", "real")
    codes = [acme.get("/2/dm_events").status_code for _ in range(16)]
    assert codes == [200] * 15 + [429]


def test_own_posts_and_messages_are_read_page_by_page(sandbox: ThreadedSandbox, acme: Client) -> None:
    for number in range(6):
        sandbox.act("post", user="acmehelp_demo", text=f"news {number}")
        sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text=f"question {number}")
    for path in (f"/2/users/{ACME}/tweets", "/2/dm_events"):
        seen: list[str] = []
        token: dict[str, str] = {}
        while True:
            document = acme.get(path, params={"max_results": 5, **token}).json()
            seen += [item["text"] for item in document["data"]]
            if "next_token" not in document["meta"]:
                break
            token = {"pagination_token": document["meta"]["next_token"]}
        assert sum("question" in text or "news" in text for text in seen) == 6
        assert len(seen) == len(set(seen))


def test_who_quoted_reposted_liked_or_was_blocked_is_listed(sandbox: ThreadedSandbox, acme: Client) -> None:
    post = acme.post("/2/tweets", json={"text": "Good morning"}).json()["data"]["id"]
    quote = sandbox.act("quote", user="ana_demo", quote=post, text="so polite")["id"]
    sandbox.act("repost", user="ben_demo", post=post)
    sandbox.act("like", user="ben_demo", post=post)
    sandbox.act("block", user="acmehelp_demo", to="ana_demo")
    assert [item["id"] for item in acme.get(f"/2/tweets/{post}/quote_tweets").json()["data"]] == [quote]
    for path in (f"/2/tweets/{post}/retweeted_by", f"/2/tweets/{post}/liking_users"):
        assert [item["username"] for item in acme.get(path).json()["data"]] == ["ben_demo"]
    assert [item["id"] for item in acme.get(f"/2/users/{ACME}/blocking").json()["data"]] == [ANA]
    assert acme.get(f"/2/users/{ACME}/muting").json()["meta"]["result_count"] == 0
