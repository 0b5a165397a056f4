"""How deliveries go: echoes, order, copies, disorder, outages, retries; faults and limits of the API."""

import time

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ANA, Client, Receiver
from twitter_integration.sandbox.server import ThreadedSandbox


def control(sandbox: ThreadedSandbox, what: str, **body: object) -> dict[str, object]:
    answer = requests.post(f"{sandbox.base_url}/sandbox/api/{what}", json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def states(sandbox: ThreadedSandbox) -> dict[str, int]:
    state = requests.get(f"{sandbox.base_url}/sandbox/api/state", timeout=5).json()
    return dict(state["deliveries"]["counts"])


def texts(receiver: Receiver) -> list[str]:
    return [body["direct_message_events"][0]["message_create"]["message_data"]["text"] for body in receiver.bodies]


def test_the_echo_comes_before_the_answer(acme: Client, receiver: Receiver, subscribed: str) -> None:
    receiver.delay = 0.2
    sent = acme.post(f"/2/dm_conversations/with/{ANA}/messages", json={"text": "On it"})
    assert receiver.bodies[0]["direct_message_events"][0]["id"] == sent.json()["data"]["dm_event_id"]


@pytest.mark.parametrize(("word", "echoes"), [("after", 1), ("never", 0)])
def test_the_echo_can_come_after_or_never(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str, word: str, echoes: int
) -> None:
    control(sandbox, "switch", echo=word)
    acme.post("/2/tweets", json={"text": "Good morning"})
    assert receiver.bodies == []
    assert sandbox.settle()
    assert len(receiver.bodies) == echoes


def test_events_of_an_account_arrive_in_order(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    for number in range(30):
        sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text=f"{number}")
    assert sandbox.settle()
    assert texts(receiver) == [f"{number}" for number in range(30)]


def test_disorder_and_copies_come_on_demand(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    control(sandbox, "switch", shuffle=True, duplicates=1)
    for number in range(12):
        sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text=f"{number}")
    assert sandbox.settle()
    assert len(receiver.received) == 24
    assert len({body for _, body in receiver.received}) == 12, "a copy is the same bytes"
    assert texts(receiver) != sorted(texts(receiver), key=int)


def test_an_outage_holds_everything_back(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    control(sandbox, "switch", hold=True)
    for number in range(3):
        sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text=f"{number}")
    time.sleep(0.2)
    assert receiver.received == []
    assert states(sandbox) == {"waiting": 3}
    control(sandbox, "switch", hold=False)
    assert sandbox.settle()
    assert texts(receiver) == ["0", "1", "2"]


def test_a_refused_delivery_is_tried_four_times(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    receiver.status = 500
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hello?")
    assert sandbox.settle()
    assert len(receiver.received) == 4
    assert states(sandbox) == {"failed": 1}


def test_a_slow_receiver_gets_the_event_again(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    control(sandbox, "switch", delivery_timeout=0.2, retry_delays=[0.3])
    receiver.delay = 0.35
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hello?")
    time.sleep(0.3)
    receiver.delay = 0
    assert sandbox.settle()
    assert states(sandbox) == {"delivered": 1}
    assert len({body for _, body in receiver.received}) == 1


def test_a_past_delivery_can_be_repeated(sandbox: ThreadedSandbox, receiver: Receiver, subscribed: str) -> None:
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="once")
    assert sandbox.settle()
    control(sandbox, "redeliver", id=1)
    assert sandbox.settle()
    assert receiver.received[0][1] == receiver.received[1][1]


def test_a_planned_429_has_the_headers_of_its_kind(sandbox: ThreadedSandbox, acme: Client) -> None:
    control(sandbox, "fault", kind="status", path="/2/tweets", status=429)
    control(sandbox, "fault", kind="status", path="/2/tweets", status=429, window="24h")
    quarter = acme.post("/2/tweets", json={"text": "one"})
    assert (quarter.status_code, quarter.headers["x-rate-limit-remaining"]) == (429, "0")
    day = acme.post("/2/tweets", json={"text": "two"})
    assert (day.status_code, day.headers["x-user-limit-24hour-remaining"]) == (429, "0")
    assert int(day.headers["x-rate-limit-remaining"]) > 0
    assert acme.post("/2/tweets", json={"text": "three"}).status_code == 201


@pytest.mark.parametrize("status", [402, 403, 503])
def test_a_planned_status_answers_without_doing_anything(sandbox: ThreadedSandbox, acme: Client, status: int) -> None:
    control(sandbox, "fault", kind="status", path="/2/tweets", status=status)
    before = sandbox.world.store.number("SELECT count(*) FROM post")
    assert acme.post("/2/tweets", json={"text": "Hello"}).status_code == status
    assert sandbox.world.store.number("SELECT count(*) FROM post") == before


def test_a_cut_connection_hides_a_message_that_was_sent(sandbox: ThreadedSandbox, acme: Client, ana: Client) -> None:
    control(sandbox, "fault", kind="cut", path="/2/dm_conversations/*", method="POST")
    with pytest.raises(requests.ConnectionError):
        acme.post(f"/2/dm_conversations/with/{ANA}/messages", json={"text": "did it go out?"})
    assert ana.get("/2/dm_events").json()["data"][0]["text"] == "did it go out?"


def test_a_slow_answer_comes_after_the_work_is_done(sandbox: ThreadedSandbox, acme: Client) -> None:
    control(sandbox, "fault", kind="slow", path="/2/tweets", seconds=0.5)
    with pytest.raises(requests.ReadTimeout):
        acme.post("/2/tweets", json={"text": "slow"}, timeout=0.2)
    assert acme.get("/2/tweets/search/recent", params={"query": "slow"}).json()["meta"]["result_count"] == 1


def test_the_sixteenth_message_in_a_quarter_is_refused_when_limits_hold(sandbox: ThreadedSandbox, acme: Client) -> None:
    control(sandbox, "switch", limits="real")
    path = f"/2/dm_conversations/with/{ANA}/messages"
    sent = [acme.post(path, json={"text": f"{number}"}).status_code for number in range(16)]
    assert sent == [201] * 15 + [429]


def test_an_unknown_switch_or_action_says_what_is_known(sandbox: ThreadedSandbox) -> None:
    for what, body in (("switch", {"nonsense": 1}), ("act", {"action": "fly", "user": "ana_demo"})):
        answer = requests.post(f"{sandbox.base_url}/sandbox/api/{what}", json=body, timeout=5)
        assert answer.status_code == 400
        assert "Known:" in answer.json()["error"] or "There is no switch" in answer.json()["error"]


def test_the_control_api_is_for_this_machine_only(sandbox: ThreadedSandbox) -> None:
    url = sandbox.base_url + "/sandbox/api/state"
    for foreign in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        assert requests.get(url, headers=foreign, timeout=5).status_code == 403
