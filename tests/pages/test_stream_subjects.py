"""What reposts, likes, quotes and answers on a stream tell of the post they are about."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.api.caller import Caller
from tests.factories import ACME, ANA, BEN, NOW, make_agent, make_queue, make_supervisor, staff
from tests.pages.test_stream import IGNORED, STREAM, read, statements, tell
from tests.twitter_integration.bodies import dump, name_of, post
from tests.twitter_integration.installed import install
from tickets.models import Message, Ticket
from twitter_integration.models import Event, PartnerAccount

pytestmark = pytest.mark.django_db
ASKED, OURS = "1900000000000000123", "1900000000000000456"
SECRET = ("delicate", "soothing", "Ana", "ana_demo", "Ben", "Open on X", ASKED, OURS)
HIDDEN = "About something on a ticket that you may not see"


@pytest.fixture
def acme() -> PartnerAccount:
    """Ana asked, we answered; only Legal may see it."""
    account = install()
    account.address.effects = {"reply_by_us": "counter", "reply_to_us": "counter"}
    account.address.save()
    tell(account, post("@acmehelp_demo a delicate matter", number=ASKED))
    account.address.effects = {}
    account.address.save()
    tell(account, post("@ana_demo a soothing word", who=ACME, number=OURS, answers=(ASKED, ANA)))
    staff(str(Ticket.objects.get().queue), "Legal")
    return account


def of(number: str, text: str, who: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(post(text, who=who, number=number))["tweet_create_events"][0]
    return found


def asked() -> dict[str, Any]:
    return of(ASKED, "@acmehelp_demo a delicate matter", ANA)


def answered() -> dict[str, Any]:
    return of(OURS, "@ana_demo a soothing word", ACME)


def repost(of: dict[str, Any], *, who: str = ACME, number: str = "") -> bytes:
    body = json.loads(post(f"RT {of['text']}", who=who, number=number))
    body["tweet_create_events"][0]["retweeted_status"] = of
    return dump(body)


def quote(of: dict[str, Any], *, who: str = ACME, text: str = "Ana of all people") -> bytes:
    body = json.loads(post(text, who=who))
    body["tweet_create_events"][0] |= {"quoted_status": of, "quoted_status_id_str": of["id_str"]}
    return dump(body)


def like(of: dict[str, Any], *, who: str = ACME) -> bytes:
    name, handle = name_of(who)
    person = {"id_str": who, "name": name, "screen_name": handle}
    told = {"id": f"like-{who}", "timestamp_ms": int(NOW.timestamp() * 1000), "favorited_status": of, "user": person}
    return dump({"for_user_id": ACME, "favorite_events": [told]})


def first_row(client: Client) -> str:
    return read(client).split('id="stream"')[1].split("</li>")[0]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(lambda: repost(asked()), id="we repost it"),
        pytest.param(lambda: like(asked()), id="we like it"),
        pytest.param(lambda: quote(asked()), id="we quote it"),
        pytest.param(lambda: repost(answered(), who=BEN), id="somebody reposts our answer"),
        pytest.param(lambda: like(answered(), who=BEN), id="somebody likes our answer"),
    ],
)
def test_what_is_about_a_ticket_out_of_sight_tells_neither_who_nor_what(
    body: Any, client: Client, acme: PartnerAccount
) -> None:
    tell(acme, body())
    client.force_login(make_agent())
    told = first_row(client)
    assert HIDDEN in told
    assert not [word for word in SECRET if word in told]
    (row, *_rest) = Caller(make_agent("bob")).get(f"accounts/{ACME}/stream/").json()["results"]
    assert [row[name] for name in ("person", "handle", "name", "text", "link")] == [""] * 5
    assert (row["came"], row["ticket"], row["customer"], row["makes"]) == ("out_of_sight", None, None, False)
    client.force_login(make_supervisor())
    assert HIDDEN not in first_row(client) and "Open on X" in first_row(client)


def test_an_answer_of_ours_that_is_only_counted_tells_no_more(client: Client, acme: PartnerAccount) -> None:
    acme.address.effects = {"reply_by_us": "counter"}
    acme.address.save()
    tell(acme, post("@ana_demo a word in your ear", who=ACME, answers=(ASKED, ANA)))
    client.force_login(make_agent())
    assert HIDDEN in first_row(client) and "a word in your ear" not in first_row(client)
    client.force_login(make_supervisor())
    assert "a word in your ear" in first_row(client)


def test_a_customer_who_is_known_from_elsewhere_is_not_named_by_what_is_out_of_sight(acme: PartnerAccount) -> None:
    other = Ticket.objects.get()
    tell(acme, post("@acmehelp_demo Where is my order?", conversation="77", dialect="x_activity"))
    Ticket.objects.exclude(pk=other.pk).update(queue=make_queue("Sales"))
    rows = Caller(make_agent()).get(f"accounts/{ACME}/stream/").json()["results"]
    assert [(row["came"], row["customer"] is None) for row in rows] == [
        ("ticket", False),
        ("out_of_sight", True),
        ("out_of_sight", True),
    ]


def test_of_what_is_about_a_ticket_out_of_sight_nobody_makes_one(client: Client, acme: PartnerAccount) -> None:
    tell(acme, repost(answered(), who=BEN))
    client.force_login(make_agent())
    event = Event.objects.latest("pk")
    told = client.post(f"{STREAM}{event.pk}/ticket/", follow=True).content.decode()
    assert "It is about what is on a ticket that you may not see." in told and Ticket.objects.count() == 1
    client.force_login(make_supervisor())
    assert "Ben" in client.get(IGNORED, {"event": event.pk}).content.decode()


def test_words_that_were_deleted_on_x_stay_in_no_repost_of_them(client: Client, acme: PartnerAccount) -> None:
    said = of("1001", "Out of stock", ACME)
    tell(acme, post("Out of stock", who=ACME, number="1001"), repost(said, who=BEN))
    client.force_login(make_agent())
    assert "Out of stock" in first_row(client) and "Open on X" in first_row(client)
    gone = {"status": {"id": "1001", "user_id": ACME}, "timestamp_ms": str(int(NOW.timestamp() * 1000))}
    tell(acme, dump({"for_user_id": ACME, "tweet_delete_events": [gone]}))
    told = read(client, kind="repost_of_us").split('id="stream"')[1]
    assert "Out of stock" not in told and "Its words are gone since" in told and "Open on X" not in told


def test_a_repost_says_what_the_post_says_by_now(client: Client, acme: PartnerAccount) -> None:
    tell(acme, repost(asked()))
    Message.objects.filter(external_id=ASKED).update(text="a matter of fact")
    client.force_login(make_supervisor())
    assert "a matter of fact" in first_row(client)


def test_a_stream_asks_no_more_for_many_reposts(client: Client, acme: PartnerAccount) -> None:
    client.force_login(make_agent())
    tell(acme, repost(asked()), quote(asked()), repost(of("1001", "Out of stock", ACME), who=BEN))
    few = statements(client)
    for n in range(8):
        said = of(str(2001 + n), f"@acmehelp_demo {n}", str(900000000000003000 + n))
        tell(acme, post(f"@acmehelp_demo {n}", number=said["id_str"], who=said["user"]["id_str"]), repost(said))
    assert statements(client) == few
