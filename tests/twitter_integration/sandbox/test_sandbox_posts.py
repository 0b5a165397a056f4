"""Posts through API v2: what is taken, what X refuses, what a read answers."""

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, Client
from twitter_integration.sandbox.server import ThreadedSandbox


def mention(sandbox: ThreadedSandbox, text: str = "@acmehelp_demo charged twice, order 5521") -> str:
    return str(sandbox.act("post", user="ana_demo", text=text)["id"])


def answer(acme: Client, post_id: str, text: str = "We are on it.") -> dict[str, str]:
    made = acme.post("/2/tweets", json={"text": text, "reply": {"in_reply_to_tweet_id": post_id}})
    assert made.status_code == 201, made.text
    return dict(made.json()["data"])


def test_who_am_i_answers_only_the_default_fields(acme: Client) -> None:
    data = acme.get("/2/users/me").json()["data"]
    assert data == {"id": ACME, "name": "Acme Help", "username": "acmehelp_demo"}


def test_a_post_has_a_snowflake_beyond_javascripts_numbers(acme: Client) -> None:
    data = acme.post("/2/tweets", json={"text": "All flights on time."}).json()["data"]
    assert int(data["id"]) > 2**53
    assert data["edit_history_tweet_ids"] == [data["id"]]


def test_the_same_text_again_is_a_duplicate(acme: Client) -> None:
    acme.post("/2/tweets", json={"text": "All flights on time."})
    again = acme.post("/2/tweets", json={"text": "All flights on time."})
    assert again.status_code == 403
    assert "duplicate content" in again.json()["detail"]
    assert again.headers["Content-Type"] == "application/problem+json"


def test_a_post_over_280_weighted_characters_is_refused(acme: Client) -> None:
    assert acme.post("/2/tweets", json={"text": "日" * 141}).status_code == 403
    assert acme.post("/2/tweets", json={"text": "日" * 140}).status_code == 201


def test_a_reply_stands_in_the_thread_and_mentions_the_customer(sandbox: ThreadedSandbox, acme: Client) -> None:
    asked = mention(sandbox)
    made = answer(acme, asked)
    fields = {"tweet.fields": "conversation_id,referenced_tweets,in_reply_to_user_id,display_text_range"}
    data = acme.get(f"/2/tweets/{made['id']}", params=fields).json()["data"]
    assert data["text"] == "@ana_demo We are on it."
    assert data["conversation_id"] == asked
    assert data["referenced_tweets"] == [{"type": "replied_to", "id": asked}]
    assert (data["in_reply_to_user_id"], data["display_text_range"]) == (ANA, [10, 23])


def test_self_serve_answers_only_when_summoned(sandbox: ThreadedSandbox, acme: Client) -> None:
    stranger = sandbox.act("post", user="ben_demo", text="nothing to do with you")["id"]
    refused = acme.post("/2/tweets", json={"text": "Hello!", "reply": {"in_reply_to_tweet_id": stranger}})
    assert refused.status_code == 403
    assert "not been mentioned" in refused.json()["detail"]


def test_self_serve_cannot_quote_and_enterprise_can(sandbox: ThreadedSandbox, acme: Client) -> None:
    quote = {"text": "Look at this", "quote_tweet_id": mention(sandbox)}
    assert acme.post("/2/tweets", json=quote).status_code == 403
    sandbox.world.switches.set("tier", "enterprise")
    assert acme.post("/2/tweets", json=quote).status_code == 201


