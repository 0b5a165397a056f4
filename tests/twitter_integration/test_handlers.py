"""What each kind of event becomes for the helpdesk, on X's recorded bodies in both dialects."""

from pathlib import Path
from typing import Any

import pytest

from tests.factories import ACME, ANA, NOW
from tests.twitter_integration.bodies import post
from tickets.models import Address
from twitter_integration.choices import Outcome
from twitter_integration.events import Dialect, Kind, TypingEvent
from twitter_integration.handlers import Handled, handle
from twitter_integration.models import PartnerAccount
from twitter_integration.payloads import parse

FIXTURES = Path(__file__).parent / "fixtures"
ADDRESS = Address(channel="twitter", key=ACME, name="Acme")
ACCOUNT = PartnerAccount(page_id=ACME, page_name="acmehelp_demo", address=ADDRESS)
BOTH = ("account_activity", "x_activity")


def handled(dialect: str, name: str, *, account: PartnerAccount | None = ACCOUNT) -> Handled:
    (event,) = parse((FIXTURES / dialect / f"{name}.json").read_bytes()).events
    return handle(event, account, source=dialect, received_at=NOW)


def message(dialect: str, name: str) -> Any:
    found = handled(dialect, name)
    assert found.outcome == Outcome.ACTED and found.message is not None
    return found.message


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize(("name", "kind"), [("mention", "mention"), ("reply_to_us", "reply"), ("quote_of_us", "quote")])
def test_what_a_customer_says_publicly_is_a_public_message_of_hers(dialect: str, name: str, kind: str) -> None:
    said = message(dialect, name)
    assert (said.kind, said.by_us, said.private, said.address_key) == (kind, False, False, ACME)
    assert (said.author.external_id, said.counterpart, said.fingerprint) == (ANA, None, "")
    assert said.source == dialect and said.permalink.endswith(f"/status/{said.external_id}")


@pytest.mark.parametrize("dialect", BOTH)
def test_a_direct_message_is_private(dialect: str) -> None:
    said = message(dialect, "message_received")
    assert (said.kind, said.private, said.by_us, said.author.external_id) == ("direct", True, False, ANA)
    assert said.text == "Hi, my order is 5521 & I'm still waiting"
    assert said.conversation == f"{ACME}-{ANA}"


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize(
    ("name", "kind", "to"),
    [
        ("reply_by_us", "reply", ANA),
        ("post_by_us", "post", None),
        ("quote_by_us", "post", None),
        ("message_sent", "direct", ANA),
    ],
)
def test_what_we_said_elsewhere_knows_to_whom_and_its_fingerprint(
    dialect: str, name: str, kind: str, to: str | None
) -> None:
    said = message(dialect, name)
    assert said.by_us and len(said.fingerprint) == 32
    assert (said.counterpart.external_id if said.counterpart else None) == to
    assert said.kind == ("quote" if name == "quote_by_us" else kind)


def test_the_same_answer_has_the_same_fingerprint_in_both_dialects() -> None:
    told: dict[str, Any] = {"who": ACME, "answers": ("1950", ANA), "number": "1951"}
    bodies = [post("@ana_demo On its way &amp; insured.", dialect=dialect, **told) for dialect in BOTH]
    prints = [handle(parse(b).events[0], ACCOUNT, source="replay", received_at=NOW).message for b in bodies]
    assert len({message.fingerprint for message in prints if message}) == 1


def test_a_quote_carries_what_it_quotes() -> None:
    quoted = message("account_activity", "quote_of_us").quoted
    assert quoted is not None and quoted.author_handle == "acmehelp_demo" and quoted.text
    assert quoted.permalink.endswith(f"/acmehelp_demo/status/{quoted.external_id}")


def test_media_and_links_come_along() -> None:
    said = message("account_activity", "mention_video")
    assert [(a.kind, a.url.startswith("https://video.twimg.com/")) for a in said.attachments] == [("video", True)]
    photo = message("account_activity", "message_received_photo").attachments[0]
    assert photo.kind == "photo" and photo.needs_auth


def test_spans_count_in_the_text_that_is_shown() -> None:
    for dialect in BOTH:
        said = message(dialect, "mention")
        mentions = [said.text[s.start : s.end] for s in said.spans if s.kind == "mention"]
        assert mentions == ["@acmehelp_demo"]


@pytest.mark.parametrize("name", ["repost_of_us", "repost_by_us"])
@pytest.mark.parametrize("dialect", BOTH)
def test_a_repost_never_becomes_a_message(dialect: str, name: str) -> None:
    found = handled(dialect, name)
    assert (found.outcome, found.message) == (Outcome.COUNTED, None)


@pytest.mark.parametrize("dialect", BOTH)
def test_an_account_that_is_switched_off_ignores_everything(dialect: str) -> None:
    switched_off = PartnerAccount(page_id=ACME, page_name="acmehelp_demo", address=ADDRESS, enabled=False)
    found = handled(dialect, "mention", account=switched_off)
    assert (found.outcome, found.message) == (Outcome.IGNORED, None)
    assert found.reason == "The partner configuration is switched off."


def test_an_event_that_names_no_account_is_kept() -> None:
    event = TypingEvent(
        kind=Kind.TYPING,
        account_id="",
        occurred_at=NOW,
        dialect=Dialect.X_ACTIVITY,
        key="typing:1",
        person_id=ANA,
    )
    assert handle(event, None, source="x_activity", received_at=NOW).outcome == Outcome.KEPT


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.json")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_recorded_body_is_handled_without_a_fault(path: Path) -> None:
    for event in parse(path.read_bytes()).events:
        assert handle(event, ACCOUNT, source="replay", received_at=NOW).outcome in set(Outcome) - {Outcome.FAILED}
