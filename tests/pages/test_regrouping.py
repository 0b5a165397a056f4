"""Merging, splitting, moving and linking by the pages, without JavaScript."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import BEN, make_agent, make_customer, make_message, make_queue, make_ticket, staff
from tests.tickets.rights import without
from tickets.composing import drafts
from tickets.models import Gesture, Skill, Ticket, TicketLink


@pytest.fixture
def two(acme: object) -> tuple[Ticket, Ticket]:
    """Ana's tickets: one about an order, one about an invoice."""
    home, other = make_ticket(), make_ticket(priority="urgent", last_text="And my invoice?")
    make_message(home), make_message(other, "And my invoice?")
    return home, other


def read(desk: Client, address: str) -> str:
    return desk.get(address, follow=True).content.decode()


def merge(desk: Client, home: Ticket, *others: Ticket, **told: object) -> str:
    data = {"t": [home.pk, *(one.pk for one in others)], "into": home.pk} | told
    return desk.post("/tickets/merge/", data, follow=True).content.decode()


def test_tickets_are_chosen_on_the_list_and_merged_after_a_look_at_what_becomes_of_them(
    desk: Client, two: tuple[Ticket, Ticket]
) -> None:
    home, other = two
    assert "form=pick " in read(desk, "/tickets/")
    shown = read(desk, f"/tickets/merge/?t={home.pk}&t={other.pk}")
    assert "Everything goes into" in shown and "Urgent" in shown and f"#{other.pk}" in shown
    assert not Gesture.objects.exists()
    assert f"Merged into #{home.pk}" in merge(desk, home, other)
    assert home.messages.count() == 2


