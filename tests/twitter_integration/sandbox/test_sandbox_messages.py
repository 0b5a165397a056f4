"""Direct messages through API v2."""

import requests

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, Client, client_for
from twitter_integration.sandbox.server import ThreadedSandbox

PAIR = f"{ACME}-{ANA}"


def test_a_message_is_sent_and_names_its_conversation(acme: Client, ana: Client) -> None:
    sent = acme.post(f"/2/dm_conversations/with/{ANA}/messages", json={"text": "Looking into it & soon done"})
    assert sent.status_code == 201
    assert sent.json()["data"]["dm_conversation_id"] == PAIR
    event = ana.get("/2/dm_events").json()["data"][0]
    assert event == {
        "id": sent.json()["data"]["dm_event_id"],
        "text": "Looking into it &amp; soon done",
        "event_type": "MessageCreate",
    }


def test_a_conversation_is_read_with_either_path(sandbox: ThreadedSandbox, acme: Client) -> None:
    for number in range(3):
        sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text=f"message {number}")
    sandbox.act("dm", user="ben_demo", to="acmehelp_demo", text="somebody else's")
    fields = {"dm_event.fields": "sender_id,dm_conversation_id", "max_results": 2}
    first = acme.get(f"/2/dm_conversations/{PAIR}/dm_events", params=fields).json()
    assert [item["text"] for item in first["data"]] == ["message 2", "message 1"]
    assert {item["sender_id"] for item in first["data"]} == {ANA}
    more = {**fields, "pagination_token": first["meta"]["next_token"]}
    rest = acme.get(f"/2/dm_conversations/with/{ANA}/dm_events", params=more).json()
    assert [item["text"] for item in rest["data"]] == ["message 0"]


def test_nobody_reads_a_conversation_of_others(sandbox: ThreadedSandbox, ana: Client) -> None:
    event = sandbox.act("dm", user="ben_demo", to="acmehelp_demo", text="private")["id"]
    assert ana.get(f"/2/dm_events/{event}").status_code == 404
    assert ana.get(f"/2/dm_conversations/{ACME}-{BEN}/dm_events").status_code == 403


def test_a_closed_inbox_refuses_until_its_owner_writes(sandbox: ThreadedSandbox, acme: Client) -> None:
    quentin = next(item for item in sandbox.credentials["customers"] if item["handle"] == "quentin_demo")
    path = f"/2/dm_conversations/with/{quentin['user_id']}/messages"
    refused = acme.post(path, json={"text": "Bonjour"})
    assert (refused.status_code, refused.json()["detail"]) == (403, "You cannot send messages to this user.")
    sandbox.act("dm", user="quentin_demo", to="acmehelp_demo", text="Bonjour, j'attends")
    assert acme.post(path, json={"text": "Bonjour"}).status_code == 201


def test_a_message_to_nobody_or_without_words_is_refused(acme: Client) -> None:
    assert acme.post("/2/dm_conversations/with/1/messages", json={"text": "x"}).status_code == 404
    assert acme.post(f"/2/dm_conversations/with/{ANA}/messages", json={"text": " "}).status_code == 400


def test_a_body_without_content_type_is_read_as_json(acme: Client) -> None:
    headers = {"Content-Type": ""}
    sent = acme.post(f"/2/dm_conversations/with/{ANA}/messages", data=b'{"text":"hi"}', headers=headers)
    assert sent.status_code == 201


def test_an_attachment_is_served_to_its_parties_only(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="the receipt", media=1)
    params = {"expansions": "attachments.media_keys", "media.fields": "url", "dm_event.fields": "attachments"}
    url = acme.get("/2/dm_events", params=params).json()["includes"]["media"][0]["url"]
    assert acme.get(url).content.startswith(b"\x89PNG")
    assert requests.get(url, timeout=5).status_code == 400
    assert client_for(sandbox, BEN).get(url).status_code == 404


def test_only_the_sender_deletes_a_message(sandbox: ThreadedSandbox, acme: Client) -> None:
    theirs = sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hello")["id"]
    assert acme.delete(f"/2/dm_events/{theirs}").status_code == 403
    own = acme.post(f"/2/dm_conversations/{PAIR}/messages", json={"text": "hi"}).json()["data"]["dm_event_id"]
    assert acme.delete(f"/2/dm_events/{own}").json() == {"data": {"deleted": True}}
