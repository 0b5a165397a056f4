"""Who gets it, on the pages: the next ticket, the switch in one's own menu, the page of who looks after others."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from tests.factories import BEN, make_customer, make_person, make_queue, make_supervisor, make_ticket
from tests.tickets.floor import at_work, skill, staffed
from tickets.models import Agent, Membership, Queue, Staffing, Team, Ticket
from tickets.staffing.presence import forget_who_was_heard


@pytest.fixture
def billing(acme: object, alice: User) -> Queue:
    return staffed("Billing", alice, mode="pull")


@pytest.fixture
def sams_desk(acme: object) -> Client:
    sam = make_supervisor()
    sam.user_permissions.add(Permission.objects.get(codename="every_queue"))
    client = Client()
    client.force_login(sam)
    return client


def told(desk: Client, address: str, **words: str) -> str:
    return desk.post(address, words, follow=True).content.decode()


def test_who_is_in_no_team_is_told_that_no_queue_is_open_to_them(desk: Client, alice: User, acme: object) -> None:
    addresses = ["/", "/tickets/", "/tickets/?view=unassigned", "/tickets/?view=soon", "/tickets/?q=parcel"]

    def told_so() -> list[bool]:
        return ["No queue is open to you yet" in desk.get(address).content.decode() for address in addresses]

    Queue.objects.all().delete()
    assert not any(told_so())  # nothing is set up yet
    make_queue("Open to all")
    assert not any(told_so())
    Queue.objects.all().delete()
    queue = staffed("Billing", make_supervisor("bea"))
    make_ticket(queue=queue)
    assert all(told_so())
    Membership.objects.create(team=Team.objects.get(), person=alice)
    assert not any(told_so())


def test_the_next_ticket_is_opened_or_it_is_said_that_there_is_none(desk: Client, alice: User, billing: Queue) -> None:
    ticket = make_ticket(queue=billing)
    for page in ("/", "/tickets/?view=unassigned"):
        assert 'action="/tickets/next/"' in desk.get(page).content.decode()
    answer = desk.post("/tickets/next/")
    assert answer["Location"] == f"/tickets/{ticket.pk}/"
    assert Ticket.objects.get().assignee == alice
    Ticket.objects.update(status="pending")
    page = told(desk, "/tickets/next/", next="/tickets/?view=unassigned")
    assert "Nothing waits for you in your queues at this moment." in page and "Unassigned" in page


def test_one_s_own_that_wait_come_first(desk: Client, alice: User, billing: Queue) -> None:
    free = make_ticket(queue=billing)
    own = make_ticket(make_customer(BEN), queue=billing, assignee=alice, next_due_at=timezone.now())
    page = told(desk, "/tickets/next/")
    assert f"#{own.pk} is yours, and waits" in page and f'name="left" value="{own.pk}"' in page
    assert desk.post("/tickets/next/", {"left": own.pk})["Location"] == f"/tickets/{free.pk}/"
    assert desk.post("/tickets/next/", {"left": "x"})["Location"] == f"/tickets/{own.pk}/"


def test_whoever_opens_a_page_is_heard_of(desk: Client, alice: User) -> None:
    Agent.objects.update(seen_at=None)
    desk.get("/")
    assert Agent.objects.get(person=alice).seen_at is None  # heard of in this minute, as this process knows
    forget_who_was_heard()
    desk.get("/parts/")
    assert Agent.objects.get(person=alice).seen_at is not None


def test_an_outsider_is_not_at_work(strangers_desk: Client) -> None:
    strangers_desk.get("/")
    assert not Agent.objects.exists()


def test_one_says_that_one_is_away_and_back(desk: Client, alice: User, billing: Queue) -> None:
    ticket = make_ticket(queue=billing, assignee=alice)
    page = told(desk, "/presence/", presence="away_give_back")
    assert "You are away. 1 ticket went back to its queue" in page and "I am back" in page
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    assert "You are back" in told(desk, "/presence/", presence="back", next="/tickets/")
    assert not Agent.objects.get(person=alice).away
    told(desk, "/presence/", presence="nonsense")
    assert not Agent.objects.get(person=alice).away


def test_who_looks_after_others_sees_and_changes_them(sams_desk: Client, billing: Queue) -> None:
    bob = at_work("bob", "German", capacity=1)
    team = Team.objects.get(name="Team Billing")
    Membership.objects.create(team=team, person=bob)
    ticket = make_ticket(queue=billing, assignee=bob)
    page = sams_desk.get("/agents/").content.decode()
    assert "Bob" in page and "German" in page and 'class="late">1<' in page
    assert "/tickets/?q=assignee%3Abob%20status%3Anew%2Copen%20-is%3Asnoozed" in page and "Set away" in page
    found = sams_desk.get("/tickets/", {"q": "assignee:bob status:new,open -is:snoozed"}).content.decode()
    assert f'href="{ticket.pk}/?of=~">' in found
    assert "Bob is away" in told(sams_desk, f"/agents/{bob.pk}/presence/", presence="away")
    asked = sams_desk.get(f"/agents/{bob.pk}/release/").content.decode()
    assert "1 ticket goes back to its queue" in asked and "again for 8 hours" in asked
    assert Ticket.objects.get(pk=ticket.pk).assignee == bob
    assert "1 ticket went back to its queue" in told(sams_desk, f"/agents/{bob.pk}/release/")
    assert (Agent.objects.get(person=bob).away, Ticket.objects.get(pk=ticket.pk).assignee) == (True, None)
    assert (
        "1 ticket that went back from Bob is nobody’s yet."
        in sams_desk.get(f"/agents/{bob.pk}/release/").content.decode()
    )
    assert "1 ticket is Bob’s again" in told(sams_desk, f"/agents/{bob.pk}/release/undo/")
    assert Ticket.objects.get(pk=ticket.pk).assignee == bob


def test_undo_says_how_much_came_back_and_why_not_the_rest(sams_desk: Client, billing: Queue, alice: User) -> None:
    Membership.objects.create(team=Team.objects.get(name="Team Billing"), person=(bob := at_work("bob")))
    tickets = [make_ticket(queue=billing, assignee=bob) for _ in range(3)]
    told(sams_desk, f"/agents/{bob.pk}/release/")
    Ticket.objects.filter(pk=tickets[0].pk).update(queue=staffed("Press", alice))
    Ticket.objects.filter(pk=tickets[1].pk).update(assignee=alice)
    page = sams_desk.get(f"/agents/{bob.pk}/release/").content.decode()
    assert "1 ticket that went back from Bob stays nobody’s: Bob may not work it now." in page
    page = told(sams_desk, f"/agents/{bob.pk}/release/undo/")
    assert "1 ticket is Bob’s again. 1 stays: Bob may not work it now. 1 is others’ by now, or done" in page
    assert [Ticket.objects.get(pk=one.pk).assignee for one in tickets] == [None, alice, bob]


def test_the_page_says_whose_limit_holds(sams_desk: Client, billing: Queue) -> None:
    at_work("bob")
    Queue.objects.filter(pk=billing.pk).update(capacity=7)
    page = sams_desk.get("/agents/").content.decode()
    assert '<span class="num">20</span> <span class="sub">the desk’s</span>' in page and "7 in Billing" in page
    Agent.objects.update(no_limit=True)
    Queue.objects.update(capacity=None)
    page = sams_desk.get("/agents/").content.decode()
    assert 'no limit <span class="sub">their own</span>' in page and "in Billing" not in page


def test_a_closed_queue_is_not_named_beside_a_limit(client: Client, alice: User, billing: Queue) -> None:
    """Bob is of a team that Alice leads, and of one whose queue is closed to her."""
    bob = at_work("bob")
    closed = staffed("Press", bob)
    Queue.objects.filter(pk=closed.pk).update(capacity=3)
    Membership.objects.filter(person=alice).update(lead=True)
    Membership.objects.create(team=Team.objects.get(name="Team Billing"), person=bob)
    client.force_login(alice)
    page = client.get("/agents/").content.decode()
    assert "Bob" in page and "in Press" not in page


def shared_bob(alice: User, *, verbs: dict[str, bool]) -> tuple[User, list[Ticket]]:
    """Bob is of a team that Alice leads, and of one whose queue she may `verbs` only; with one ticket of each."""
    bob = at_work("bob")
    press = staffed("Press", bob, mode="by_hand")
    team = Team.objects.get(name="Team Billing")
    Membership.objects.filter(person=alice).update(lead=True)
    Membership.objects.create(team=team, person=bob)
    if verbs:
        Staffing.objects.create(team=team, queue=press, **verbs)
    billing = Queue.objects.get(name="Billing")
    return bob, [make_ticket(queue=queue, assignee=bob) for queue in (billing, press)]


@pytest.mark.parametrize("verbs", [{}, {"see": True, "work": False, "send": False, "approve": False}])
def test_whoever_leads_a_team_gives_back_only_what_they_may_work(
    desk: Client, alice: User, billing: Queue, verbs: dict[str, bool]
) -> None:
    """What stays is counted where they may see it, and else not known to them."""
    bob, (near, far) = shared_bob(alice, verbs=verbs)
    board = desk.get("/agents/").content.decode()
    assert f'title="What Bob has in hand">{2 if verbs else 1}</a>' in board
    page = desk.get(f"/agents/{bob.pk}/release/").content.decode()
    assert "1 ticket goes back to its queue" in page and ("1 other stays with them" in page) is bool(verbs)
    said = told(desk, f"/agents/{bob.pk}/release/")
    assert "1 ticket went back to its queue" in said and ("1 other stays with them" in said) is bool(verbs)
    assert [Ticket.objects.get(pk=one.pk).assignee for one in (near, far)] == [None, bob]


def test_nor_has_them_given_again_what_they_may_not_work(
    desk: Client, sams_desk: Client, alice: User, billing: Queue
) -> None:
    bob, (near, far) = shared_bob(alice, verbs={})
    told(sams_desk, f"/agents/{bob.pk}/release/")
    assert "1 ticket that went back from Bob" in desk.get(f"/agents/{bob.pk}/release/").content.decode()
    assert "1 ticket is Bob’s again" in told(desk, f"/agents/{bob.pk}/release/undo/")
    assert [Ticket.objects.get(pk=one.pk).assignee for one in (near, far)] == [bob, None]


def test_who_looks_after_nobody_does_not_know_of_that_page(desk: Client, alice: User, billing: Queue) -> None:
    bob = at_work("bob")
    for address in ("/agents/", "/agents/parts/"):
        assert desk.get(address).status_code == 404
    for act in ("presence", "release", "release/undo"):
        assert desk.post(f"/agents/{bob.pk}/{act}/", {"presence": "away"}).status_code == 404
    assert desk.get(f"/agents/{bob.pk}/release/").status_code == 404
    assert "/agents/" not in desk.get("/").content.decode()


def test_an_auditor_gives_nobodys_work_back(client: Client, billing: Queue) -> None:
    bob = at_work("bob")
    ticket = make_ticket(queue=billing, assignee=bob)
    client.force_login(make_person("nora", role="Auditors"))
    for act in ("presence", "release"):
        client.post(f"/agents/{bob.pk}/{act}/", {"presence": "away"})
    assert (Agent.objects.get(person=bob).away, Ticket.objects.get(pk=ticket.pk).assignee) == (False, bob)


def test_what_a_ticket_needs_is_shown_and_changed(desk: Client) -> None:
    german, ticket = skill("German"), make_ticket()
    assert f'value="{german.pk}"' in desk.get(f"/tickets/{ticket.pk}/").content.decode()
    desk.post(f"/tickets/{ticket.pk}/skills/", {"skills": [german.pk]})
    assert ticket.skills.get() == german
    assert "said what it needs: German" in desk.get(f"/tickets/{ticket.pk}/").content.decode()
    desk.post(f"/tickets/{ticket.pk}/skills/", {"skills": [999]})
    assert ticket.skills.get() == german
    desk.post(f"/tickets/{ticket.pk}/skills/", {})
    assert not ticket.skills.exists()
