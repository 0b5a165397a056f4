"""Changing many tickets from a list: what is shown before, while it runs and after it, and to whom."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import make_folder, make_message, make_person, make_queue, make_ticket, staff
from tests.pages.test_statements import statements
from tests.tickets.test_bulk import marks
from tickets import lifecycle
from tickets.bulk import running
from tickets.finding.reading import Reach
from tickets.models import BulkRun, Macro, Ticket

pytestmark = pytest.mark.django_db
CHOSEN = {"deed": "priority", "priority": "urgent"}


def work() -> None:
    running.go_on(clock=timezone.now, at_most=timedelta(minutes=1))


def confirm(desk: Client, page: str, **more: str) -> BulkRun:
    """Press the button of the preview."""
    sheet = page.split('<form class="wrap" method="post" action="/bulk/">')[1].split("</form>")[0]
    fields = [*re.findall(r'name="(\w+)" value="([^"]*)"', sheet.replace("&amp;", "&")), *more.items()]
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    answer = desk.post("/bulk/", data)
    assert answer.status_code == 302, answer.content.decode()
    return BulkRun.objects.get(pk=answer["Location"].split("/")[-2])


def text(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def test_from_the_ticked_rows_to_what_became_of_them_and_back(desk: Client, alice: User) -> None:
    tickets = [make_ticket() for _ in range(3)]
    page = text(desk, "/tickets/")
    assert 'formaction="/bulk/" name="deed" value="assign"' in page and 'name="of" value=""' in page
    picked = urlencode([("t", one.pk) for one in tickets])
    assert "Choose what is done." in text(desk, f"/bulk/?{picked}")
    assert "To which priority" in text(desk, f"/bulk/?{picked}&deed=priority")
    page = text(desk, f"/bulk/?{picked}&deed=priority&priority=urgent&look=1")
    assert "All of them are changed." in page and "Set the priority to Urgent, on 3 tickets" in page
    run = confirm(desk, page)
    assert "Under way" in text(desk, f"/bulk/{run.pk}/") and not Ticket.objects.filter(priority="urgent")
    work()
    page = text(desk, f"/bulk/{run.pk}/parts/")
    assert "Done" in page and 'max="3" value="3"' in page and f'action="/bulk/{run.pk}/undo/"' in page
    lifecycle.change_priority(tickets[0], "low", by=alice, now=timezone.now())
    desk.post(f"/bulk/{run.pk}/undo/")
    work()
    page = text(desk, f"/bulk/{run.pk}/")
    assert (
        "Somebody changed its priority since." in page and f'href="/tickets/{tickets[0].pk}/">#{tickets[0].pk}' in page
    )
    assert marks(run) == {"back": 2, "left": 1} and "Set the priority to Urgent" in text(desk, "/bulk/")


def test_all_of_a_list_in_its_own_words(desk: Client) -> None:
    billing, orders = make_queue("Billing"), make_folder("Orders")
    inside = [make_ticket(queue=billing), make_ticket(queue=billing, folder=orders)]
    make_ticket(), make_ticket(queue=billing, status="resolved")
    for of, number in (
        ("view=all&queue=billing", 2),
        (f"view=all&queue=billing&folder={orders.pk}", 1),
        ("q=queue:billing is:open", 2),
        ("q=queue:billing&view=resolved", 1),
        ("", 3),
    ):
        page = text(desk, "/bulk/?" + urlencode({"all": "1", "of": of, "look": "1", **CHOSEN}))
        words = "one ticket" if number == 1 else f"{number} tickets"
        assert f"Set the priority to Urgent, on {words}" in page, of
    page = text(desk, "/bulk/?" + urlencode({"all": "1", "of": "view=all&queue=billing", "look": "1", **CHOSEN}))
    run = confirm(desk, page)
    assert set(run.traces.values_list("ticket", flat=True)) == {one.pk for one in inside}
    page = text(desk, f"/bulk/{run.pk}/")
    assert "Billing" in page and 'href="/tickets/?view=all&amp;queue=billing"' in page


def test_the_sheet_names_its_tickets_and_leads_back_to_their_list(desk: Client) -> None:
    tickets = [make_ticket(last_text=f"Parcel {n}") for n in range(8)]
    page = text(desk, "/bulk/?" + urlencode({"all": "1", "of": "view=unassigned&order=newest"}))
    assert 'href="/tickets/?view=unassigned&amp;order=newest"' in page and "all of “Unassigned”" in page
    assert page.count("Parcel ") == 6 and "and 2 more" in page
    page = text(desk, "/bulk/?" + urlencode([("of", "view=mine"), ("t", tickets[3].pk), ("deed", "priority")]))
    assert 'href="/tickets/?view=mine"' in page and 'name="of" value="view=mine"' in page
    assert "Parcel 3" in page and "chosen one by one" in page and "more</p>" not in page


def test_more_than_are_counted_is_said_so(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.bulk.ordering._REACH", Reach(counted=3))
    monkeypatch.setattr("tickets.bulk.ordering.TRIED", 2)
    for _ in range(4):
        make_ticket()
    page = text(desk, "/bulk/?" + urlencode({"all": "1", "look": "1", **CHOSEN}))
    assert "on more than 3 tickets" in page and "Of the first 2, 2 are changed." in page


def test_every_deed_has_its_sheet_and_says_what_is_wrong(desk: Client, alice: User) -> None:
    ticket, macro = make_ticket(), Macro.objects.create(name="Calm", priority="low")
    good: dict[str, tuple[dict[str, object], str]] = {
        "assign": ({"person": alice.pk}, "Assign to you"),
        "status": ({"status": "resolved", "reason": ""}, "Set the status to Resolved"),
        "snooze": ({"preset": "they", "until": "", "reason": ""}, "Put aside until they write"),
        "tag": ({"tags": "refund, hotel"}, "Add the tags refund, hotel"),
        "untag": ({"tags": "refund"}, "Remove the tag refund"),
        "queue": ({"queue": ticket.queue_id}, "Move to Support"),
        "folder": ({"folder": ""}, "Take out of its folder"),
        "macro": ({"macro": macro.pk}, "Run the macro “Calm”: set the priority to Low"),
    }
    for deed, (value, words) in good.items():
        assert words in text(desk, "/bulk/?" + urlencode({"t": ticket.pk, "deed": deed, "look": "1", **value})), deed
    bad: tuple[tuple[str, dict[str, object]], ...] = (
        ("assign", {"person": 999}),
        ("status", {"status": "new"}),
        ("snooze", {"preset": "own", "until": ""}),
        ("tag", {"tags": " , "}),
        ("queue", {"queue": "x"}),
        ("macro", {"macro": ""}),
    )
    for deed, value in bad:
        answer = desk.post("/bulk/", {"t": ticket.pk, "deed": deed, **value})
        assert answer.status_code == 422 and not BulkRun.objects.exists(), deed
    past = {"t": ticket.pk, "deed": "snooze", "preset": "own", "until": "2020-01-01T10:00", "look": "1"}
    assert "Choose a moment that is still to come." in text(desk, "/bulk/?" + urlencode(past))
    page = text(desk, "/bulk/?" + urlencode({"all": "1", "of": "q=quee:x", "deed": "priority"}))
    assert 'role="alert"' in page and "quee" in page
    for odd in ("all=1&of=view%3Dnone", "all=1&of=queue%3Dnone", "all=1&of=folder%3D99"):
        assert desk.get(f"/bulk/?{odd}").status_code == 404


def test_what_may_not_be_changed_is_named_before(desk: Client, alice: User) -> None:
    staff("Looked at", "Flights", alice, work=False, send=False)
    ticket = make_ticket(queue=make_queue("Looked at"))
    page = text(desk, "/bulk/?" + urlencode({"t": ticket.pk, "look": "1", **CHOSEN}))
    assert "You may look at tickets in Looked at, but not change them." in page and "Nothing would be changed." in page


def test_it_is_nobody_elses(desk: Client, alice: User, strangers_desk: Client) -> None:
    page = text(desk, "/bulk/?" + urlencode({"t": make_ticket().pk, "look": "1", **CHOSEN}))
    run = confirm(desk, page)
    (other := Client()).force_login(make_person("bob", role="Supervisors"))
    (looker := Client()).force_login(make_person("aud", role="Auditors"))
    for client in (other, looker, strangers_desk):
        assert client.get(f"/bulk/{run.pk}/").status_code == 404
        assert client.get(f"/bulk/{run.pk}/parts/").status_code == 404
        assert client.post(f"/bulk/{run.pk}/undo/").status_code == 404
        assert client.post(f"/bulk/{run.pk}/stop/").status_code == 404
    assert looker.get("/bulk/").status_code == strangers_desk.get("/bulk/").status_code == 404
    desk.post(f"/bulk/{run.pk}/stop/")
    work()
    assert marks(run) == {"waiting": 1} and "Left undone" in text(desk, f"/bulk/{run.pk}/")
    assert "not under way" in desk.post(f"/bulk/{run.pk}/stop/", follow=True).content.decode()


def test_pressed_twice_it_is_one(desk: Client) -> None:
    page = text(desk, "/bulk/?" + urlencode({"t": make_ticket().pk, "look": "1", **CHOSEN}))
    assert confirm(desk, page) == confirm(desk, page) and BulkRun.objects.count() == 1


def test_its_pages_ask_no_more_for_many(desk: Client) -> None:
    make_message(make_ticket())
    run = confirm(desk, text(desk, "/bulk/?" + urlencode({"all": "1", "look": "1", **CHOSEN})))
    few = [statements(desk, f"/bulk/{run.pk}/"), statements(desk, f"/bulk/{run.pk}/parts/")]
    for _ in range(20):
        make_ticket()
    run = confirm(desk, text(desk, "/bulk/?" + urlencode({"all": "1", "look": "1", **CHOSEN})))
    assert [statements(desk, f"/bulk/{run.pk}/"), statements(desk, f"/bulk/{run.pk}/parts/")] == few
