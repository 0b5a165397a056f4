"""X's pages that links lead to: forms for a post, a like, a follow, and the places where a person acts by hand."""

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ANA, Receiver
from twitter_integration.offers import OFFERS
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.tiers import path_by_hand

BRAND = "acmehelp_demo"


def opened(sandbox: ThreadedSandbox, path: str) -> requests.Response:
    return requests.get(sandbox.base_url + path, timeout=5)


def press(sandbox: ThreadedSandbox, path: str = "/sandbox/as", **form: str) -> requests.Response:
    return requests.post(sandbox.base_url + path, data={"as": BRAND, "next": "/home"} | form, timeout=5)


def mention(sandbox: ThreadedSandbox) -> str:
    return str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello?")["id"])


@pytest.mark.parametrize("operation", [name for name, offer in OFFERS.items() if offer.by_hand])
def test_wherever_a_hand_off_leads_there_is_a_page(sandbox: ThreadedSandbox, operation: str) -> None:
    post, made = mention(sandbox), sandbox.act("list", user=BRAND, name="VIPs")["id"]
    link = f"{sandbox.base_url}/i/status/{post}"
    known = {"post": post, "link": link, "person": ANA, "handle": "ana_demo", "own": BRAND, "list": str(made)}
    answer = opened(sandbox, path_by_hand(operation, text="Hi", **known))
    assert answer.status_code == 200 and "this is not X" in answer.text


def test_a_reply_by_hand_is_posted_as_the_account_and_the_webhook_hears_of_it(
    sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str
) -> None:
    post = mention(sandbox)
    form = opened(sandbox, f"/intent/tweet?in_reply_to={post}&text=On%20its%20way").text
    assert "On its way</textarea>" in form and f'value="{BRAND}" selected' in form
    told = press(sandbox, "/intent/tweet", in_reply_to=post, text="On its way")
    assert "Your reply is posted." in told.text and f"/{BRAND}/status/" in told.url
    sandbox.settle(timeout=10)
    assert any(b"On its way" in body for _headers, body in receiver.received)


def test_a_refused_post_keeps_its_words(sandbox: ThreadedSandbox) -> None:
    sandbox.act("block", user="ana_demo", to=BRAND)
    answer = press(sandbox, "/intent/post", in_reply_to=mention(sandbox), text="On its way")
    assert (answer.status_code, "On its way</textarea>" in answer.text) == (400, True)


def test_a_link_to_a_post_quotes_it(sandbox: ThreadedSandbox) -> None:
    post = mention(sandbox)
    assert f'name="quote" value="{post}"' in opened(sandbox, f"/intent/tweet?url=https://x.com/i/status/{post}").text


def test_what_is_done_on_a_post_can_be_taken_back_there(sandbox: ThreadedSandbox) -> None:
    post = mention(sandbox)
    there = f"/i/status/{post}"
    assert "Take the like back" in press(sandbox, action="like", post=post, next=there).text
    assert "Undo the repost" in press(sandbox, action="repost", post=post, next=there).text
    assert "Take the like back" not in press(sandbox, action="unlike", post=post, next=there).text
    assert "Undo the repost" not in press(sandbox, action="unrepost", post=post, next=there).text


def test_people_are_followed_muted_and_reported_on_their_page(sandbox: ThreadedSandbox) -> None:
    for action in ("follow", "mute", "report"):
        shown = press(sandbox, action=action, to="ana_demo", next="/ana_demo").text
    assert all(words in shown for words in ("Unfollow", "Unmute", "Reported"))
    assert "@ana_demo" in opened(sandbox, "/settings/muted/all").text


def test_only_replies_in_own_conversations_are_hidden(sandbox: ThreadedSandbox) -> None:
    begun = str(sandbox.act("post", user=BRAND, text="Good morning")["id"])
    reply = str(sandbox.act("reply", user="ana_demo", in_reply_to=begun, text="and to you")["id"])
    assert 'value="hide"' in opened(sandbox, f"/i/status/{reply}").text
    assert 'value="hide"' not in opened(sandbox, f"/i/status/{mention(sandbox)}").text


def test_a_page_leads_nowhere_else(sandbox: ThreadedSandbox) -> None:
    form = {"as": BRAND, "action": "mute", "to": "ana_demo", "next": "//evil.example/"}
    answer = requests.post(f"{sandbox.base_url}/sandbox/as", data=form, allow_redirects=False, timeout=5)
    assert answer.headers["Location"].startswith("/home?")


def test_what_is_not_there_says_so(sandbox: ThreadedSandbox) -> None:
    paths = (
        "/ana_demo/status/1",
        "/nobody_here",
        "/i/lists/1",
        "/intent/like?tweet_id=1",
        "/intent/tweet?in_reply_to=1",
    )
    assert [opened(sandbox, path).status_code for path in paths] == [404] * 5
