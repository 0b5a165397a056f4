"""Operating an account by REST: each action of the console at its address, with the same checks and record."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.api.caller import EVERY_SCOPE, Caller, code_of
from tests.contracts.test_console import PIXEL
from tests.factories import make_agent, make_outsider, make_supervisor
from tickets.models import OutboxEntry
from twitter_integration.models import AccountAct, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox

ANA = "900000000000000002"
READER = ("accounts:read",)


@pytest.fixture
def sam(db: None) -> Caller:
    return Caller(make_supervisor())


def at(account: PartnerAccount, rest: str) -> str:
    return f"accounts/{account.page_id}/{rest}/"


def test_a_program_reads_mentions_page_by_page(acme: PartnerAccount, sandbox: ThreadedSandbox, sam: Caller) -> None:
    asked = [sandbox.act("post", user="ana_demo", text=f"@acmehelp_demo where is {n}?")["id"] for n in range(7)]
    first = sam.get(at(acme, "read/mentions"), {"count": 5}).json()
    assert [row["id"] for row in first["results"]] == [str(number) for number in asked[:1:-1]]
    assert first["results"][0]["author"]["handle"] == "ana_demo"
    second = sam.client.get(first["next"]).json()
    assert [row["id"] for row in second["results"]][:2] == [str(asked[1]), str(asked[0])]


def test_it_mutes_with_a_reason_and_the_record_tells_it(acme: PartnerAccount, sam: Caller) -> None:
    answer = sam.post(at(acme, "do/mute"), {"person": ANA})
    assert code_of(answer) == (400, "invalid") and "reason" in answer.json()["fields"]
    done = sam.post(at(acme, "do/mute"), {"person": "@ana_demo", "reason": "Floods"}).json()
    assert (done["sentence"], done["already"], done["dialect"]) == ("Muted.", False, "v2")
    (act,) = sam.get(at(acme, "acts"), {"action": "mute"}).json()["results"]
    assert act == done["act"] and (act["by"], act["via"], act["target"]) == ("sam", "api", ANA)


def test_the_record_tells_a_list_s_old_name_and_its_new_one(acme: PartnerAccount, sam: Caller) -> None:
    made = sam.post(at(acme, "do/create-list"), {"name": "Fans"}).json()["result"]
    done = sam.post(at(acme, "do/update-list"), {"list": made, "name": "Friends", "private": True}).json()
    assert done["act"]["changes"] == [
        {"field": "name", "before": "Fans", "after": "Friends"},
        {"field": "private", "before": None, "after": "yes"},
    ]


@pytest.mark.parametrize("act", ["mute", "unmute"])
def test_a_click_may_be_told_of_where_none_is_asked_for(acme: PartnerAccount, sam: Caller, act: str) -> None:
    answer = sam.post(at(acme, f"do/{act}"), {"person": ANA, "reason": "Floods", "confirmed": True})
    assert answer.status_code == 200


@pytest.mark.parametrize("word", [1, "yes", "true", None])
def test_only_true_is_a_click(acme: PartnerAccount, sam: Caller, word: object) -> None:
    answer = sam.post(at(acme, "do/post"), {"text": "We open at nine.", "confirmed": word})
    assert code_of(answer) == (400, "invalid") and "confirmed" in answer.json()["fields"]


def test_nobody_confirms_what_is_too_long(acme: PartnerAccount, sam: Caller) -> None:
    answer = sam.post(at(acme, "do/post"), {"text": "word " * 63})
    assert code_of(answer) == (400, "invalid") and "too long" in answer.json()["fields"]["text"][0]
    assert code_of(sam.post(at(acme, "do/post"), {"text": "word " * 63, "parts": 2})) == (409, "not_confirmed")


def test_a_click_is_asked_for(acme: PartnerAccount, sandbox: ThreadedSandbox, sam: Caller) -> None:
    post = str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello")["id"])
    assert code_of(sam.post(at(acme, "do/repost"), {"post": post})) == (409, "not_confirmed")
    assert sam.post(at(acme, "do/repost"), {"post": post, "confirmed": True}).json()["sentence"] == "Reposted."


def test_a_post_is_scheduled_with_a_picture_and_what_it_shows(acme: PartnerAccount, sam: Caller) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    picture = {"name": "dot.png", "content": base64.b64encode(PIXEL).decode(), "alt_text": "A red dot"}
    told = {"text": "Look", "at": tomorrow.isoformat(), "files": [picture], "confirmed": True}
    assert sam.post(at(acme, "do/post"), told).json()["sentence"].startswith("It is scheduled for ")
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.not_before) == ("scheduled", tomorrow)
    assert [media.alt_text for media in entry.message.media.all()] == ["A red dot"]


def test_a_file_that_is_no_picture_is_refused_and_nothing_kept(acme: PartnerAccount, sam: Caller) -> None:
    words = {"name": "dot.png", "content": base64.b64encode(b"no picture").decode()}
    answer = sam.post(at(acme, "do/post"), {"text": "Look", "files": [words], "confirmed": True})
    assert code_of(answer) == (409, "cannot_act") and "is not a picture" in answer.json()["message"]
    assert not OutboxEntry.objects.exists()


def test_what_the_tier_forbids_comes_with_the_way_by_hand(acme: PartnerAccount, sam: Caller) -> None:
    answer = sam.post(at(acme, "do/like"), {"post": "19", "confirmed": True})
    assert code_of(answer) == (422, "not_offered")
    assert answer.json()["fields"]["by_hand"][0].endswith("/intent/like?tweet_id=19")
    told = {row["action"]: row for row in sam.get(at(acme, "actions")).json()["results"]}
    assert "Enterprise" in told["like"]["why_not"] and told["mute"]["why_not"] == ""
    assert told["home"]["price"] == "0.0050"


def test_what_x_refuses_and_what_it_does_not_answer(
    acme: PartnerAccount, sandbox: ThreadedSandbox, sam: Caller
) -> None:
    sandbox.world.faults.plan("status", status=403, path="/2/lists", code=226)
    assert code_of(sam.post(at(acme, "do/create-list"), {"name": "Partners"}))[0] == 422
    sandbox.world.faults.plan("cut", path="/2/lists")
    answer = sam.post(at(acme, "do/create-list"), {"name": "Partners"}, Idempotency_Key="once")
    assert code_of(answer) == (502, "unsettled")
    again = sam.post(at(acme, "do/create-list"), {"name": "Partners"}, Idempotency_Key="once")
    assert code_of(again) == (409, "key_pending")


def test_a_picture_is_base64(acme: PartnerAccount, sam: Caller) -> None:
    body = {"picture": base64.b64encode(PIXEL).decode(), "confirmed": True}
    assert sam.post(at(acme, "do/picture"), body).status_code == 200
    assert code_of(sam.post(at(acme, "do/picture"), body | {"picture": "?"})) == (400, "invalid")


def test_a_collection_goes_out_and_in(acme: PartnerAccount, sam: Caller) -> None:
    made = sam.post(at(acme, "do/create-collection"), {"name": "Praise"}).json()["result"]
    sam.post(at(acme, "do/collect"), {"collection": int(made), "post": "1934268415012081666"})
    (file,) = sam.get(at(acme, "read/export-collection"), {"collection": made}).json()["results"]
    again = sam.post(at(acme, "do/import-collection"), {"file": file["text"], "name": "Copy"}).json()
    (post,) = sam.get(at(acme, "read/collection"), {"collection": again["result"]}).json()["results"]
    assert (post["id"], post["place"]) == ("1934268415012081666", 1)


@pytest.mark.parametrize(
    ("who", "scopes", "path", "refusal"),
    [
        (make_outsider, EVERY_SCOPE, "read/home", (404, "not_found")),
        (make_outsider, EVERY_SCOPE, "do/mute", (404, "not_found")),
        (make_agent, READER, "do/mute", (403, "scope_missing")),
        (make_agent, EVERY_SCOPE, "do/create-list", (403, "not_allowed")),
        (make_agent, READER, "read/conversations", (403, "not_allowed")),
        (make_agent, EVERY_SCOPE, "read/nothing", (404, "not_found")),
    ],
)
def test_who_may_not(
    acme: PartnerAccount, who: Any, scopes: tuple[str, ...], path: str, refusal: tuple[int, str]
) -> None:
    caller = Caller(who(), *scopes)
    body = {"name": "Mine", "person": ANA, "reason": "x"}
    words = {name: body[name] for name in (("name",) if "list" in path else ("person", "reason"))}
    answer = caller.get(at(acme, path)) if path.startswith("read") else caller.post(at(acme, path), words)
    assert code_of(answer) == refusal


def test_private_acts_are_shown_only_to_who_may_read_them(acme: PartnerAccount, sam: Caller) -> None:
    sam.get(at(acme, "read/conversations"))
    assert AccountAct.objects.get().private
    without = Caller(make_supervisor("sue"), "accounts:read")
    assert without.get(at(acme, "acts")).json()["results"] == []
    assert len(sam.get(at(acme, "acts")).json()["results"]) == 1
