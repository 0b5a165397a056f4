"""docs/rules.md, "The palette": every action and place by name, and nothing that its reader may not know of or do."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import (
    make_agent,
    make_folder,
    make_message,
    make_person,
    make_queue,
    make_supervisor,
    make_ticket,
    staff,
)
from tests.pages.test_statements import fill_list, statements
from tickets.finding.entries import index
from tickets.models import Macro, Message, SavedView, Tag, Ticket

OFFER = re.compile(
    r'<(?:a|button) class="pop-item"(.*?)>.*?<span class="palette-words" dir="auto">(.*?)</span>(?:<kbd|</)'
)


def offered(desk: Client, **asked: Any) -> dict[str, str]:
    """What is offered, without what stands beside it → what its link or button says."""
    page = desk.get("/palette/", asked).content.decode()
    found = OFFER.findall(page)
    return {re.sub(r"<span.*|<.*?>", "", words).strip(): unescape(facts) for facts, words in found}


def press(desk: Client, facts: str) -> int:
    """As the button of a form would be."""
    said = {name: re.search(rf' {name}="([^"]*)"', facts) for name in ("formaction", "name", "value")}
    sent = {said["name"][1]: said["value"][1]} if said["name"] and said["value"] else {}
    assert said["formaction"]
    return desk.post(said["formaction"][1], sent).status_code


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket, "Where is my thermostat?")
    return ticket


def test_the_usual_comes_first_and_nothing_typed_asks_for_no_names(desk: Client, ticket: Ticket) -> None:
    found = offered(desk, t=ticket.pk)
    assert list(found)[:4] == ["Answer", "Write a note", "Take it", "Resolve"]
    assert "Home" in found and "Next ticket" in found and not any("Assign to A" in words for words in found)


def test_what_is_offered_is_done_by_its_button(desk: Client, ticket: Ticket, alice: User) -> None:
    make_folder("Repairs"), make_queue("Heating")
    ticket.tags.add(Tag.objects.create(name="old"))
    Tag.objects.create(name="warm", set_up=True)
    for typed, words in (
        ("alice", "Assign to Alice"),
        ("urgent", "Priority: Urgent"),
        ("repairs", "File under Repairs"),
        ("warm", "Add the tag warm"),
        ("old", "Remove the tag old"),
        ("closed", "Status: Closed"),
        ("heating", "Move to Heating"),
    ):
        assert press(desk, offered(desk, t=ticket.pk, q=typed)[words]) == 302, words
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority, ticket.status) == (alice, "urgent", "closed")
    assert ticket.folder and (ticket.folder.name, ticket.queue.name) == ("Repairs", "Heating")
    assert [tag.name for tag in ticket.tags.all()] == ["warm"]


def test_a_kind_is_offered_whole_and_a_new_tag_as_it_is_typed(desk: Client, ticket: Ticket) -> None:
    assert set(offered(desk, t=ticket.pk, do="priority")) == {"Priority: Urgent", "Priority: High", "Priority: Low"}
    assert press(desk, offered(desk, t=ticket.pk, do="tag", q="leaking valve")["Add a new tag: leaking valve"]) == 302
    assert ticket.tags.get().name == "leaking valve"
    assert not offered(desk, t=ticket.pk, do="nonsense", q="zzzz")
    press(desk, offered(desk, t=ticket.pk, do="snooze")["Snooze for an hour"])
    ticket.refresh_from_db()
    assert ticket.snoozed_until and "Bring it back from snooze" in offered(desk, t=ticket.pk, q="bring")


def test_actions_only_are_no_places_and_no_tickets(desk: Client, ticket: Ticket) -> None:
    found = offered(desk, t=ticket.pk, q=">")
    assert {"Resolve", "Sign out", "Theme: dark", "Go away, keep my tickets"} <= set(found) and "Home" not in found
    assert "Snoozed" not in offered(desk, t=ticket.pk, q=">snoo")


def test_tickets_are_found_by_words_begun_by_names_and_by_number(desk: Client, ticket: Ticket) -> None:
    index(list(Message.objects.all()))
    assert "Where is my thermostat?" in offered(desk, q="thermo")
    for typed in (str(ticket.pk), f"#{ticket.pk}", ticket.identity.shown_name):
        assert any(f'href="/tickets/{ticket.pk}/"' in facts for facts in offered(desk, q=typed).values()), typed
    assert desk.get("/palette/", {"q": "quee:x (("}).status_code == 200


def test_several_are_offered_what_is_done_with_all_of_them(desk: Client, ticket: Ticket) -> None:
    both = [make_ticket().pk, ticket.pk]
    found = offered(desk, t=both)
    assert {"Merge them", "Add them to an incident", "Run a macro on them", "Assign to…"} <= set(found)
    assert "Resolve" not in found
    make_folder("Repairs"), make_queue("Heating")
    ticket.tags.add(Tag.objects.create(name="old"))
    picked = f"t={both[0]}&amp;t={both[1]}"
    for kind, words, asks in (
        ("assign", "Assign to Alice", "deed=assign"),
        ("status", "Resolve", "deed=status&amp;look=1&amp;status=resolved"),
        ("snooze", "Snooze until they write", "deed=snooze&amp;look=1&amp;preset=they"),
        ("priority", "Priority: Urgent", "deed=priority&amp;look=1&amp;priority=urgent"),
        ("tag", "Remove the tag old", "deed=untag&amp;look=1&amp;tags=old"),
        ("file", "File under Repairs", "deed=folder"),
        ("move", "Move to Heating", "deed=queue"),
    ):
        asked: dict[str, Any] = {"t": both, "do": kind}
        page = desk.get("/palette/", asked).content.decode()
        href = next(one for one in re.findall(r'href="(/bulk/[^"]*)"[^>]*>.*?</a>', page) if asks in one)
        assert picked in href and words in offered(desk, t=both, do=kind), kind
        told = desk.get(unescape(href)).content.decode()
        assert 'name="sheet"' in told or "would be changed" in told, kind
    assert next(iter(offered(desk, t=both, do="status"))) == "Resolve"
    assert next(iter(offered(desk, t=both, do="assign"))) == "Assign to Alice"
    assert "Add a new tag: leaking" in offered(desk, t=both, do="tag", q="leaking")
    assert not offered(desk, t=both, do="priority", q="thermostat")


def test_views_and_macros_are_found_by_name(desk: Client, ticket: Ticket, alice: User) -> None:
    SavedView.objects.create(name="Angry and late", query="is:late", owner=alice)
    macro = Macro.objects.create(name="Say sorry")
    assert 'href="/tickets/?q=is%3Alate"' in offered(desk, q="angry")["Angry and late"]
    assert f"&macro={macro.pk}" in offered(desk, t=ticket.pk, q="sorry")["Macro: Say sorry"]


def test_who_may_only_look_is_offered_nothing_that_changes(ticket: Ticket) -> None:
    looks = Client()
    looks.force_login(make_person("nora", role="Auditors"))
    assert "Resolve" not in offered(looks, t=ticket.pk, q=">") and not offered(looks, t=ticket.pk, do="priority")
    assert "Merge them" not in offered(looks, t=[make_ticket().pk, ticket.pk])


def test_a_ticket_and_a_queue_that_are_not_theirs_are_not_there(client: Client, ticket: Ticket) -> None:
    staff("Heating", "Flights", make_agent("fiona"))
    hidden = make_ticket(queue=make_queue("Heating"), last_text="My number is 5521")
    make_message(hidden, "My number is 5521")
    index(list(Message.objects.all()))
    client.force_login(make_agent("bob"))
    looks: list[dict[str, Any]] = [{"t": hidden.pk}, {"q": "5521"}, {"q": str(hidden.pk)}]
    for asked in [*looks, {"t": hidden.pk, "do": "assign"}]:
        page = client.get("/palette/", asked).content.decode()
        assert f"/tickets/{hidden.pk}/" not in page and f"With #{hidden.pk}" not in page and "My number" not in page
    assert not any("queue=heating" in facts for facts in offered(client, q="heating").values())


def test_places_are_those_of_the_person(desk: Client, ticket: Ticket) -> None:
    assert not {"Agents", "Administration", "Costs"} & set(offered(desk, q="a") | offered(desk, q="c"))
    boss = Client()
    boss.force_login(make_supervisor(is_staff=True))
    assert {"Agents", "Administration"} <= set(offered(boss, q="ag") | offered(boss, q="adm"))
    assert "Costs" in offered(boss, q="cost")


def test_a_script_gets_the_list_alone_and_a_page_leads_back(desk: Client, ticket: Ticket) -> None:
    asked: dict[str, Any] = {"part": "list", "t": ticket.pk}
    part = desk.get("/palette/", asked, headers={"HX-Request": "true"}).content.decode()
    assert 'role="option"' in part and "<form" not in part and "<html" not in part
    asked = {"t": ticket.pk, "at": "/tickets/?view=mine"}
    page = desk.get("/palette/", asked).content.decode()
    assert '<a class="btn btn-sm push" href="/tickets/?view=mine"' in page and 'role="option"' not in page
    assert '"https://evil.example' not in desk.get("/palette/", {"at": "https://evil.example/"}).content.decode()


def test_it_asks_no_more_of_a_big_desk(desk: Client, ticket: Ticket, alice: User) -> None:
    fill_list(2)
    SavedView.objects.create(name="Mine and late", query="is:late", owner=alice)
    asked = [f"/palette/?t={ticket.pk}", f"/palette/?t={ticket.pk}&q=ma", f"/palette/?t={ticket.pk}&do=tag&q=ta"]
    few = [statements(desk, address) for address in asked]
    for n in range(8):
        Tag.objects.create(name=f"tag {n} of many"), Macro.objects.create(name=f"Make {n}"), make_folder(f"Map {n}")
        make_agent(f"mary{n}"), make_message(make_ticket(), "Make it"), make_queue(f"Main {n}")
    assert [statements(desk, address) for address in asked] == few
    # With words more: what is on the ticket, who may have it, names of tags, macros, and the tickets that say so.
    assert few[0] <= 10 and few[1] <= 17 and few[2] <= 12
