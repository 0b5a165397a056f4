"""What was said before tickets were merged and is told after it (docs/rules.md, "Merging, splitting, moving, linking"):
what is owed then, and how the ticket stands, is as if it had been told before."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.tickets.said import at, says, take_in, we_say
from tickets.choices import Metric, Status
from tickets.inbound import InboundMessage
from tickets.merging import merge
from tickets.models import Ticket
from tickets.promises.sides import Talk, Union, Word

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
ONE, OTHER, MERGED = "1000", "2000", 50


def said(what: str, on: str, minute: int, number: int) -> InboundMessage:
    told: dict[str, Any] = {"external_id": str(3000 + number), "in_reply_to": on, "conversation": on, "minute": minute}
    return says(**told) if what == "asks" else we_say(**told)


def play(
    first: int, before: Sequence[InboundMessage], after: Sequence[InboundMessage], *, swap: bool, by: User
) -> tuple[str, list[Any]]:
    """Ana asks at 0 and, in a conversation of its own, at `first`; both are one since 50. How it stands then, and what
    is owed."""
    take_in(says(external_id=ONE, conversation=ONE), minute=0)
    take_in(says(external_id=OTHER, conversation=OTHER, minute=first), minute=first)
    for one in before:
        take_in(one, minute=40)
    gone, home = Ticket.objects.order_by("-pk" if swap else "pk")
    merge([gone.pk], into=home.pk, by=by, now=at(MERGED))
    for one in after:
        take_in(one, minute=60)
    home.refresh_from_db()
    running = home.clocks.filter(ended_at=None).exclude(metric=Metric.RESOLUTION)
    found = home.status, list(running.values_list("metric", "started_at", "due_at"))
    Ticket.objects.all().delete()
    return found


@pytest.mark.parametrize("seed", range(30))
def test_it_is_as_if_it_had_been_told_before(seed: int, alice: User) -> None:
    chance = random.Random(seed)
    first = chance.randint(0, 30)
    minutes = sorted(chance.randint(first + 1, MERGED - 1) for _ in range(chance.randint(1, 6)))
    story = [
        said(chance.choice(("asks", "answers")), chance.choice((ONE, OTHER)), minute, number)
        for number, minute in enumerate(minutes)
    ]
    later = [said(chance.choice(("asks", "answers")), chance.choice((ONE, OTHER)), 55, 90)][: chance.randint(0, 1)]
    late = [one for one in story if chance.random() < 0.5]
    swap = chance.random() < 0.5
    in_order = play(first, story, later, swap=swap, by=alice)
    known = [one for one in story if one not in late]
    assert in_order == play(first, known, [*chance.sample(late, len(late)), *later], swap=swap, by=alice)


@pytest.mark.parametrize("swap", [False, True])
def test_an_answer_on_the_one_leaves_the_other_owed(swap: bool, alice: User) -> None:
    status, owed = play(20, [], [said("answers", OTHER, 30, 1)], swap=swap, by=alice)
    assert (status, owed) == (Status.OPEN, [(Metric.FIRST_RESPONSE, at(0), at(60))])


def test_an_answer_after_the_merge_answers_all_of_it(alice: User) -> None:
    assert play(20, [], [said("answers", OTHER, 55, 1)], swap=False, by=alice) == (Status.PENDING, [])


def test_a_question_is_answered_by_what_came_after_it_where_it_was_then() -> None:
    unions = [Union(at(10), {1}, 2), Union(at(20), {2}, 3)]
    asked = [Word(at=at(minute), by_us=False, origin=origin) for minute, origin in ((0, 1), (1, 2), (2, 3))]

    def left(*answers: Word) -> list[int]:
        return [one.origin for one in Talk([*asked, *answers], unions).unanswered()]

    assert left() == [1, 2, 3]
    assert left(Word(at=at(5), by_us=True, origin=2)) == [1, 3]
    assert left(Word(at=at(15), by_us=True, origin=1)) == [3]
    assert left(Word(at=at(25), by_us=True, origin=1)) == []
    assert left(Word(at=at(5), by_us=True, origin=3, decided=True)) == [1, 2]
