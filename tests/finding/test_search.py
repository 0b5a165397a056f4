"""What a search finds: the words of a conversation in any script, and everything a ticket can be asked for by."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import (
    ANA,
    BEN,
    NOW,
    make_address,
    make_agent,
    make_customer,
    make_folder,
    make_message,
    make_policy,
    make_queue,
    make_ticket,
)
from tests.finding.asking import WAYS, find, find_all
from tests.tickets.said import at
from tickets.finding.entries import index
from tickets.finding.problems import placed
from tickets.finding.reading import Reach
from tickets.finding.terms import NotUnderstood
from tickets.finding.vocabulary import IS
from tickets.models import HandleChange, Tag, Ticket

pytestmark = pytest.mark.django_db


def said(*texts: str, **fields: Any) -> int:
    """A ticket on which this was said."""
    ticket = make_ticket(**fields)
    index([make_message(ticket, text) for text in texts])
    return ticket.pk


def later(minutes: float, *texts: str, **fields: Any) -> int:
    return said(*texts, last_message_at=NOW + timedelta(minutes=minutes), **fields)


CONVERSATIONS = {
    "Arabic": "مرحبا، أين حقيبتي؟ رقم الطلب ١٢٣٤٥ ولم تصل بعد",
    "Thai": "สวัสดีค่ะ กระเป๋าเดินทางหายที่สนามบิน ช่วยด้วย",
    "Japanese": "注文した荷物がまだ届きません。キャンセルできますか？",
    "Chinese": "我的行李在机场丢失了，请帮助我",
    "Korean": "주문한 가방을 아직 받지 못했어요",
    "French": "Je voudrais un remboursement, j’ai déjà réservé l’hôtel",
    "German": "Mein Koffer steht seit Dienstag am Straßenrand",
    "Turkish": "İstanbul uçuşum iptal edildi",
}


ASKED = [
    ("حقيبتي", "Arabic"),
    ("12345", "Arabic"),
    ("اين", "Arabic"),
    ("กระเป๋า", "Thai"),
    ("สนามบิน หาย", "Thai"),
    ("荷物", "Japanese"),
    ("届きません", "Japanese"),
    ("ｷｬﾝｾﾙ", "Japanese"),
    ("荷", "Japanese"),
    ("行李", "Chinese"),
    ("机场丢失", "Chinese"),
    ("가방", "Korean"),
    ("deja reserve", "French"),
    ("HOTEL", "French"),
    ("rembours*", "French"),
    ("strassenrand", "German"),
    ("istanbul", "Turkish"),
]


@pytest.mark.parametrize("way", WAYS)
def test_words_are_found_within_a_sentence_of_any_language(alice: User, way: str, subtests: pytest.Subtests) -> None:
    tickets = {name: said(text) for name, text in CONVERSATIONS.items()}
    for words, language in ASKED:
        with subtests.test(f"{language}: {words}"):
            assert find(words, by=alice, reach=WAYS[way]) == [tickets[language]]


@pytest.mark.parametrize("way", WAYS)
def test_all_words_stand_in_one_message_and_those_with_a_minus_in_none(alice: User, way: str) -> None:
    both = said("My zebra and my giraffe")
    said("My zebra", "My giraffe")
    neither = said("My okapi")
    assert find("zebra giraffe", by=alice, reach=WAYS[way]) == [both]
    assert find("okapi -zebra", by=alice, reach=WAYS[way]) == [neither]
    assert find("-zebra", by=alice, reach=WAYS[way]) == [neither]
    assert find("my -zebra -okapi", by=alice, reach=WAYS[way]) == []


def test_exact_words_stand_one_after_the_other(alice: User) -> None:
    lost = said("My lost bag is green")
    said("The bag is lost")
    assert find('"lost bag"', by=alice) == [lost]
    assert len(find("lost bag", by=alice)) == 2


def test_a_number_is_found_however_it_is_grouped(alice: User) -> None:
    grouped, plain = later(1, "Order AB-1234-56 please"), said("order ab123456!")
    assert find("AB-1234-56", by=alice) == [grouped, plain]
    assert find("ab123456", by=alice) == [grouped, plain]
    assert find("1234", by=alice) == [grouped]


def test_a_customer_is_found_by_name_handle_and_earlier_handle(alice: User) -> None:
    zoe = make_customer(BEN, name="Zoë Müller", handle="zoe_m")
    HandleChange.objects.create(identity=zoe, before="old_zoe", after="zoe_m", seen_at=NOW)
    hers, other = said("Hello", identity=zoe), said("Hello", identity=make_customer(ANA))
    for line in ("zoe", "Müll*", "zoe muller", "old_zoe", "from:zoe", "from:@zoe_m", "from:@OLD_ZOE", "from:mul"):
        assert find(line, by=alice) == [hers], line
    assert find("-from:@zoe_m", by=alice) == [other]
    assert find("from:@zoe", by=alice) == []  # a handle is meant in full
    assert find("hello from:zoe", by=alice) == [hers]


def test_pages_follow_each_other_the_newest_first(alice: User, subtests: pytest.Subtests) -> None:
    tickets = [later(number // 2, "A zebra again") for number in range(7)]
    newest_first = sorted(tickets, key=lambda pk: (Ticket.objects.get(pk=pk).last_message_at, pk), reverse=True)
    for way, line in product(WAYS, ("zebra", "-okapi", "is:open", "zebra is:open", "")):
        with subtests.test(f"{line} {way}"):
            assert find_all(line, by=alice, size=2, reach=WAYS[way]) == newest_first


def test_where_a_walk_ends_the_next_page_goes_on(alice: User) -> None:
    """No page reads more than so many tickets, however rare what is looked for."""
    old = said("A zebra")
    for number in range(10):
        later(number + 1, "A giraffe")
    assert find_all("zebra", by=alice, size=2, reach=Reach(few=-1, far=3, too_many=0)) == [old]
    assert find_all("-giraffe", by=alice, size=2, reach=Reach(far=3)) == [old]


def test_everything_a_ticket_has_can_be_asked_for(alice: User) -> None:
    ben, orders, policy = make_agent("ben", last_name="Bold"), make_folder("Lost bags"), make_policy("Gold")
    place = {"queue": make_queue("Billing"), "folder": orders, "sla_policy": policy, "assignee": ben}
    account = make_address("900000000000000077", name="Acme Air", handle="acmeair")
    other = said("Hello", assignee=alice)
    one = said("Hello", **place, address=account, priority="high", status="pending", private=True)
    Ticket.objects.get(pk=one).tags.add(Tag.objects.create(name="refund"), Tag.objects.create(name="vip"))
    fits = (
        "queue:billing", "queue:BILLING,support is:dm", 'folder:"Lost bags"', "sla:gold", "assignee:ben",
        'assignee:"ben bold"', "account:acmeair", "account:@acmeair", 'account:"acme air"', "priority:high,urgent",
        "status:pending", "is:dm", "is:private", "kind:direct", "tag:refund", "tag:REFUND,vip", "-assignee:me",
        "is:assigned -is:mine", "is:open is:dm", f"#{one}", "-is:public",
    )  # fmt: skip
    for line in fits:
        assert find(line, by=alice) == [one], line
    assert find("-tag:vip is:dm,public priority:high", by=alice) == []
    for line in (
        "assignee:me",
        "is:mine",
        "-is:dm",
        "is:public",
        f"-#{one}",
        "folder:none",
        "-sla:gold",
        "-tag:refund",
    ):
        assert find(line, by=alice) == [other], line


def test_what_is_due_can_be_asked_for(alice: User) -> None:
    late, soon, far = (said("Hi", next_due_at=at(minutes)) for minutes in (-10, 60, 3000))
    none, done = said("Hi"), said("Hi", status="closed", next_due_at=at(-10))
    asked = {"due:late": [late], "due:none": [none], "due:<2h": [soon, late], "due:>1d": [far], "is:breached": [late]}
    for line, tickets in asked.items():
        assert sorted(find(line, by=alice, now=at(0))) == sorted(tickets), line
    assert done in find("-due:late", by=alice, now=at(0))


def test_when_it_began_and_was_written_to_last_can_be_asked_for(alice: User) -> None:
    old = said("Hi", created_at=NOW - timedelta(days=9), last_message_at=NOW - timedelta(hours=1))
    new = said("Hi", created_at=NOW, last_message_at=NOW)
    asked = {"created:>7d": [old], "created:<7d": [new], "updated:<30m": [new], "updated:2026-03-02": [new, old]}
    for line, tickets in asked.items():
        assert find(line, by=alice, now=NOW) == tickets, line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("queue:bilingual", "There is no queue “bilingual”. (at character 7)"),
        ("queue:suport", "There is no queue “suport”. Did you mean support? (at character 7)"),
        ("is:open assignee:alise", "There is no colleague “alise”. Did you mean alice? (at character 18)"),
        ("tag:x", "There is no tag “x”. (at character 5)"),
    ],
)
def test_a_name_that_nothing_has_is_explained(alice: User, line: str, said: str) -> None:
    make_queue("Support")
    with pytest.raises(NotUnderstood) as found:
        find(line, by=alice)
    assert placed(found.value) == [said]


HOSTILE = [
    "'; DROP TABLE tickets_ticket; --",
    "%s %(x)s {0}",
    "\\' \\ & | ! <-> :*",
    "from:'\\:*",
    "from:\\",
    "a\x00b from:\x00x",
    "\ud800 x",
    f"#{'9' * 400}",
    "#0",
    "“荷” 😡 -😡",
    '"' + "a " * 240 + '"',
    " ".join(f"-word{n}" for n in range(30)),
    "from:" + "a" * 490,
    "created:>9999w",
    "updated:<9999w",
    "due:>9999d",
    "is:merged is:merged is:merged",
    "(" * 200 + ")" * 200,
    "((((('; DROP TABLE x)))))",
    "a OR " * 20 + "b",
    "followers:>999999999999m",
    "-(a b OR -is:open) OR language:de",
]


@pytest.mark.parametrize("way", WAYS)
def test_hostile_lines_find_nothing_and_break_nothing(alice: User, way: str, subtests: pytest.Subtests) -> None:
    pk = said("a quiet conversation")
    for line in HOSTILE:
        with subtests.test(ascii(line)[:60]):
            try:
                assert find(line, by=alice, reach=WAYS[way]) in ([], [pk])
            except NotUnderstood as fault:
                assert placed(fault)
            assert find("quiet", by=alice, reach=WAYS[way]) == [pk]


def test_every_state_that_may_be_asked_for_is_found(alice: User, subtests: pytest.Subtests) -> None:
    make_ticket(private=True, snoozed_at=NOW)
    for word in IS:
        with subtests.test(word):
            assert find(f"is:{word}", by=alice) is not None
            assert find(f"-is:{word}", by=alice) is not None
