"""Two customers who are one person, by program."""

import pytest

from tests.api.caller import Caller, code_of
from tests.factories import ANA, BEN, make_customer, make_ticket

pytestmark = pytest.mark.django_db


def test_two_customers_are_merged_and_parted(api: Caller, acme: object) -> None:
    ana, ben = make_ticket().customer, make_ticket(make_customer(BEN)).customer
    made = api.post(f"customers/{ana.pk}/merge/", {"customer": str(ben.pk)}).json()
    assert (made["kept"], made["gone"], made["undone_at"]) == (str(ana.pk), str(ben.pk), None)
    assert api.get(f"customers/{ben.pk}/").status_code == 404
    assert len(api.get(f"customers/{ana.pk}/").json()["identities"]) == 2
    [listed] = api.get(f"customers/{ana.pk}/merges/").json()["results"]
    assert api.post(f"customer-merges/{listed['id']}/undo/").json()["undone_at"] is not None
    assert code_of(api.post(f"customer-merges/{listed['id']}/undo/")) == (409, "cannot_change")


def test_what_something_later_stands_on_says_so(api: Caller, acme: object) -> None:
    ana, ben, carl = (make_ticket(make_customer(one)).customer for one in (ANA, BEN, "900000000000000004"))
    first = api.post(f"customers/{ana.pk}/merge/", {"customer": str(ben.pk)}).json()
    api.post(f"customers/{carl.pk}/merge/", {"customer": str(ana.pk)})
    refused = api.post(f"customer-merges/{first['id']}/undo/")
    assert code_of(refused) == (409, "cannot_change") and "Undo that first" in refused.json()["message"]
