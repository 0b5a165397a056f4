"""manage.py x_subscribe: add, list, remove, count; and what it refuses. Crossing over has a file of its own."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.at_once import at_once
from tests.twitter_integration.test_clearing import at_x
from twitter_integration.models import PartnerAccount, Subscription
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.x_activity import EVENT_TYPES
from twitter_integration.sandbox.server import ThreadedSandbox


def run(*arguments: str) -> Any:
    output = io.StringIO()
    call_command("x_subscribe", *arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_what_is_added_is_listed_counted_and_removed(reachable: PartnerAccount) -> None:
    assert run("add", "@acmehelp_demo")["added"] == ["account_activity"]
    assert [row["product"] for row in run("list", reachable.page_id)] == ["account_activity"]
    assert run("count") == {"used": 1, "most": 3}
    assert run("remove", "acmehelp_demo")["withdrawn"] == ["account_activity"]
    assert run("count")["used"] == 0 and run("list", reachable.page_id) == []


def test_people_get_lines(reachable: PartnerAccount) -> None:
    output = io.StringIO()
    call_command("x_subscribe", "count", stdout=output)
    call_command("x_subscribe", "list", reachable.page_id, stdout=output)
    assert output.getvalue() == "used: 0\nmost: 3\nNothing there.\n"


def test_one_of_two_products_is_removed(reachable: PartnerAccount) -> None:
    run("add", "@acmehelp_demo", "--product", "account_activity", "--product", "x_activity")
    told = run("remove", "@acmehelp_demo", "--product", "account_activity")
    assert told["products"] == ["x_activity"]
    assert Subscription.objects.count() == len(EVENT_TYPES) == run("count", "--product", "x_activity")["used"]


def test_every_product_in_use_is_counted(reachable: PartnerAccount) -> None:
    run("add", "@acmehelp_demo", "--product", "x_activity")
    assert run("count")["used"] == len(EVENT_TYPES)
    run("add", "@acmehelp_demo", "--product", "account_activity")
    told = run("count")
    assert (told["account_activity"]["used"], told["x_activity"]["used"]) == (1, len(EVENT_TYPES))


def test_the_apps_registration_decides_the_product(reachable: PartnerAccount) -> None:
    reachable.app.registration = Registration.X_ACTIVITY
    reachable.app.save()
    assert run("add", "@acmehelp_demo")["products"] == ["x_activity"]


def test_subscribing_one_account_leaves_the_orders_of_others(reachable: PartnerAccount) -> None:
    run("add", "@acmehelp_demo", "--product", "x_activity")
    before = set(Subscription.objects.values_list("x_id", flat=True))
    run("add", "@acmehelp_demo", "--product", "x_activity")
    assert set(Subscription.objects.values_list("x_id", flat=True)) == before


def test_an_account_nobody_knows_is_answered_with_those_there_are(reachable: PartnerAccount) -> None:
    for action in ("add", "list", "remove", "migrate"):
        with pytest.raises(CommandError, match="Known: @acmehelp_demo"):
            run(action, "@nobody")


@pytest.mark.django_db(transaction=True)
def test_add_and_remove_at_the_same_moment_leave_one_of_both(
    reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    for _ in range(2):
        at_once(
            lambda: run("add", "@acmehelp_demo", "--product", "account_activity", "--product", "x_activity"),
            lambda: run("remove", "@acmehelp_demo"),
        )
        wanted = PartnerAccount.objects.get().products
        everything, single = at_x(sandbox)[1:]
        assert (everything, single) == ((1, len(EVENT_TYPES)) if wanted else (0, 0))
