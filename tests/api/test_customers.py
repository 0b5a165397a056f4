"""A customer by program: what is known of them, notes about them, two who are one person."""

import pytest

from tests.api.caller import Caller, code_of
from tests.factories import ANA, BEN, NOW, make_agent, make_customer, make_message, make_ticket, staff
from tickets.models import CustomerNote, HandleChange, Happening

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


def test_one_customer_is_told_with_earlier_handles_and_what_happened(api: Caller, acme: object) -> None:
    ticket = make_ticket()
    who, at = ticket.identity, f"customers/{ticket.customer_id}/"
    make_message(ticket, "Where is it?")
    HandleChange.objects.create(identity=who, before="ana_before", after=who.handle, seen_at=NOW)
    Happening.objects.create(address=ticket.address, identity=who, key="l:1", kind="like", at=NOW, received_at=NOW)
    [identity] = api.get(at).json()["identities"]
    assert [one["handle"] for one in identity["earlier_handles"]] == ["ana_before"]
    assert [one["kind"] for one in api.get(f"{at}happenings/").json()["results"]] == ["like"]
    assert [one["text"] for one in api.get(f"messages/?customer={who.customer_id}").json()["results"]] == [
        "Where is it?"
    ]


def test_a_note_is_written_read_and_removed(api: Caller, acme: object) -> None:
    at = f"customers/{make_ticket().customer_id}/notes/"
    made = api.post(f"{at}add/", {"text": "Deaf: never offer a call."})
    assert made.status_code == 201 and made.json()["author"]["username"] == "alice"
    assert [one["id"] for one in api.get(at).json()["results"]] == [made.json()["id"]]
    assert code_of(api.post(f"{at}add/", {"text": "\u200b"})) == (409, "cannot_change")
    assert api.post(f"{at}{made.json()['id']}/remove/").json()["text"] == "Deaf: never offer a call."
    assert api.get(at).json()["results"] == []


def test_a_note_of_somebody_else_stays_and_of_who_is_out_of_sight_nothing_is_told(api: Caller, acme: object) -> None:
    ticket = make_ticket()
    at = f"customers/{ticket.customer_id}/notes/"
    note = CustomerNote.objects.create(customer=ticket.customer, author=make_agent("bob"), text="Hers", at=NOW)
    assert code_of(api.post(f"{at}{note.pk}/remove/")) == (403, "not_allowed")
    staff(ticket.queue.name, "Others")
    for path in (at, f"customers/{ticket.customer_id}/happenings/"):
        assert api.get(path).status_code == 404
    assert api.post(f"{at}add/", {"text": "Hello"}).status_code == 404
