"""The page without JavaScript: forms and what they lead to."""

import re

import requests

from tests.twitter_integration.sandbox.conftest import Client
from tests.twitter_integration.sandbox.files import png
from twitter_integration.sandbox.server import ThreadedSandbox


def page(sandbox: ThreadedSandbox, who: str = "ana_demo") -> str:
    return requests.get(sandbox.base_url, params={"as": who}, timeout=5).text


def submit(sandbox: ThreadedSandbox, **form: str) -> requests.Response:
    return requests.post(sandbox.base_url + "/sandbox/do", data={"as": "ana_demo"} | form, timeout=5)


def test_it_says_that_it_is_not_x(sandbox: ThreadedSandbox) -> None:
    assert "this is not X" in page(sandbox)


def test_a_mention_written_on_the_page_stands_in_the_timeline(sandbox: ThreadedSandbox) -> None:
    shown = submit(sandbox, action="post", text="@acmehelp_demo <b>twice</b> charged", media="1").text
    assert "@acmehelp_demo &lt;b&gt;twice&lt;/b&gt; charged" in shown
    picture = re.search(r'class="picture" src="([^"]+)"', shown)
    assert picture
    assert requests.get(picture.group(1), timeout=5).content.startswith(b"\x89PNG")


def test_the_brands_answer_stands_under_the_mention(sandbox: ThreadedSandbox, acme: Client) -> None:
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello?")["id"]
    made = acme.post("/2/tweets", json={"text": "Hello Ana!", "reply": {"in_reply_to_tweet_id": asked}}).json()
    shown = page(sandbox)
    thread = shown[shown.index(f'id="thread-{asked}"') :]
    assert thread.index(f'id="post-{asked}"') < thread.index(f'id="post-{made["data"]["id"]}"')
    assert "Hello Ana!" in thread


def test_messages_are_shown_to_the_person_concerned(sandbox: ThreadedSandbox, acme: Client) -> None:
    submit(sandbox, action="dm", to="acmehelp_demo", text="my order is 5521", media="1")
    acme.post("/2/dm_conversations/with/900000000000000002/messages", json={"text": "We have it."})
    log = re.search(r'id="dm-log".*?</section>', page(sandbox), re.S)
    assert log
    assert log.group().index("my order is 5521") < log.group().index("We have it.")
    picture = re.search(r'src="(/sandbox/attachments/[^"]+)"', log.group())
    assert picture
    assert requests.get(sandbox.base_url + picture.group(1), timeout=5).status_code == 200


def test_reply_quote_like_repost_follow_and_delete_work_from_the_page(sandbox: ThreadedSandbox, acme: Client) -> None:
    post = acme.post("/2/tweets", json={"text": "Good morning"}).json()["data"]["id"]
    submit(sandbox, action="reply", in_reply_to=post, text="and to you")
    submit(sandbox, action="quote", in_reply_to=post, text="so polite")
    submit(sandbox, action="like", post=post)
    submit(sandbox, action="repost", post=post)
    submit(sandbox, action="follow", to="acmehelp_demo")
    shown = page(sandbox)
    assert all(words in shown for words in ("and to you", "so polite", "Liked 1", "Repost 1", "Unfollow"))
    own = re.search(r'id="delete-(\d+)"', shown)
    assert own
    submit(sandbox, action="delete", post=own.group(1))
    assert f'id="post-{own.group(1)}"' not in page(sandbox)


def test_a_form_that_makes_no_sense_says_so(sandbox: ThreadedSandbox) -> None:
    answer = submit(sandbox, action="reply", in_reply_to="1", text="hm")
    assert answer.status_code == 400
    assert "There is no post" in answer.text


def test_switches_and_faults_are_set_from_the_page(sandbox: ThreadedSandbox, acme: Client) -> None:
    form = {"as": "ana_demo", "tier": "enterprise", "echo": "never", "hold": "on"}
    requests.post(sandbox.base_url + "/sandbox/switches", data=form, timeout=5)
    assert (sandbox.world.switches.tier, sandbox.world.switches.hold) == ("enterprise", True)
    assert sandbox.world.switches.customers_answer is False
    fault = {"as": "ana_demo", "preset": "402", "path": "/2/tweets", "count": "1"}
    requests.post(sandbox.base_url + "/sandbox/faults", data=fault, timeout=5)
    assert acme.post("/2/tweets", json={"text": "Hello"}).status_code == 402


def test_the_page_knows_when_to_refresh(sandbox: ThreadedSandbox) -> None:
    def version() -> str:
        return str(requests.get(sandbox.base_url + "/sandbox/api/version", timeout=5).json()["version"])

    before = version()
    assert version() == before
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo hi")
    assert version() != before


def test_edits_signals_and_profiles_work_from_the_page(sandbox: ThreadedSandbox) -> None:
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo helo?")["id"]
    assert f'id="edit-text-{asked}"' in page(sandbox)
    shown = submit(sandbox, action="edit", post=asked, text="@acmehelp_demo hello?").text
    assert ("hello?" in shown, "helo?" in shown, "edited" in shown) == (True, False, True)
    submit(sandbox, action="block", to="acmehelp_demo")
    assert sandbox.world.store.number("SELECT count(*) FROM relation WHERE kind = 'block'") == 1
    assert 'id="signal-form"' in shown
    assert "Porto Alegre" in submit(sandbox, action="profile", field="geo", value="Porto Alegre").text


