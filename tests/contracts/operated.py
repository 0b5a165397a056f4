"""Acme's console against a live X that a whole module shares, and the book of what was proved in which dialect."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.factories import make_queue
from twitter_integration.console import doing
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import Dialect
from twitter_integration.sandbox import server, users
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision

PROVED: dict[str, set[Dialect]] = {}
_numbers = count(1)


def proves(*actions: str) -> pytest.MarkDecorator:
    """Run once in each dialect that has all these actions."""
    dialects = [dialect for dialect in Dialect if all(dialect in ACTIONS[name].ways for name in actions)]
    for name in actions:
        PROVED.setdefault(name, set()).update(dialects)
    return pytest.mark.parametrize("dialect", dialects)


@dataclass(kw_only=True)
class Console:
    """What a supervisor at the console does, in one dialect."""

    account: PartnerAccount
    sandbox: server.ThreadedSandbox
    by: User | None = None

    def do(self, action: str, dialect: Dialect | None = None, **values: Any) -> doing.Done:
        actor = as_actor(self.by, via="page") if self.by else Actor(name="operator", via="command")
        order = doing.Order(action=action, values=values, reason="Because.", confirmed=True, dialect=dialect)
        done = doing.perform(self.account, order, actor=actor, now=timezone.now())
        assert done.dialect == dialect or dialect is None
        assert not done.outcome.unreadable
        return done

    def read(self, action: str, dialect: Dialect | None = None, **values: Any) -> list[str]:
        """The ids of the rows."""
        return [row.id for row in self.do(action, dialect, **values).outcome.rows]

    def person(self, handle: str) -> str:
        found = users.find(self.sandbox.world.store, handle)
        assert found is not None
        return str(found.id)

    def post(self, user: str = "ana_demo", text: str = "", **more: Any) -> str:
        words = text or f"@acmehelp_demo where is my order {next(_numbers)}?"
        return str(self.sandbox.act("post", user=user, text=words, **more)["id"])


@pytest.fixture(scope="module")
def world() -> Iterator[server.ThreadedSandbox]:
    """An X in which Enterprise is sold, so that both dialects are open."""
    running = server.start_in_thread()
    running.world.switches.set("tier", "enterprise")
    yield running
    running.stop()


@pytest.fixture
def console(db: None, world: server.ThreadedSandbox, settings: Any) -> Console:
    settings.X_API_URL = settings.X_UPLOAD_URL = settings.X_WEB_URL = world.base_url
    settings.X_TIMEOUT_SECONDS = 20.0
    return Console(account=connect(world, 0), sandbox=world)


def connect(world: server.ThreadedSandbox, number: int) -> PartnerAccount:
    """One of the brand's accounts with its keys of the sandbox."""
    keys = world.credentials
    brand = keys["accounts"][number]
    make_queue("Support")
    return provision(
        AppFacts(
            name="Acme app",
            consumer_key=keys["consumer_key"],
            consumer_secret=keys["consumer_secret"],
            bearer_token=keys["bearer_token"],
            tier="enterprise",
        ),
        AccountFacts(
            page_id=brand["user_id"],
            page_name=brand["handle"],
            access_token=brand["access_token"],
            access_token_secret=brand["access_token_secret"],
            queue="Support",
        ),
        now=timezone.now(),
    )
