"""The page without JavaScript: forms and what they lead to."""

import re

import requests

from tests.twitter_integration.sandbox.conftest import Client
from twitter_integration.sandbox.server import ThreadedSandbox


def page(sandbox: ThreadedSandbox, who: str = "ana_demo") -> str:
    return requests.get(sandbox.base_url, params={"as": who}, timeout=5).text


def submit(sandbox: ThreadedSandbox, **form: str) -> requests.Response:
    return requests.post(sandbox.base_url + "/sandbox/do", data={"as": "ana_demo", **form}, timeout=5)


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


def test_links_made_for_x_lead_to_the_page(sandbox: ThreadedSandbox) -> None:
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello?")["id"]
    answer = requests.get(f"{sandbox.base_url}/ana_demo/status/{asked}", allow_redirects=False, timeout=5)
    assert answer.headers["Location"] == f"/?as=ana_demo#post-{asked}"
    assert requests.get(f"{sandbox.base_url}/i/status/{asked}", timeout=5).status_code == 200
    assert requests.get(f"{sandbox.base_url}/ana_demo/status/1", timeout=5).status_code == 404
    assert 'value="ben_demo" selected' in requests.get(f"{sandbox.base_url}/ben_demo", timeout=5).text
