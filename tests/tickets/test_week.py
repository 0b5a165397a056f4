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

EVENTS = ("reopened", "followed up", "raised", "set on_hold")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [5])
def test_a_recount_tells_the_same_week(settings: Any, seed: int) -> None:
    with carried(settings):
        log = play(set_up(), concerns=26, people=6, days=7, tick=timedelta(minutes=30), seed=seed)
    told = of_the_desk()
    assert told == of_the_recount(recount(log))
    assert sum(told["messages"].values()) > 60
    assert {name: told[name] > 0 for name in EVENTS} == dict.fromkeys(EVENTS, True)
