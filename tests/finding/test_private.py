"""Nobody learns by searching what they may not read: not by a hit, nor by its absence, its order or its words."""

import pytest
from django.contrib.auth.models import User

from tests.factories import NOW, make_message, make_note, make_outsider, make_queue, make_ticket, staff
from tests.finding.asking import WAYS, find
from tickets.choices import Visibility
from tickets.finding.entries import index
from tickets.finding.meaning import understand
from tickets.finding.reading import find_page, snippets_of
from tickets.finding.terms import NotUnderstood

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("way", WAYS)]


def test_private_words_are_found_by_who_may_read_them_alone(alice: User, petra: User, way: str) -> None:
    dm, mixed, reach = make_ticket(private=True), make_ticket(), WAYS[way]
    said = [make_message(dm, "A private zebra"), make_message(mixed, "A public giraffe")]
    said.append(make_message(mixed, "The zebra again", visibility=Visibility.PRIVATE))
    index(said)
    assert find("zebra", by=alice, reach=reach) == [mixed.pk, dm.pk]
    assert find("zebra", by=petra, reach=reach) == []
    assert find("giraffe", by=petra, reach=reach) == [mixed.pk]
    assert find(f"#{dm.pk}", by=petra, reach=reach) == find("is:dm", by=petra, reach=reach) == []


def test_what_one_may_not_read_excludes_nothing_either(petra: User, way: str) -> None:
    mixed = make_ticket()
    index([make_message(mixed, "A giraffe"), make_message(mixed, "A zebra", visibility=Visibility.PRIVATE)])
    assert find("giraffe -zebra", by=petra, reach=WAYS[way]) == [mixed.pk]
    assert find("-zebra", by=petra, reach=WAYS[way]) == [mixed.pk]


def test_an_excerpt_shows_what_one_may_read(alice: User, petra: User, way: str) -> None:
    mixed = make_ticket()
    index([make_message(mixed, "A zebra"), make_message(mixed, "A secret zebra", visibility=Visibility.PRIVATE)])
    for person, words in ((alice, "A secret zebra"), (petra, "A zebra")):
        asked = understand("zebra", user=person, now=NOW)
        page = find_page(asked, reach=WAYS[way])
        assert dict(snippets_of(asked, page.tickets)) == {mixed.pk: words}


def test_notes_are_found_by_colleagues(petra: User, way: str) -> None:
    ticket = make_ticket()
    index([make_note(ticket, "Ask the zookeeper")])
    assert find("zookeeper", by=petra, reach=WAYS[way]) == [ticket.pk]


@pytest.mark.parametrize("line", ["zebra", "-okapi", "is:open", "", "from:ana"])
def test_a_stranger_finds_nothing(way: str, line: str, acme: object) -> None:
    index([make_message(make_ticket(), "A zebra")])
    assert find(line, by=make_outsider(), reach=WAYS[way]) == []


def test_nor_what_is_in_a_queue_that_is_not_open_to_them_nor_its_name(petra: User, way: str) -> None:
    staff("Investigations", "Detectives")
    index([make_message(make_ticket(queue=make_queue("Investigations")), "A zebra")])
    assert find("zebra", by=petra, reach=WAYS[way]) == find("is:open", by=petra, reach=WAYS[way]) == []
    for line in ("queue:investigations", "queue:investigation"):
        with pytest.raises(NotUnderstood) as found:
            find(line, by=petra)
        assert not found.value.problems[0].meant


def test_nor_by_leaving_out_the_others(petra: User, alice: User, way: str) -> None:
    make_queue("Support")
    staff("Investigations", "Detectives", alice)
    secret = make_ticket(queue=make_queue("Investigations"))
    index([make_message(secret, "A zebra")])
    assert find("-okapi", by=petra, reach=WAYS[way]) == find("-queue:support", by=petra, reach=WAYS[way]) == []
    assert find("queue:investigations zebra", by=alice, reach=WAYS[way]) == [secret.pk]