def test_another_ticket_is_found_by_its_number_and_by_a_handle(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    assert "And my invoice?" in read(desk, f"/tickets/merge/?t={home.pk}&add=%23{other.pk}")
    assert f"&amp;t={other.pk}" in read(desk, f"/tickets/merge/?t={home.pk}&add=@ANA_demo")


def test_a_number_that_was_found_is_not_said_to_be_missing(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    assert "Nothing found." not in read(desk, f"/tickets/merge/?t={home.pk}&add=%23{other.pk}")
    assert "Nothing found." in read(desk, f"/tickets/merge/?t={home.pk}&add=@nobody_demo")


def test_the_look_shows_which_skills_are_needed(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    two[1].skills.add(Skill.objects.create(name="Invoices"))
    assert "Invoices" in read(desk, f"/tickets/merge/?t={two[0].pk}&t={two[1].pk}")


def test_one_put_in_by_mistake_is_left_out_again(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    first, second = two
    page = desk.get(f"/tickets/merge/?t={first.pk}&t={second.pk}").content.decode()
    assert f'href="?t={first.pk}" aria-label="Leave #{second.pk} out"' in page


def test_a_merged_tickets_address_leads_to_where_it_went(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    merge(desk, home, other)
    answer = desk.get(f"/tickets/{other.pk}/", follow=True)
    assert answer.redirect_chain == [(f"/tickets/{home.pk}/", 302)]
    assert f"#{other.pk} was merged into this ticket." in answer.content.decode()
    assert "Everything here was brought to" in read(desk, f"/tickets/{other.pk}/?own=1")


def test_the_emptied_ones_own_page_says_where_it_went_and_keeps_ones_draft(
    desk: Client, two: tuple[Ticket, Ticket], alice: User
) -> None:
    home, other = two
    asked = other.messages.get()
    for ticket in two:
        words = drafts.Words(text=f"Begun on #{ticket.pk}", answers=asked.pk if ticket == other else None)
        drafts.write(alice, ticket, "public", words, now=timezone.now())
    merge(desk, home, other)
    assert f'href="/tickets/{other.pk}/?own=1#writer"' in read(desk, "/")
    page = read(desk, f"/tickets/{other.pk}/?own=1")
    assert f"Begun on #{other.pk}" in page and "Answer it there" in page
    assert "Reopen" not in page and "but not change them" not in page
    parts = read(desk, f"/tickets/{other.pk}/parts/?to_public={asked.pk}")
    assert "Answer it there" in parts and "The message you answer is gone" not in parts


def test_a_link_with_an_emptied_one_says_where_it_went(desk: Client, two: tuple[Ticket, Ticket], alice: User) -> None:
    home, other = two
    third = make_ticket(make_customer(BEN))
    desk.post(f"/tickets/{third.pk}/link/", {"other": other.pk})
    merge(desk, home, other)
    assert f"Brought to #{home.pk}" in read(desk, f"/tickets/{third.pk}/")
    staff("Bookings", "Flights")
    Ticket.objects.filter(pk=home.pk).update(queue=make_queue("Bookings"))
    page = read(desk, f"/tickets/{third.pk}/")
    assert "Brought to another ticket" in page and f"#{home.pk}" not in page
    own = desk.get(f"/tickets/{other.pk}/")
    assert own.status_code == 200 and f"#{home.pk}" not in own.content.decode()


def test_it_is_undone_on_the_line_of_the_history(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    toasts = merge(desk, home, other).split('id="toasts"')[1]
    address = f"/gestures/{Gesture.objects.get().pk}/undo/"
    assert f'action="{address}"' in toasts and 'data-presses="z"' in toasts
    assert address in read(desk, f"/tickets/{home.pk}/")
    assert "Every ticket is as it was" in desk.post(address, follow=True).content.decode()
    assert other.messages.count() == 1 and address not in read(desk, f"/tickets/{home.pk}/")


def test_what_stays_apart_is_told_with_its_reason(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    secret, bens = make_ticket(private=True), make_ticket(make_customer(BEN))
    assert "private words never join a public ticket" in read(desk, f"/tickets/merge/?t={two[0].pk}&t={secret.pk}")
    assert "different customers" in merge(desk, two[0], bens)
    assert not Gesture.objects.exists()
    assert "Merged into" in merge(desk, two[0], bens, sure="1")


def test_a_message_is_split_off_with_all_that_follows(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    home, _ = two
    later = [make_message(home, "By the way."), make_message(home, "My invoice.")]
    address = f"/messages/{later[0].pk}/take-out/"
    assert "A new ticket with this message" in read(desk, address) and address in read(desk, f"/tickets/{home.pk}/")
    desk.post(address, {"what": "rest"})
    fresh = Ticket.objects.latest("pk")
    assert [m.text for m in fresh.messages.all()] == ["By the way.", "My invoice."] and home.messages.count() == 1


@pytest.mark.parametrize("what", ["one", "rest"])
def test_a_split_that_is_undone_leads_back_to_where_one_worked(
    desk: Client, two: tuple[Ticket, Ticket], what: str
) -> None:
    home, _ = two
    message = make_message(home, "By the way.")
    desk.post(f"/messages/{message.pk}/take-out/", {"what": what})
    fresh, back = Ticket.objects.latest("pk"), f"/tickets/{home.pk}/?own=1"
    assert f'name="next" value="{back}"' in read(desk, f"/tickets/{fresh.pk}/")
    address, script = f"/gestures/{Gesture.objects.get().pk}/undo/", {"HX-Request": "true"}
    script["HX-Current-URL"] = f"http://testserver/tickets/{fresh.pk}/"
    answer = desk.post(address, {"next": back}, headers=script)
    assert answer.headers.get("HX-Redirect") == back and message in home.messages.all()
    script["HX-Current-URL"] = "http://testserver/tickets/"
    assert "HX-Redirect" not in desk.post(address, {"next": back}, headers=script).headers


def test_a_message_is_moved_and_what_cannot_be_is_told(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    message = make_message(home, "My invoice.")
    assert "Say to which ticket" in desk.post(f"/messages/{message.pk}/take-out/", {"what": "move"}).content.decode()
    desk.post(f"/messages/{message.pk}/take-out/", {"what": "move", "to": f"#{other.pk}"})
    assert message in other.messages.all()


def test_tickets_are_linked_and_apart_again(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    assert (
        f"Linked with #{other.pk}"
        in desk.post(f"/tickets/{home.pk}/link/", {"other": other.pk}, follow=True).content.decode()
    )
    assert TicketLink.objects.count() == 1
    desk.post(f"/tickets/{other.pk}/unlink/", {"other": home.pk})
    assert not TicketLink.objects.exists()
    assert (
        "no ticket of that number"
        in desk.post(f"/tickets/{home.pk}/link/", {"other": "999999"}, follow=True).content.decode()
    )


def test_suggestions_say_why(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    home, _ = two
    make_message(home, "Order AB-123456 is missing since Monday morning")
    secret = make_ticket(private=True)
    make_ticket(make_customer(BEN), last_text="Since Monday morning order AB-123456 is missing!")
    shown = read(desk, f"/tickets/merge/?t={home.pk}")
    assert "same customer" in shown and f'name="other" value="{secret.pk}"' in shown
    assert "names AB-123456 too" in shown and "nearly the same words" in shown


def test_strangers_find_nothing(strangers_desk: Client, two: tuple[Ticket, Ticket], alice: User) -> None:
    message, gesture = (
        two[0].messages.get(),
        Gesture.objects.create(kind="merge", home=two[0], at=two[0].opened_at, latest=1),
    )
    for address in ("/tickets/merge/", f"/messages/{message.pk}/take-out/"):
        assert strangers_desk.get(address).status_code == 404
    for address in (f"/tickets/{two[0].pk}/link/", f"/gestures/{gesture.pk}/undo/", "/tickets/merge/"):
        assert strangers_desk.post(address).status_code == 404


def test_who_may_not_read_private_messages_merges_and_suggests_none(two: tuple[Ticket, Ticket]) -> None:
    carol = Client()
    carol.force_login(without(make_agent("carol"), "see_private"))
    secret = make_ticket(private=True, last_text="Secret words.")
    assert f"#{secret.pk}<" not in read(carol, f"/tickets/merge/?t={two[0].pk}&t={secret.pk}&add={secret.pk}")
    merge(carol, two[0], secret)
    assert not Gesture.objects.exists()
