"""Strangers read the served OpenAPI and call whatever it promises, in every way they can think of.

What they may not find: a server error, an answer that is not described, one that is not of the described shape. Short
in the suite; CONTRACT_EXAMPLES=200 looks longer (docs/api.md).
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from kapture.api_tokens import LARGEST_RATE
from kapture.api_views import description
from tests.api.caller import Caller
from tests.api.one_of_each import one_of_each
from tests.factories import make_person

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "1"))
# As many examples for each endpoint as the house asks.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300 + 300 * EXAMPLES)]
# That whatever fits the description is accepted: a row must be there too, and a cursor be one of ours.
OF_ANY_ROW = positive_data_acceptance
THOROUGH = EXAMPLES > 10


@pytest.fixture
def contract(db: None) -> Iterator[Any]:
    """The served document with the application behind it, on the test's own connection, as Django's client has it."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(f"{settings.API_PREFIX}schema/", get_wsgi_application())
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def ids(alice: User, acme: object, wire: object) -> dict[str, dict[str, str]]:
    """A ticket with something of everything; by first word of an address, what stands in its braces."""
    return one_of_each(alice)


def call(contract: Any, name: str, ids: dict[str, dict[str, str]], caller: Caller) -> None:
    """Requests as the description allows and as it forbids, on rows that are there and on any."""
    method, path = name.split()
    operation = contract[path][method]
    known = {word: pk for word, pk in ids.get(path.split("/")[3], {}).items() if f"{{{word}}}" in path}
    ways = [operation.as_strategy(generation_mode=mode, path_parameters=known or None) for mode in GenerationMode]
    if known and THOROUGH:
        ways += [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @given(case=st.one_of(ways))
    @how(
        max_examples=EXAMPLES * len(ways),
        database=None,
        derandomize=not THOROUGH,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def promised(case: Any) -> None:
        # In the process nobody unpacks what is sent compressed.
        headers = {"Authorization": f"Bearer {caller.secret}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers, excluded_checks=[OF_ANY_ROW])

    promised()


def test_no_server_error_and_no_answer_that_is_not_described(
    contract: Any, ids: dict[str, dict[str, str]], alice: User, subtests: pytest.Subtests
) -> None:
    """A longer look is that of somebody who may do everything, so that little is refused before it is tried."""
    whose = make_person("ada", role="Administrators", is_superuser=True) if THOROUGH else alice
    caller = Caller(whose, rate=LARGEST_RATE)
    for path, methods in description()["paths"].items():
        for method in methods:
            with subtests.test(f"{method.upper()} {path}"):
                call(contract, f"{method} {path}", ids, caller)
