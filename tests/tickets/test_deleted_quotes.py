"""What is deleted on its channel leaves the messages that quote it, too."""

from typing import Any

import pytest

from tests.factories import ACME, BEN, make_address
from tests.tickets.said import at, says, take_in, we_say
from tickets.happenings import Retraction
from tickets.inbound import InboundMessage, Quoted
from tickets.intake import retract
from tickets.models import Message

OTHER = "900000000000000009"
SECRET = "Our new product is called Zebra"


@pytest.fixture(autouse=True)
def acme(db: None) -> None:
    make_address(ACME)


def quote(number: str, **fields: Any) -> InboundMessage:
    """Ben quotes Acme's post of that number."""
    quoted = Quoted(external_id=number, author_handle="acmehelp_demo", text=SECRET)
    return says("Zebra? Really?", who=BEN, kind="quote", quoted=quoted, **({"minute": 5} | fields))


def delete(number: str, *, minute: float = 10, **fields: Any) -> None:
    gone = Retraction(channel="twitter", address_key=ACME, external_id=number, at=at(minute), **fields)
    retract([gone], now=at(minute))


def quoted_in(message: InboundMessage) -> dict[str, Any]:
    row = Message.objects.get(external_id=message.external_id, address__key=message.address_key)
    return dict(row.quoted or {})


def test_the_copy_goes_and_who_said_it_and_when_it_went_stay() -> None:
    said, other = we_say(SECRET, to=None), we_say("Something else", to=None)
    quoting, unconcerned = quote(said.external_id), quote(other.external_id)
    take_in(said, other, quoting, unconcerned)
    delete(said.external_id)
    assert quoted_in(quoting)["text"] == ""
    assert quoted_in(quoting)["author_handle"] == "acmehelp_demo"
    assert quoted_in(quoting)["deleted_at"] == at(10).isoformat()
    assert quoted_in(unconcerned)["text"] == SECRET


def test_a_quote_that_comes_after_the_deletion_comes_without_the_words() -> None:
    said = we_say(SECRET, to=None)
    delete(said.external_id)
    late = quote(said.external_id)
    take_in(late)
    assert quoted_in(late)["text"] == "" and Message.objects.get(external_id=late.external_id).text == "Zebra? Really?"


def test_whichever_version_is_quoted_and_whichever_is_told_to_be_gone() -> None:
    first = we_say(SECRET, to=None)
    newest = f"{int(first.external_id) + 9000}"
    edited = we_say(SECRET, to=None, minute=2, external_id=newest, versions=(first.external_id, newest))
    early, late = quote(first.external_id), quote(edited.external_id)
    take_in(first, early)
    take_in(edited, late)
    delete(first.external_id)
    assert quoted_in(early)["text"] == quoted_in(late)["text"] == ""
    later = quote(first.external_id)
    take_in(later)
    assert quoted_in(later)["text"] == ""


def test_another_account_keeps_its_copy_until_it_is_told_itself() -> None:
    make_address(OTHER)
    here, there = quote("1"), quote("1", address_key=OTHER)
    take_in(here, there)
    delete("1")
    assert (quoted_in(here)["text"], quoted_in(there)["text"]) == ("", SECRET)


def test_what_was_only_quoted_is_emptied_without_a_tombstone() -> None:
    quoting = quote("1")
    take_in(quoting)
    delete("1", quoted_only=True)
    assert quoted_in(quoting)["text"] == "" and Message.objects.count() == 1
