"""Made-up customers: variety, languages, reactions to answers."""

import random
import time

from tests.twitter_integration.sandbox.conftest import Client
from twitter_integration.sandbox import phrases, traffic
from twitter_integration.sandbox.people import CUSTOMERS
from twitter_integration.sandbox.server import ThreadedSandbox, start_in_thread
from twitter_integration.sandbox.shapes import weigh


def test_every_action_and_many_languages_occur(sandbox: ThreadedSandbox) -> None:
    crowd = traffic.Traffic(sandbox.world, chance=random.Random(7))
    for _ in range(150):
        crowd.step()
    store = sandbox.world.store
    languages = {row[0] for row in store.rows("SELECT DISTINCT lang FROM post")}
    assert {"en", "es", "pt", "de", "fr", "ja", "ar", "hi"} <= languages
    for sql in ("quoted_id", "repost_of_id", "reply_to_id", "deleted_ms"):
        assert store.number(f"SELECT count(*) FROM post WHERE {sql} IS NOT NULL") > 0
    assert all(store.number(f"SELECT count(*) FROM {name}") for name in ("message", "liked", "media", "relation"))


def test_every_phrase_fills_and_only_the_long_ones_are_long(sandbox: ThreadedSandbox) -> None:
    crowd = traffic.Traffic(sandbox.world, chance=random.Random(1))
    for book in (phrases.MENTIONS, phrases.REACTIONS, phrases.ANSWERS, phrases.PRIVATE, phrases.ASIDES):
        for lang, said in ((lang, phrase) for lang, spoken in book.items() for phrase in spoken):
            assert weigh("@acmehelp_demo " + crowd._fill(said, lang=lang)) <= 280
    for lang, stories in phrases.LONG.items():
        assert all(weigh(crowd._fill(story, lang=lang)) > 280 for story in stories)


def test_every_customer_has_words_and_cities_of_their_own_language() -> None:
    spoken = {person[3] for person in CUSTOMERS}
    books = (phrases.MENTIONS, phrases.LONG, phrases.ASIDES, phrases.REACTIONS, phrases.ANSWERS, phrases.PRIVATE)
    assert all(spoken <= book.keys() for book in (*books, phrases.CITIES))


def test_nothing_of_the_morning_is_older_than_what_it_answers(sandbox: ThreadedSandbox, subscribed: str) -> None:
    traffic.Traffic(sandbox.world, chance=random.Random(3))._have_a_morning()
    store = sandbox.world.store
    assert store.number("SELECT count(*) FROM post WHERE reply_to_id IS NOT NULL OR quoted_id IS NOT NULL") > 0
    later = "SELECT count(*) FROM post WHERE max(coalesce(reply_to_id, 0), coalesce(quoted_id, 0)) >= id"
    assert store.number(later) == store.number("SELECT count(*) FROM post WHERE repost_of_id >= id") == 0


def test_a_customer_reacts_to_an_answer_and_to_a_message(sandbox: ThreadedSandbox, acme: Client, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(traffic, "REACT_CHANCE", 1.0)
    monkeypatch.setattr(traffic, "REACT_AFTER", (0.0, 0.0))
    crowd = traffic.Traffic(sandbox.world)
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello?")["id"]
    acme.post("/2/tweets", json={"text": "Hello Ana!", "reply": {"in_reply_to_tweet_id": asked}})
    acme.post("/2/dm_conversations/with/900000000000000002/messages", json={"text": "Hello again"})
    crowd._react()
    store = sandbox.world.store
    assert store.number("SELECT count(*) FROM post WHERE conversation_id = ?", (int(asked),)) == 3
    assert store.number("SELECT count(*) FROM message WHERE recipient_id = 900000000000000001") == 1
    crowd._react()
    assert store.number("SELECT count(*) FROM message") == 2, "once is enough"


def test_the_wanted_rate_makes_it_run() -> None:
    running = start_in_thread(traffic_per_minute=1200, busy=True)
    time.sleep(1.0)
    done = running.world.store.number("SELECT (SELECT count(*) FROM post) + (SELECT count(*) FROM message)")
    running.stop()
    assert done > 3
