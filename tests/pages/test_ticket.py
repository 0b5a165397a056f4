"""The ticket page: what was said, what became of it, who the customer is, and why the deadline."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from tests.factories import (
    NOW,
    make_activity,
    make_answer,
    make_clock,
    make_customer,
    make_media,
    make_message,
    make_note,
    make_policy,
    make_queue,
    make_ticket,
    staff,
)
from tickets.models import HandleChange, Happening, OutboxEntry, Ticket
from twitter_integration.models import PartnerAccount


@pytest.fixture
def ticket(acme: object) -> Ticket:
    return make_ticket()


def page_of(desk: Client, ticket: Ticket, query: str = "") -> str:
    answer = desk.get(f"/tickets/{ticket.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_messages_and_notes_stand_in_the_order_of_their_own_times(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "second", sent_at=NOW + timedelta(minutes=5))
    make_message(ticket, "first", sent_at=NOW)
    make_note(ticket, "third", sent_at=NOW + timedelta(minutes=9))
    page = page_of(desk, ticket)
    assert page.index(">first<") < page.index(">second<") < page.index(">third<")


def test_the_parts_of_an_answer_stand_in_order_and_say_which_they_are(desk: Client, ticket: Ticket) -> None:
    one = make_answer(ticket, "part one", sent_at=NOW + timedelta(seconds=9))
    two = make_answer(ticket, "part two", sent_at=NOW)
    OutboxEntry.objects.filter(message=two).update(follows=one.outbox)
    page = page_of(desk, ticket)
    places = [page.index(words) for words in (">part one<", "Part 1 of 2", ">part two<", "Part 2 of 2")]
    assert places == sorted(places)


def test_links_are_live_and_everything_else_is_text(desk: Client, ticket: Ticket) -> None:
    spans = [{"start": 4, "end": 11, "kind": "url", "target": "https://t.co/1", "title": "https://acme.example/1"}]
    make_message(ticket, "See acme.ex <b>now</b>", spans=spans)
    page = page_of(desk, ticket)
    assert 'See <a href="https://t.co/1" title="https://acme.example/1" target="_blank" rel="noopener' in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page


def test_a_message_carries_its_direction_and_language(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "أين طلبي؟", language="ar")
    assert '<p class=say dir=rtl lang="ar">أين طلبي؟</p>' in page_of(desk, ticket)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("held", "Goes out in"),
        ("queued", "Waits its turn"),
        ("sending", "Sending…"),
        ("sent", "Posted"),
        ("unknown", "We are checking whether it arrived"),
        ("failed", "Not sent."),
    ],
)
def test_every_outgoing_message_says_what_became_of_it(desk: Client, ticket: Ticket, state: str, words: str) -> None:
    make_answer(ticket, state=state)
    page = page_of(desk, ticket)
    assert words in page
    assert ("Undo" in page) == (state in ("held", "queued"))
    assert ("Try again</button>" in page) == (state == "failed")


def test_a_failure_gives_the_reason(desk: Client, ticket: Ticket) -> None:
    make_answer(ticket, state="failed", reason="Ana takes no messages from strangers.", code="349")
    page = page_of(desk, ticket)
    assert "Ana takes no messages from strangers." in page
    assert "(349)" in page


def test_what_was_sent_elsewhere_is_not_called_an_agents(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "From the phone", direction="out")
    assert "Sent from outside the desk" in page_of(desk, ticket)


def test_a_deleted_message_leaves_a_tombstone_only(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "I regret this", deleted_at=NOW + timedelta(minutes=4))
    page = page_of(desk, ticket)
    assert "I regret this" not in page
    assert "Its text and pictures are gone from the desk too" in page
    assert "<b><bdi>Ana</bdi></b><span>Deleted on X, gone here since" in page


def test_a_quote_says_when_what_it_quotes_was_deleted(desk: Client, ticket: Ticket) -> None:
    quoted = {"external_id": "1", "author_handle": "acmehelp_demo", "text": "", "deleted_at": NOW.isoformat()}
    make_message(ticket, "Really?", quoted=quoted)
    page = page_of(desk, ticket)
    assert "Deleted on X." in page and "@acmehelp_demo" in page


def test_the_tombstone_of_our_own_answer_names_who_gave_it(desk: Client, ticket: Ticket, alice: User) -> None:
    make_message(ticket, direction="out", agent=alice, deleted_at=NOW + timedelta(minutes=4))
    make_message(ticket, direction="out", deleted_at=NOW + timedelta(minutes=5))
    page = page_of(desk, ticket)
    assert "<b><bdi>Alice</bdi></b><span>Deleted on X, gone here since" in page
    assert "<b><bdi>Acme</bdi></b><span>Deleted on X, gone here since" in page


def test_private_messages_stand_in_a_room_of_their_own(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "for all")
    make_message(ticket, "for you", visibility="private", kind="direct")
    page = page_of(desk, ticket)
    assert page.index(">for all<") < page.index('class="stretch"') < page.index(">for you<")
    assert "Only Ana and @acmehelp_demo can read it" in page


def test_private_media_is_never_loaded_from_here(desk: Client, ticket: Ticket) -> None:
    message = make_message(ticket, visibility="private", kind="direct")
    make_media(message, url="https://ton.twimg.com/secret.jpg", needs_auth=True)
    page = page_of(desk, ticket)
    assert "ton.twimg.com" not in page
    assert "A private picture." in page


def test_pictures_carry_their_descriptions(desk: Client, ticket: Ticket) -> None:
    make_media(make_message(ticket), alt_text='A "blue" door')
    page = page_of(desk, ticket)
    assert 'alt="A &quot;blue&quot; door"' in page


def test_a_quoted_message_stands_inside_the_one_that_quotes_it(desk: Client, ticket: Ticket) -> None:
    quoted = {
        "author_name": "Acme",
        "author_handle": "acme",
        "text": "Open till six",
        "permalink": "javascript:x",
    }
    make_message(ticket, "Really?", quoted=quoted)
    page = page_of(desk, ticket)
    assert page.index("Open till six") < page.index("Really?")
    assert "javascript:x" not in page


def test_the_history_says_who_did_what_and_why(desk: Client, ticket: Ticket, alice: object) -> None:
    make_activity(ticket, "ticket.opened", {"kind": "mention", "reason": {"code": "new_conversation"}})
    make_activity(ticket, "ticket.priority", {"before": "normal", "after": "high"}, actor=alice)
    page = page_of(desk, ticket)
    assert "Ticket opened: it began a new conversation." in page
    assert "<b>Alice</b> changed the priority from Normal to High." in page


def test_the_customer_card_knows_earlier_names_and_other_tickets(desk: Client, ticket: Ticket) -> None:
    HandleChange.objects.create(identity=ticket.identity, before="ana_old", after="ana_demo", seen_at=NOW)
    other = make_ticket(last_text="The lamp again", status="closed")
    page = page_of(desk, ticket)
    assert "@ana_old" in page
    assert f'href="/tickets/{other.pk}/"' in page
    assert "The lamp again" in page


def test_a_follow_up_leads_back(desk: Client, ticket: Ticket) -> None:
    later = make_ticket(follow_up_of=ticket)
    assert f'Follows up <a href="/tickets/{ticket.pk}/">' in page_of(desk, later)


def test_the_deadline_explains_itself(desk: Client, acme: object) -> None:
    ticket = make_ticket(next_due_at=NOW + timedelta(minutes=60), next_due_metric="first_response")
    make_clock(ticket, policy=make_policy("Gold"))
    page = page_of(desk, ticket)
    assert "Why 2 Mar, 11:00?" in page
    assert "Policy “Gold”, Normal: First reply in 1 h." in page


@pytest.mark.parametrize(
    ("after", "met", "words"), [(10, True, "Kept in 10 min of 1 h"), (86, False, "Missed by 26 min, promised in 1 h")]
)
def test_an_ended_clock_says_how_it_ended(desk: Client, ticket: Ticket, after: int, met: bool, words: str) -> None:
    make_clock(ticket, ended_at=NOW + timedelta(minutes=after), met=met)
    assert words in page_of(desk, ticket)


def test_a_long_ticket_shows_its_end_and_the_way_to_its_beginning(desk: Client, ticket: Ticket) -> None:
    for n in range(102):
        make_message(ticket, f"message {n}!", sent_at=NOW + timedelta(minutes=n))
    page = page_of(desk, ticket)
    assert "message 101!" in page
    assert "message 1!" not in page
    assert "Show earlier messages" in page
    assert "message 1!" in page_of(desk, ticket, "?show=200")


def test_a_tier_that_forbids_the_answer_says_so_before_anybody_writes(desk: Client, acme: object) -> None:
    PartnerAccount.objects.update(paused=True)
    ticket = make_ticket()
    make_message(ticket)
    page = page_of(desk, ticket)
    assert "This cannot be sent from here." in page
    assert "disabled" in page.split("Post publicly")[0].rsplit("<button", 1)[1]


def test_somebody_who_may_only_look_gets_no_buttons(desk: Client, ticket: Ticket, alice: User) -> None:
    alice.groups.clear()
    alice.user_permissions.add(Permission.objects.get(codename="view_ticket"))
    page = page_of(desk, ticket)
    assert "You may read this ticket." in page
    for words in ("Take it", "Resolve", "Post publicly", "Undo"):
        assert words not in page.split('id="main"')[1]


def test_a_number_nobody_has_is_not_found(desk: Client) -> None:
    assert desk.get("/tickets/999999999/").status_code == 404


def test_the_parts_hold_no_composer(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "live")
    parts = desk.get(f"/tickets/{ticket.pk}/parts/").content.decode()
    assert ">live<" in parts
    assert "<textarea" not in parts
    assert "<html" not in parts


def test_times_on_the_page_are_exact_on_hover(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, sent_at=timezone.now().replace(year=2026, month=3, day=2, hour=9, minute=5, second=7))
    assert 'title="2 Mar 2026, 09:05:07"' in page_of(desk, ticket)


def test_names_in_any_script_are_kept_apart_from_the_text_around_them(desk: Client, acme: object) -> None:
    ticket = make_ticket(make_customer("900000000000000009", name="ليلى منصور", handle="layla_demo"))
    make_message(ticket, "返金の件です", language="ja")
    page = page_of(desk, ticket)
    assert "<bdi>ليلى منصور</bdi>" in page
    assert 'lang="ja">返金の件です</p>' in page


def test_an_edited_message_shows_its_versions(desk: Client, ticket: Ticket) -> None:
    message = make_message(ticket, "It is the second one")
    for number, words in (("1", "It is the frist one"), ("2", "It is the second one"), ("3", "")):
        message.versions.create(address=ticket.address, external_id=number, text=words, sent_at=NOW)
    page = page_of(desk, ticket)
    assert "Edited, 3 versions" in page and "It is the frist one" in page
    assert "This version was never told to us." in page


def test_versions_mark_what_changed(desk: Client, ticket: Ticket) -> None:
    message = make_message(ticket, "It is the second one")
    for number, words in (("1", "It is the <frist> one"), ("2", ""), ("3", "It is the second one")):
        message.versions.create(address=ticket.address, external_id=number, text=words, sent_at=NOW)
    assert "It is the <del>&lt;frist&gt;</del><ins>second</ins> one</span>" in page_of(desk, ticket)


def test_a_reply_in_arabic_runs_from_right_to_left_though_it_begins_with_a_name(desk: Client, ticket: Ticket) -> None:
    words = "@acmehelp_demo أين طلبي؟"
    make_message(ticket, words)
    Ticket.objects.filter(pk=ticket.pk).update(last_text=words)
    assert f"<p class=say dir=rtl>{words}</p>" in page_of(desk, ticket)
    assert "<b class=row-text dir=rtl>" in desk.get("/tickets/").content.decode()


def test_a_very_long_post_shows_its_beginning_until_somebody_wants_all(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "word " * 300)
    assert '<details class="whole">' not in page_of(desk, ticket)
    make_message(ticket, "word " * 5000)
    page = page_of(desk, ticket)
    assert page.count('<details class="whole">') == 1 and "Show all 25,000 characters" in page


def test_clocks_and_properties_stand_before_what_can_be_done_on_the_channel(desk: Client, ticket: Ticket) -> None:
    make_message(ticket)
    page = page_of(desk, ticket)
    places = [page.index(f'id="card-{name}"') for name in ("customer", "clocks", "properties", "acts", "checklist")]
    assert places == sorted(places)


def test_an_encrypted_message_says_so(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "", kind="encrypted")
    assert "An encrypted message. Its words never reach the desk" in page_of(desk, ticket)


def test_a_message_the_customer_has_read_says_so(desk: Client, acme: object) -> None:
    ticket = make_ticket(private=True)
    make_answer(ticket, read_at=NOW)
    assert f", read {NOW:%H:%M}" in page_of(desk, ticket)


def test_what_caught_a_search_hit_stands_with_it(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, kind="found", labels=["Outages", "Press"])
    page = page_of(desk, ticket)
    assert "Search hit" in page and "Outages</span>" in page and "Press</span>" in page


def test_the_customer_card_tells_what_happened_lately(desk: Client, ticket: Ticket) -> None:
    who = {"address": ticket.address, "identity": ticket.identity, "at": NOW, "received_at": NOW}
    for number in range(3):
        Happening.objects.create(key=f"like:{number}", kind="like_of_us", **who)
    Happening.objects.create(key="follow:1", kind="follow", **who)
    page = page_of(desk, ticket)
    assert page.count("Like of us") == 1 and "(3 times)" in page and "(1 times)" not in page


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ({"deleted_at": NOW}, "Deleted on X"),
        ({"kind": "encrypted", "visibility": "private"}, "Encrypted message"),
        ({"visibility": "private"}, "Without words"),
    ],
)
def test_a_ticket_without_last_words_says_why_in_lists_and_beside_others(
    desk: Client, ticket: Ticket, last: dict[str, object], words: str
) -> None:
    other = make_ticket(ticket.identity, last_text="", private="visibility" in last)
    make_message(other, "", **last)
    assert words in desk.get("/tickets/").content.decode()
    assert words in page_of(desk, ticket).partition("Other tickets")[2]


def test_a_private_message_on_a_public_ticket_is_not_told_of_in_lists(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, "for you", visibility="private", deleted_at=NOW)
    Ticket.objects.update(last_text="")
    assert "Private, not shown in lists" in desk.get("/tickets/").content.decode()


def test_a_message_that_came_long_after_it_was_said_says_so(desk: Client, ticket: Ticket) -> None:
    make_message(ticket, sent_at=NOW, received_at=NOW + timedelta(minutes=40))
    assert "Reached us 40 min late" in page_of(desk, ticket)


def test_where_the_public_words_were_deleted_it_says_so_and_not_that_they_were_private(
    desk: Client, ticket: Ticket
) -> None:
    make_message(ticket, "", deleted_at=NOW)
    assert "What the customer wrote in public was deleted" in page_of(desk, ticket)


def test_who_may_only_look_into_a_queue_is_told_so_beside_greyed_controls(acme: object, bob: User) -> None:
    staff("Bookings", "Lookers", bob, work=False, send=False)
    ticket, client = make_ticket(queue=make_queue("Bookings")), Client()
    client.force_login(bob)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "You may look at tickets in Bookings, but not change them." in page
    assert "You may not answer customers in Bookings." in page
    assert 'name="status"' not in page and 'name="text"' not in page and "disabled>" in page