def test_an_answer_to_an_older_version_hangs_on_the_newest(sandbox: ThreadedSandbox, acme: Client) -> None:
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo helo?")["id"]
    acme.post("/2/tweets", json={"text": "Hello Ana!", "reply": {"in_reply_to_tweet_id": asked}})
    sandbox.act("edit", user="ana_demo", post=asked, text="@acmehelp_demo hello?")
    thread = page(sandbox)
    assert thread.count('data-author="ana_demo"') == 1
    assert "Hello Ana!" in thread


def test_one_can_be_the_brand_in_xs_own_app(sandbox: ThreadedSandbox) -> None:
    shown = page(sandbox, who="acmehelp_demo")
    assert ('id="dm-to"' in shown, 'id="follow-send"' in shown) == (True, False)
    submit(sandbox, **{"as": "acmehelp_demo"}, action="dm", to="ana_demo", text="from my telephone")
    assert sandbox.world.store.number("SELECT count(*) FROM message WHERE app_id IS NULL") == 1


def test_offered_buttons_can_be_tapped(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    options = {"type": "options", "options": [{"label": "Card", "metadata": "refund:card"}]}
    data = {"text": "How?", "quick_reply": options}
    event = {"message_create": {"target": {"recipient_id": "900000000000000002"}, "message_data": data}}
    acme.post("/1.1/direct_messages/events/new.json", json={"event": {"type": "message_create", **event}})
    assert re.search(r'id="option-\d+-1">Card<', page(sandbox))
    submit(sandbox, action="quick_reply", to="acmehelp_demo", option="1")
    tapped = sandbox.world.store.number("SELECT count(*) FROM message WHERE extra LIKE '%refund:card%'")
    assert tapped == 2


def test_a_bad_day_is_begun_from_the_page(sandbox: ThreadedSandbox) -> None:
    form = {"as": "ana_demo", "seed": "2"}
    shown = requests.post(sandbox.base_url + "/sandbox/bad-day", data=form, timeout=5).text
    assert "of 2000 acts" in shown
    second = requests.post(sandbox.base_url + "/sandbox/bad-day", data=form, timeout=5)
    assert (second.status_code, "under way" in second.text) == (400, True)


def test_the_second_brand_has_a_page_of_its_own(sandbox: ThreadedSandbox) -> None:
    submit(sandbox, action="dm", to="acmecargo_demo", text="where is my crate?", brand="acmecargo_demo")
    answer = submit(sandbox, action="post", text="@acmecargo_demo my crate is late", brand="acmecargo_demo")
    assert "brand=acmecargo_demo" in answer.url
    assert "my crate is late" in answer.text and "where is my crate?" in answer.text
    assert "my crate is late" not in page(sandbox) and "where is my crate?" not in page(sandbox)


def test_media_show_their_alternative_text(sandbox: ThreadedSandbox, acme: Client) -> None:
    form = {"media_category": "tweet_image"}
    photo = acme.post("/2/media/upload", files={"media": png()}, data=form).json()["data"]["id"]
    acme.post("/2/media/metadata", json={"id": photo, "metadata": {"alt_text": {"text": 'A "late" plane'}}})
    acme.post("/2/tweets", json={"text": "Sorry", "media": {"media_ids": [photo]}})
    assert 'alt="A &#34;late&#34; plane"' in page(sandbox)


def test_the_brand_stands_there_with_its_lists_and_people(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.act("list", user="acmehelp_demo", name="VIPs", members=["ben_demo"])
    acme.put("/2/users/me/settings", json={"protected": True})
    submit(sandbox, action="follow", to="acmehelp_demo")
    shown = page(sandbox)
    part = shown[shown.index('id="brand-profile"') : shown.index('id="timeline"')]
    assert all(words in part for words in ("VIPs", "@ben_demo", "Wants to follow (1)", "Support for made-up"))
    assert "Asked to follow" in shown and 'id="accept-' not in part
    submit(sandbox, **{"as": "acmehelp_demo"}, action="accept", to="ana_demo")
    assert "Followers (1)" in page(sandbox)


def test_polls_and_buttons_work_from_the_page(sandbox: ThreadedSandbox, acme: Client) -> None:
    poll = {"options": ["Window", "Aisle"], "duration_minutes": 60}
    asked = acme.post("/2/tweets", json={"text": "Your seat?", "poll": poll}).json()["data"]["id"]
    assert 'Aisle</span> <span class="faint">1' in submit(sandbox, action="vote", post=asked, option="2").text
    link = "https://x.com/messages/compose?recipient_id=900000000000000001"
    body = {"text": "Write to us", "direct_message_deep_link": link}
    offered = acme.post("/2/tweets", json=body).json()["data"]["id"]
    address = re.search(f'id="message-{offered}" href="([^"]+)"', page(sandbox))
    assert address
    opened = requests.get(sandbox.base_url + address.group(1).replace("&amp;", "&"), timeout=5).text
    assert f'name="via_post" value="{offered}"' in opened


def test_who_is_shut_out_writes_nothing(sandbox: ThreadedSandbox, acme: Client) -> None:
    acme.post("/2/users/900000000000000002/dm/block")
    assert "takes no messages from @ana_demo" in submit(sandbox, action="dm", to="acmehelp_demo", text="hello").text
