"""The way out to X, over real HTTP: signed calls, and every way in which they can fail."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest

from tests.serving import serving
from twitter_integration.client import LARGEST_ANSWER, XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.oauth import Keys
from twitter_integration.sandbox.server import ThreadedSandbox


def keys_from(sandbox: ThreadedSandbox, **changes: str) -> Keys:
    told = sandbox.credentials
    brand = told["accounts"][0]
    values = {name: told[name] for name in ("consumer_key", "consumer_secret", "bearer_token")}
    values |= {name: brand[name] for name in ("access_token", "access_token_secret")}
    return Keys(**(values | changes))


@pytest.fixture
def client(sandbox: ThreadedSandbox) -> Iterator[XClient]:
    with XClient(keys_from(sandbox)) as made:
        yield made


def failure(call: Any, *arguments: Any, **options: Any) -> XError:
    with pytest.raises(XError) as caught:
        call(*arguments, **options)
    return caught.value


def test_it_learns_whose_token_it_has(client: XClient) -> None:
    answer = client.me()
    assert answer.data["id"] == "900000000000000001"
    assert answer.data["username"] == "acmehelp_demo"
    assert answer.date


def test_it_posts_text_that_signing_libraries_stumble_over(client: XClient) -> None:
    posted = client.post("Hi! 50% off & more – résumé (it's *here*) 👋").data
    found = client.posts([posted["id"]]).rows
    assert found[0]["text"].startswith("Hi! 50% off &amp; more – résumé (it's *here*) 👋")


def test_it_sends_a_direct_message_and_finds_it_in_the_conversation(client: XClient) -> None:
    sent = client.send_message("900000000000000002", "On its way.").data
    events = client.messages_with("900000000000000002").rows
    assert [event["id"] for event in events] == [sent["dm_event_id"]]


def test_wrong_keys_are_told_from_a_dead_token(sandbox: ThreadedSandbox) -> None:
    with XClient(keys_from(sandbox, consumer_secret="wrong")) as client:
        assert failure(client.me).kind == ErrorKind.WRONG_KEYS
    with XClient(keys_from(sandbox, access_token="900000000000000001-gone")) as client:
        assert failure(client.me).kind in (ErrorKind.DEAD_TOKEN, ErrorKind.WRONG_KEYS)


def test_a_cut_connection_leaves_the_fate_of_a_post_open(client: XClient, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("cut", path="/2/tweets")
    error = failure(client.post, "Did it work?")
    assert error.kind == ErrorKind.NO_ANSWER
    assert error.unsettled and not error.permanent


def test_a_late_answer_leaves_the_fate_of_a_post_open_but_not_of_a_read(sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("slow", seconds=1.0, count=2)
    with XClient(keys_from(sandbox), timeout=0.3) as client:
        assert failure(client.post, "Did it work?").unsettled
        assert not failure(client.me).unsettled


def test_nobody_listening_is_certain_to_have_sent_nothing() -> None:
    with XClient(Keys(consumer_key="k", consumer_secret="s"), base_url="http://127.0.0.1:9") as client:
        error = failure(client.post, "Hello?")
    assert error.kind == ErrorKind.UNREACHABLE
    assert not error.unsettled and not error.permanent


def test_a_spent_day_limit_names_its_waiting_time(client: XClient, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", status=429, window="24h")
    error = failure(client.post, "One more")
    assert error.kind == ErrorKind.RATE
    assert error.retry_after is not None and error.retry_after > 15 * 60


def test_credits_that_are_gone_stop_the_account(client: XClient, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", status=402)
    assert failure(client.post, "One more").stops


def test_a_key_is_never_printed_by_accident(client: XClient, sandbox: ThreadedSandbox) -> None:
    keys = keys_from(sandbox)
    assert keys.consumer_secret not in repr(keys)
    assert keys.access_token not in repr(keys)


class Odd(BaseHTTPRequestHandler):
    """A proxy gone wrong, as found on the way to X."""

    status: ClassVar[int] = 200
    headers_sent: ClassVar[dict[str, str]] = {}
    body: ClassVar[bytes] = b""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers["Authorization"])
        self.send_response(self.status)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def odd() -> Iterator[Any]:
    class OddNow(Odd):
        seen: ClassVar[list[str]] = []

    with serving(OddNow) as address:
        OddNow.address = address  # type: ignore[attr-defined]  # for this test only
        yield OddNow


def ask(odd: Any) -> XError:
    with XClient(Keys(consumer_key="k", consumer_secret="s"), base_url=odd.address) as client:
        return failure(client.me)


def test_it_follows_no_redirect_with_our_signature(odd: Any) -> None:
    odd.status, odd.headers_sent = 302, {"Location": "http://127.0.0.1:9/elsewhere"}
    assert ask(odd).kind == ErrorKind.REDIRECTED


def test_a_page_of_a_proxy_is_no_answer_of_x(odd: Any) -> None:
    odd.body = b"<html>Please sign in to the network</html>"
    assert ask(odd).kind == ErrorKind.UNREADABLE


def test_it_goes_by_the_proxy_the_environment_names(odd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    odd.body = b'{"data": {}}'
    monkeypatch.setenv("http_proxy", odd.address)
    with XClient(Keys(consumer_key="k", consumer_secret="s"), base_url="http://x.example") as client:
        client.me()
    assert len(odd.seen) == 1


def test_an_endless_answer_is_given_up(odd: Any) -> None:
    odd.body = b'{"data": "' + b"x" * LARGEST_ANSWER + b'"}'
    assert ask(odd).kind == ErrorKind.UNREADABLE


def test_it_fetches_the_apps_token_when_it_has_none(odd: Any) -> None:
    odd.body = b'{"token_type": "bearer", "access_token": "AAAA-demo", "data": []}'
    keys = Keys(consumer_key="k", consumer_secret="s")
    with XClient(keys, base_url=odd.address) as client:
        client.request("GET", "/2/webhooks", auth="app")
    assert odd.seen == ["Basic azpz", "Bearer AAAA-demo"]
