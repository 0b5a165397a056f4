"""A week on the desk in small (bench/week): what the desk's own rows tell of it is what a slow recount tells from the
raw log of what people did, to the second."""

import random
from datetime import timedelta
from typing import Any

import pytest

from bench.week.carrier import carried
from bench.week.desk import set_up
from bench.week.figures import of_the_desk, of_the_recount
from bench.week.floor import Floor
from bench.week.people import Crowd, Talk
from bench.week.play import Week, play
from bench.week.recount import recount
from bench.week.world import NEW_YORK, START
from tickets.models import Ticket

# What the scenes of bench/week see to, whatever the dice say.
EVENTS = (
    *("merged", "undone", "split", "taken back", "reopened", "raised", "set on_hold", "set resolved"),
    *("put aside", "brought back by time", "brought back by message", "over the clock change", "over the holiday"),
    *("given, sticky", "given, round_robin", "given, least_loaded", "given to another when it came back"),
    *("passed, skills", "passed, away", "passed, unseen", "passed, full"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [5])
def test_a_recount_tells_the_same_week(settings: Any, seed: int) -> None:
    with carried(settings):
        log = play(set_up(), concerns=6, people=4, days=7, tick=timedelta(hours=1), seed=seed)
    told = of_the_desk()
    assert told == of_the_recount(recount(log))
    assert sum(told["messages"].values()) > 50
    assert {name for name in EVENTS if not told[name]} == set()


@pytest.mark.django_db
def test_a_recount_hears_what_follows_up_in_any_order(settings: Any) -> None:
    """Three posts after a resolution: the last is heard first, then the first, then the one between them."""
    chance, agents, log = random.Random(5), set_up(), list[dict[str, Any]]()
    week = Week(chance, agents, Crowd(chance, START + timedelta(days=1)), timedelta(minutes=1), log, Floor(agents, log))
    talk = Talk(NEW_YORK.key, "9300000000000000001", private=False)
    minute = timedelta(minutes=1)
    week.now = START + minute
    week.crowd.say(talk, at=week.now, heard=week.now)
    week.hear()
    week.set_status(Ticket.objects.get(), talk.asked, "resolved", "ada")
    for said, heard in ((2, 12), (3, 13), (4, 11)):
        week.crowd.say(talk, at=START + said * minute, heard=START + heard * minute)
    for now in (11, 12, 13):
        week.now = START + now * minute
        week.hear()
    told = of_the_desk()
    assert (told["tickets"], told["followed up"]) == (2, 1)
    assert told == of_the_recount(recount(log))
