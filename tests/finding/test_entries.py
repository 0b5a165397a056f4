"""What a message is found by is written with it, changes with it, goes with it, and follows it."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ACME, BEN, make_message, make_ticket
from tests.finding.asking import find, ticket_of
from tests.tickets.said import at, only_ticket, says, take_in, we_say, writes
from tickets.doctor import findings
from tickets.finding.entries import index
from tickets.happenings import Retraction
from tickets.intake import retract
from tickets.merging import merge
from tickets.models import Message, MessageVersion, SearchEntry
from tickets.regrouping.undoing import undo
from tickets.replies import note

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(acme: object) -> None:
    """Acme's address."""


def test_what_came_in_is_found_at_once(alice: User) -> None:
    take_in(says("My zebra is lost"), writes("A private giraffe", who=BEN), we_say("An announced okapi", to=None))
    assert find("zebra", by=alice) == [ticket_of("My zebra is lost")]
    assert find("giraffe", by=alice) == [ticket_of("A private giraffe")]
    assert find("okapi", by=alice) == []  # said to nobody in particular: on no ticket


def test_so_are_answers_and_notes(alice: User) -> None:
    take_in(says())
    ticket = only_ticket()
    note(ticket, text="Ask the zookeeper", by=alice, now=at(5))
    assert find("zookeeper", by=alice) == [ticket.pk]


def test_an_edited_message_is_found_by_its_present_words_only(alice: User) -> None:
    take_in(says("Wear is my zebra?", external_id="1000"))
    take_in(says("Where is my giraffe?", external_id="1002", versions=("1000", "1002"), edited_at=at(4)))
    assert MessageVersion.objects.filter(text="Wear is my zebra?").exists()
    assert find("giraffe", by=alice) == [only_ticket().pk]
    assert find("zebra", by=alice) == []


def test_a_text_that_comes_whole_later_is_found_whole(alice: User) -> None:
    take_in(says("My zebra is …", external_id="1000"))
    take_in(says("My zebra is called Gustav", external_id="1000", source="polling"))
    assert find("gustav", by=alice) == [only_ticket().pk]


@pytest.mark.parametrize("edited", [False, True])
def test_what_is_deleted_is_found_no_more(alice: User, edited: bool) -> None:
    take_in(says("Where is my zebra?", external_id="1000"))
    if edited:
        take_in(says("Where is my giraffe?", external_id="1002", versions=("1000", "1002"), edited_at=at(4)))
    gone = "1002" if edited else "1000"
    retract([Retraction(channel="twitter", address_key=ACME, external_id=gone, at=at(9))], now=at(9))
    assert find("zebra", by=alice) == find("giraffe", by=alice) == find("where", by=alice) == []
    assert not SearchEntry.objects.exists()


def test_words_that_change_by_any_way_are_found_no_more(alice: User) -> None:
    message = make_message(text="Where is my zebra?")
    index([message])
    Message.objects.update(text="")
    assert not SearchEntry.objects.exists()


def test_an_entry_follows_its_message_into_a_merge_and_back(alice: User) -> None:
    take_in(says("Where is my zebra?"), says("A giraffe came instead", who=BEN))
    zebra, giraffe = ticket_of("Where is my zebra?"), ticket_of("A giraffe came instead")
    gesture = merge([zebra], into=giraffe, by=alice, now=at(10), sure=True)
    assert find("zebra", by=alice) == [giraffe]
    undo(gesture.pk, by=alice, now=at(11))
    assert find("zebra", by=alice) == [zebra]


def test_a_whole_batch_costs_one_statement_more() -> None:
    with CaptureQueriesContext(connection) as told:
        take_in(*(says(f"Zebra {number}", who=str(920000000000000000 + number)) for number in range(50)))
    assert sum("tickets_searchentry" in one["sql"] for one in told.captured_queries) == 1
    assert SearchEntry.objects.count() == 50


def test_what_was_there_before_is_prepared_by_the_command_once(alice: User) -> None:
    messages = [make_message(make_ticket(), f"Zebra number {number}") for number in range(5)]
    index(messages[:2])
    assert _doctor() == "Some messages cannot be found by their words yet."
    assert _reindex() == "Prepared 3 messages." and _reindex() == "Prepared 0 messages."
    assert len(find("zebra", by=alice)) == 5
    assert _reindex("--all") == "Prepared 5 messages."
    assert _doctor() == "Every message can be found by its words."


def test_where_there_is_nothing_the_command_has_nothing_to_do() -> None:
    assert _reindex() == "Prepared 0 messages."


def _doctor() -> str:
    return next(one.sentence for one in findings() if one.subject == "Search")


def _reindex(*options: str) -> str:
    out = StringIO()
    call_command("reindex_search", *options, stdout=out)
    return out.getvalue().strip()
