"""X for tests: the sandbox over real HTTP on loopback, and Acme's account connected to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import make_policy, make_queue, unaudited
from tests.twitter_integration.doorbell import reachable
from twitter_integration.models import PartnerAccount
from twitter_integration.sandbox import server
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision

__all__ = ["acme", "reachable", "sandbox"]


@pytest.fixture
def sandbox(settings: Any) -> Iterator[server.ThreadedSandbox]:
    """A fresh sandbox in X's place."""
    running = server.start_in_thread()
    settings.X_API_URL = settings.X_UPLOAD_URL = settings.X_WEB_URL = running.base_url
    settings.X_TIMEOUT_SECONDS = 5.0
    yield running
    running.stop()


@pytest.fixture
def acme(db: None, sandbox: server.ThreadedSandbox) -> PartnerAccount:
    """Acme's account with its keys of the sandbox, going to Support under the policy Standard."""
    make_queue("Support")
    make_policy("Standard")
    keys = sandbox.credentials
    brand = keys["accounts"][0]
    return unaudited(provision)(
        AppFacts(
            name="Acme app",
            consumer_key=keys["consumer_key"],
            consumer_secret=keys["consumer_secret"],
            bearer_token=keys["bearer_token"],
            tier="self-serve",
        ),
        AccountFacts(
            page_id=brand["user_id"],
            page_name=brand["handle"],
            access_token=brand["access_token"],
            access_token_secret=brand["access_token_secret"],
            queue="Support",
            sla_policy="Standard",
        ),
        now=timezone.now(),
    )