def test_a_read_of_many_names_what_is_missing(sandbox: ThreadedSandbox, acme: Client) -> None:
    found = mention(sandbox)
    document = acme.get("/2/tweets", params={"ids": f"{found},1900000000000000123"}).json()
    assert [item["id"] for item in document["data"]] == [found]
    assert set(document["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    assert document["errors"][0]["title"] == "Not Found Error"


def test_expansions_bring_author_parent_and_media(sandbox: ThreadedSandbox, acme: Client) -> None:
    parent = acme.post("/2/tweets", json={"text": "Anything we can do?"}).json()["data"]["id"]
    reply = sandbox.act("reply", user="ana_demo", text="look", in_reply_to=parent, media=2)["id"]
    params = {"expansions": "author_id,referenced_tweets.id,attachments.media_keys", "media.fields": "url,width"}
    document = acme.get(f"/2/tweets/{reply}", params=params).json()
    assert [user["username"] for user in document["includes"]["users"]] == ["ana_demo"]
    assert [post["id"] for post in document["includes"]["tweets"]] == [parent]
    assert [item["type"] for item in document["includes"]["media"]] == ["photo", "photo"]


def test_a_deleted_post_is_gone_for_readers(acme: Client) -> None:
    made = acme.post("/2/tweets", json={"text": "Oops"}).json()["data"]["id"]
    assert acme.delete(f"/2/tweets/{made}").json() == {"data": {"deleted": True}}
    assert "data" not in acme.get(f"/2/tweets/{made}").json()


def test_nobody_deletes_the_post_of_another(sandbox: ThreadedSandbox, acme: Client) -> None:
    assert acme.delete(f"/2/tweets/{mention(sandbox)}").status_code == 403


def test_mentions_come_newest_first_page_by_page(sandbox: ThreadedSandbox, acme: Client) -> None:
    ids = [mention(sandbox, f"@acmehelp_demo question {number}") for number in range(7)]
    first = acme.get(f"/2/users/{ACME}/mentions", params={"max_results": 5}).json()
    assert [post["id"] for post in first["data"]] == ids[:1:-1]
    token = {"max_results": 5, "pagination_token": first["meta"]["next_token"]}
    rest = acme.get(f"/2/users/{ACME}/mentions", params=token).json()
    assert [post["id"] for post in rest["data"]] == ids[1::-1]
    newer = acme.get(f"/2/users/{ACME}/mentions", params={"since_id": ids[5]}).json()
    assert [post["id"] for post in newer["data"]] == [ids[6]]


def test_search_knows_conversation_author_and_words(sandbox: ThreadedSandbox, acme: Client) -> None:
    asked = mention(sandbox)
    answer(acme, asked)

    def search(query: str) -> list[str]:
        document = acme.get("/2/tweets/search/recent", params={"query": query}).json()
        return [post["text"] for post in document.get("data", [])]

    assert len(search(f"conversation_id:{asked}")) == 2
    assert search(f"conversation_id:{asked} -from:ana_demo") == ["@ana_demo We are on it."]
    assert search("@acmehelp_demo 5521 from:ana_demo") == ["@acmehelp_demo charged twice, order 5521"]
    assert search("to:ana_demo") == ["@ana_demo We are on it."]


def test_a_protected_customer_is_found_by_nobody(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.act("post", user="ulla_demo", text="@acmehelp_demo psst")
    assert acme.get(f"/2/users/{ACME}/mentions").json()["meta"]["result_count"] == 0


def test_an_uploaded_picture_can_be_posted_and_fetched(sandbox: ThreadedSandbox, acme: Client) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"made up"
    form = {"media_category": "tweet_image"}
    media_id = acme.post("/2/media/upload", files={"media": picture}, data=form).json()["data"]["id"]
    made = acme.post("/2/tweets", json={"text": "See", "media": {"media_ids": [media_id]}}).json()["data"]["id"]
    params = {"expansions": "attachments.media_keys", "media.fields": "url"}
    file = acme.get(f"/2/tweets/{made}", params=params).json()["includes"]["media"][0]
    assert acme.get(file["url"]).content == picture


def test_somebody_elses_upload_cannot_be_posted(acme: Client, ana: Client) -> None:
    form = {"media_category": "tweet_image"}
    media_id = ana.post("/2/media/upload", files={"media": b"\x89PNG"}, data=form).json()["data"]["id"]
    assert acme.post("/2/tweets", json={"text": "x", "media": {"media_ids": [media_id]}}).status_code == 400


def test_self_serve_cannot_like_but_may_repost_and_mute(sandbox: ThreadedSandbox, acme: Client) -> None:
    target = {"tweet_id": mention(sandbox)}
    assert acme.post(f"/2/users/{ACME}/likes", json=target).status_code == 403
    assert acme.post(f"/2/users/{ACME}/retweets", json=target).json()["data"]["retweeted"] is True
    assert acme.post(f"/2/users/{ACME}/muting", json={"target_user_id": BEN}).json() == {"data": {"muting": True}}


def test_every_answer_tells_the_rate_limit(acme: Client) -> None:
    read, write = acme.get("/2/users/me"), acme.post("/2/tweets", json={"text": "Good evening"})
    assert {"x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"} <= set(read.headers)
    assert write.headers["x-app-limit-24hour-remaining"] == "9999"
