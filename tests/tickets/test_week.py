"""A week on the desk in small (bench/week): what the desk's own rows tell of it is what a slow recount tells from the
raw log of what people did, to the second."""

from datetime import timedelta
from typing import Any

import pytest

from bench.week.carrier import carried
from bench.week.desk import set_up
from bench.week.figures import of_the_desk, of_the_recount
from bench.week.play import play
from bench.week.recount import recount

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
