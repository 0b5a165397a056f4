"""What belongs to a ticket can be asked for: only what the person may read counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import (
    BEN,
    NOW,
    make_agent,
    make_answer,
    make_customer,
    make_media,
    make_message,
    make_note,
    make_ticket,
)
from tests.finding.asking import WAYS, find, find_all
from tickets.choices import ApprovalState, SendState, Visibility
from tickets.models import (
    Approval,
    ChecklistItem,
    CustomerList,
    Draft,
    Identity,
    ListEntry,
    Message,
    SearchLabel,
    Skill,
    Tag,
    Ticket,
    Watch,
)

pytestmark = pytest.mark.django_db


def found(line: str, by: User, way: str) -> list[int]:
    return find_all(line, by=by, size=10, reach=WAYS[way])


def ask_approval(message: Message, state: str = ApprovalState.WAITING) -> Approval:
    times = {"asked_at": NOW, "expires_at": NOW}
    assert message.agent is not None
    return Approval.objects.create(message=message, address=message.address, writer=message.agent, state=state, **times)


@pytest.fixture
def bob(db: None) -> User:
    return make_agent("bob")


@pytest.fixture
def full(alice: User, bob: User) -> Ticket:
    """A ticket with everything there is, by Bob."""
    ben = make_customer(BEN, followers=12_000)
    ticket = make_ticket(ben)
    make_media(make_message(ticket, "Wo ist mein Koffer?", language="de", labels=["Lost bags", "Delays"]))
    SearchLabel.objects.bulk_create(SearchLabel(name=name) for name in ("Lost bags", "Delays", "Seats"))
    make_note(ticket, agent=bob)
    ask_approval(make_answer(ticket, agent=bob, state=SendState.AWAITING))
    ticket.tags.add(Tag.objects.create(name="refund"))
    ticket.skills.add(Skill.objects.create(name="German"))
    ChecklistItem.objects.create(ticket=ticket, text="Call", added_at=NOW)
    Draft.objects.create(person=alice, ticket=ticket, mode="public", began="public", text="Dear", changed_at=NOW)
    Watch.objects.create(ticket=ticket, person=alice, at=NOW)
    ListEntry.objects.create(list=CustomerList.objects.create(name="VIPs"), handle="ben_demo", identity=ben)
    return ticket


ASKED = (
    *("has:note", "has:attachment", "has:draft", "has:approval", "has:checklist", "has:tag", "has:draft,note"),
    *("approval:waiting", "approval:approved,waiting", "by:bob", "by:bob,alice", "watching:me", "watching:alice"),
    *("language:de", "language:german", "skill:german", "skill:german,none -skill:none", "is:vip"),
    *('search:"lost bags"', "search:delays,seats"),
    *("followers:>1000", "followers:12000", "followers:10k..", "followers:..1m", "followers:<20k"),
)


@pytest.mark.parametrize("way", WAYS)
def test_what_belongs_to_a_ticket_can_be_asked_for(
    alice: User, full: Ticket, way: str, subtests: pytest.Subtests
) -> None:
    other = make_ticket()
    make_message(other, "Where is my bag?", language="en")
    for line in ASKED:
        with subtests.test(line):
            assert found(line, alice, way) == [full.pk]
            if "-" not in line:
                assert found(f"-{line}", alice, way) == [other.pk]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_somebody_elses_is_not_mine(full: Ticket, way: str, subtests: pytest.Subtests) -> None:
    carol = make_agent("carol")
    for line in ("has:draft", "watching:me", "by:me", "approval:approved", "has:draft,note -by:bob"):
        with subtests.test(line):
            assert found(line, carol, way) == []


@pytest.mark.parametrize("way", WAYS)
def test_private_belongings_count_for_who_may_read_them_alone(alice: User, petra: User, bob: User, way: str) -> None:
    mixed = make_ticket()
    make_message(mixed, "A public word", language="en")
    make_media(make_message(mixed, "Ein privates Wort", language="de", visibility=Visibility.PRIVATE))
    ask_approval(make_answer(mixed, agent=bob, state=SendState.AWAITING, visibility=Visibility.PRIVATE))
    for line in ("has:attachment", "has:approval", "approval:waiting", "by:bob", "language:de"):
        assert found(line, alice, way) == [mixed.pk], line
        assert found(line, petra, way) == [], line
        assert found(f"-{line}", petra, way) == [mixed.pk], line


@pytest.mark.parametrize(("told", "asked"), [("iw", "he"), ("no", "nb"), ("zh-cn", "zh"), ("de", "de")])
def test_a_language_is_found_by_every_code_it_is_told_by(alice: User, told: str, asked: str) -> None:
    ticket = make_ticket()
    make_message(ticket, language=told)
    assert find(f"language:{asked}", by=alice) == [ticket.pk]


def test_what_went_automatically_is_nobodys_answer(alice: User) -> None:
    facts: dict[str, Any] = {"agent": alice, "automated": True, "visibility": Visibility.PRIVATE}
    make_answer(make_ticket(private=True), **facts)
    assert find("by:me", by=alice) == []


def test_who_has_unknown_followers_has_neither_many_nor_few(alice: User) -> None:
    make_ticket(make_customer(BEN, followers=None))
    assert find("followers:..10", by=alice) == find("followers:>10", by=alice) == []


def test_nobody_is_a_vip_where_no_list_is_called_so(alice: User) -> None:
    ben = make_customer(BEN)
    make_ticket(ben)
    ListEntry.objects.create(list=CustomerList.objects.create(name="Press"), handle="ben_demo", identity=ben)
    assert Identity.objects.count() == 1 and find("is:vip", by=alice) == []


@pytest.mark.parametrize("way", WAYS)
def test_who_answered_and_when_are_one_question_side_by_side(alice: User, bob: User, way: str) -> None:
    """Bob answered the first then, the second at another time, when Alice did."""
    first, second = make_ticket(), make_ticket(make_customer(BEN))
    make_answer(first, agent=bob, sent_at=NOW)
    make_answer(second, agent=bob, sent_at=NOW - timedelta(days=3))
    make_answer(second, agent=alice, sent_at=NOW)
    day = f"{NOW:%Y-%m-%d}"
    assert found(f"by:bob answered:{day}", alice, way) == [first.pk]
    assert found(f"answered:{day} by:me", alice, way) == [second.pk]
    assert found(f"by:bob (answered:{day})", alice, way) == [second.pk, first.pk]
    assert found(f"by:bob -answered:{day}", alice, way) == []
    assert found(f"answered:{day} -by:alice", alice, way) == [first.pk]
    assert found(f"by:bob,me answered:{day} is:open", alice, way) == [second.pk, first.pk]
