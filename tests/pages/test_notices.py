"""The bell, its panel and the page of notices, in the browser of who is told."""

import re
from typing import Any

from django.contrib.auth.models import Permission, User
from django.core import mail
from django.test import Client

from tests.factories import NOW, make_customer, make_message, make_note, make_outsider, make_person, make_ticket
from tests.pages.test_statements import statements
from tickets.choices import NoticeEvent
from tickets.models import Activity, Notice, NoticeSettings, Watch
from tickets.notices.telling import tell


def told(person: User, event: str = NoticeEvent.ASSIGNED, **facts: Any) -> Notice:
    by, ticket = facts.pop("by", None), facts.pop("ticket", None) or make_ticket()
    tell([person], NoticeEvent(event), ticket=ticket, by=by, now=NOW, **facts)
    return Notice.objects.latest("pk")


def page(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def test_every_page_says_how_many_are_unread(desk: Client, alice: User, bob: User) -> None:
    assert "Notices, none unread" in page(desk, "/")
    told(alice), told(alice), told(bob)
    assert "Notices, 2 unread" in page(desk, "/") and "Notices, 2 unread" in page(desk, "/tickets/")


def test_they_stand_by_ticket_in_words(desk: Client, alice: User, bob: User) -> None:
    notice = told(alice, by=bob)
    shown = page(desk, "/notices/")
    assert f"#{notice.ticket_id}" in shown and "Bob gave this ticket to you." in shown and "1 new" in shown
    assert "Bob gave this ticket to you." in page(desk, "/notices/panel/")


def test_names_of_others_are_shown_and_never_obeyed(desk: Client, alice: User, bob: User) -> None:
    bob.first_name = "<script>{who}"
    bob.save()
    told(alice, by=bob, ticket=make_ticket(make_customer("9", name="<img src=x>")))
    shown = page(desk, "/notices/")
    assert "&lt;script&gt;{who}" in shown and "<img src=x>" not in shown


def test_following_one_reads_it_and_leads_there(desk: Client, alice: User) -> None:
    notice = told(alice, NoticeEvent.CUSTOMER, message=7)
    answer = desk.post(f"/notices/{notice.pk}/")
    assert answer.headers["Location"] == f"/tickets/{notice.ticket_id}/#m7"
    assert "Nothing new." in page(desk, "/notices/")
    assert "The customer wrote." in page(desk, "/notices/?show=all")


def test_all_or_a_ticket_s_are_read_by_one_press(desk: Client, alice: User) -> None:
    one, other = told(alice), told(alice)
    desk.post("/notices/read/", {"ticket": one.ticket_id, "next": "/notices/"})
    assert list(Notice.objects.filter(read_at=None)) == [other]
    assert desk.post("/notices/read/").headers["Location"] == "/notices/"
    assert not Notice.objects.filter(read_at=None).exists()


def test_nobody_opens_or_reads_what_others_are_told(desk: Client, bob: User) -> None:
    notice = told(bob)
    assert desk.post(f"/notices/{notice.pk}/").status_code == 404
    desk.post("/notices/read/", {"notice": notice.pk}), desk.post("/notices/read/")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_an_outsider_finds_nothing(strangers_desk: Client) -> None:
    for address in ("/notices/", "/notices/panel/", "/notices/bell/", "/notices/parts/"):
        assert strangers_desk.get(address).status_code == 404


def test_an_odd_key_is_not_found(desk: Client) -> None:
    for address in ("/notices/?before=x", "/notices/bell/?since=-1", f"/notices/?before={'9' * 30}"):
        assert desk.get(address).status_code == 404


def test_the_first_words_stand_with_it_as_far_as_one_may_read_them(desk: Client, alice: User) -> None:
    ticket = make_ticket()
    note = make_note(ticket, "Look at\n<b>order</b> 5521 " + "o" * 200)
    hidden = make_message(ticket, "My card is 4711", visibility="private", kind="direct")
    told(alice, NoticeEvent.MENTIONED, ticket=ticket, message=note.pk)
    told(alice, NoticeEvent.CUSTOMER, ticket=ticket, message=hidden.pk)
    told(alice, ticket=make_message(text="Where is my suitcase?").ticket)
    told(alice, NoticeEvent.CUSTOMER, ticket=make_message(text="Not a word yet").ticket)  # as histories tell it
    for address in ("/notices/", "/notices/panel/"):
        shown = page(desk, address)
        assert "Look at &lt;b&gt;order&lt;/b&gt; 5521 oo" in shown and "o" * 120 not in shown
        assert "My card is 4711" in shown and "Where is my suitcase?" in shown
        assert "Not a word yet" in shown
    assert "Look at" in page(desk, "/notices/bell/?since=0")
    alice.groups.get().permissions.remove(Permission.objects.get(codename="see_private"))
    assert "4711" not in page(desk, "/notices/")


def test_words_cost_two_statements_however_many(desk: Client, alice: User) -> None:
    def fill() -> None:
        ticket = make_ticket()
        told(alice, NoticeEvent.NOTE, ticket=ticket, message=make_note(ticket).pk), told(alice, ticket=ticket)

    fill()
    few = statements(desk, "/notices/")
    for _ in range(4):
        fill()
    assert statements(desk, "/notices/") == few


def test_only_what_is_urgent_and_new_to_the_page_pops_up(desk: Client, alice: User) -> None:
    first = told(alice)
    told(alice, NoticeEvent.CUSTOMER)
    assert "data-toast" not in page(desk, "/notices/bell/")
    assert "data-toast" not in page(desk, f"/notices/bell/?since={Notice.objects.latest('pk').pk}")
    told(alice, NoticeEvent.LATE, metric="resolution", share=100)
    shown = page(desk, f"/notices/bell/?since={first.pk}")
    assert shown.count("data-toast") == 1 and "Resolution is late." in shown


def test_nothing_pops_up_for_who_does_not_want_that(desk: Client, alice: User) -> None:
    NoticeSettings.objects.create(person=alice, toasts=False)
    told(alice)
    assert "data-toast" not in page(desk, "/notices/bell/?since=0")


def test_the_page_has_another_page_when_there_are_many(desk: Client, alice: User) -> None:
    ticket = make_ticket()
    for _ in range(101):
        tell([alice], NoticeEvent.ASSIGNED, ticket=ticket, now=NOW)
    shown = page(desk, "/notices/")
    assert "100 new" in shown and "Earlier ones" in shown and "Notices, 99+ unread" in shown
    oldest = Notice.objects.order_by("-pk")[99].pk
    assert "1 new" in page(desk, f"/notices/?before={oldest}")


def test_a_ticket_is_watched_and_not_any_more(desk: Client, alice: User) -> None:
    ticket = make_ticket()
    address = f"/tickets/{ticket.pk}/"
    assert desk.post(f"{address}watch/", {"watch": "yes"}).status_code == 302
    assert "Stop watching" in page(desk, address) and Watch.objects.get().person == alice
    desk.post(f"{address}watch/", {"watch": "no"})
    assert "Stop watching" not in page(desk, address) and not Watch.objects.exists()


def test_who_may_not_see_it_any_more_is_not_among_its_watchers(desk: Client, bob: User) -> None:
    ticket = make_ticket()
    Watch.objects.create(ticket=ticket, person=bob, at=NOW)
    assert 'class="watcher"' in page(desk, f"/tickets/{ticket.pk}/")
    bob.groups.clear()
    assert 'class="watcher"' not in page(desk, f"/tickets/{ticket.pk}/")


def test_a_note_s_mentions_are_marked_and_nothing_else_is_obeyed(desk: Client, bob: User) -> None:
    ticket = make_ticket()
    make_note(ticket, "@Bob <b>look</b>, not @nina")
    shown = page(desk, f"/tickets/{ticket.pk}/")
    assert '<b class="mention" title="Bob">@Bob</b> &lt;b&gt;look&lt;/b&gt;, not @nina' in shown
    assert 'data-mention="bob"' in shown and 'data-mention="alice"' not in shown


def test_who_may_see_a_ticket_is_offered_and_marked_and_told_and_a_program_is_not(desk: Client, alice: User) -> None:
    iris = make_person("iris", role="Auditors")
    make_person("robot", role="API clients")
    ticket, text = make_ticket(), "@alice @iris @robot look"
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "note", "text": text})
    assert Activity.objects.get(verb="note.written").data["mentions"] == [alice.pk, iris.pk]
    shown = page(desk, f"/tickets/{ticket.pk}/")
    assert shown.count('<b class="mention"') == 2 and '<b class="mention" title="Iris">@iris</b> @robot look' in shown
    assert shown.count("data-mention=") == 1 and 'data-mention="iris"' in shown
    desk.force_login(iris)  # who only reads tickets
    read = page(desk, f"/tickets/{ticket.pk}/")
    assert read.count('<b class="mention"') == 2 and "data-mention=" not in read


def test_a_note_for_who_may_not_see_the_ticket_is_asked_about_and_its_words_stay(desk: Client) -> None:
    ticket = make_ticket()
    make_outsider("charlie")
    sheet = {"mode": "note", "text": "@charlie look"}
    answer = desk.post(f"/tickets/{ticket.pk}/write/", sheet)
    assert answer.status_code == 422 and "@charlie may not see this ticket" in answer.content.decode()
    assert "@charlie look</textarea>" in answer.content.decode()
    assert desk.post(f"/tickets/{ticket.pk}/write/", sheet | {"unheard": "yes"}).status_code == 302
    assert ticket.messages.get().text == "@charlie look"


def test_a_person_s_page_says_how_they_are_told_and_changes_it(desk: Client, alice: User) -> None:
    address = "/settings/notifications/"
    assert "This desk sends no mail" in page(desk, address)
    sheet = {"way_note": "mail", "way_status": "off", "quiet_from": "22:00", "quiet_until": "07:00"}
    NoticeSettings.objects.create(person=alice, time_zone="Europe/Berlin", theme="dark", single_keys=False)
    assert "They are hours of Europe/Berlin." in page(desk, address)
    assert desk.post(address, sheet).status_code == 302
    wish = NoticeSettings.objects.get(person=alice)
    assert wish.ways == {"note": "mail"}
    assert (wish.time_zone, wish.theme, wish.single_keys) == ("Europe/Berlin", "dark", False)
    assert wish.mail_off_at and not wish.toasts and str(wish.quiet_from) == "22:00:00"


def test_who_may_see_the_reports_is_offered_them_by_mail_and_nobody_else(desk: Client, alice: User) -> None:
    address, label = "/settings/notifications/", "Mail me the reports of last week on Monday morning"
    NoticeSettings.objects.create(person=alice)
    assert label not in page(desk, address)
    desk.post(address, {"mail": "yes", "weekly_report": "yes"})
    assert not NoticeSettings.objects.get(person=alice).weekly_report
    alice.user_permissions.add(Permission.objects.get(codename="view_reports"))
    assert re.search(r'name="weekly_report" value="yes" aria-describedby="\S+">', page(desk, address))
    desk.post(address, {"mail": "yes", "weekly_report": "yes"})
    assert NoticeSettings.objects.get(person=alice).weekly_report
    assert re.search(r'name="weekly_report" value="yes" aria-describedby="\S+" checked>', page(desk, address))
    alice.user_permissions.clear()
    desk.post(address, {"mail": "yes"})  # who is not asked says nothing of it
    assert NoticeSettings.objects.get(person=alice).weekly_report
    alice.user_permissions.add(Permission.objects.get(codename="view_reports"))
    desk.post(address, {"mail": "yes"})
    assert not NoticeSettings.objects.get(person=alice).weekly_report


def test_what_cannot_be_kept_is_shown_again_with_the_reason(desk: Client, alice: User) -> None:
    for wrong in ({"quiet_from": "22:00"}, {"quiet_from": "late"}, {"way_note": "x"}):
        answer = desk.post("/settings/notifications/", {"way_note": "mail"} | wrong)
        assert answer.status_code == 422 and "That did not work" in answer.content.decode()
    assert not NoticeSettings.objects.filter(ways={"note": "mail"}).exists()
    shown = desk.post("/settings/notifications/", {"way_note": "mail", "quiet_from": "22:00"}).content.decode()
    assert 'value="22:00"' in shown


def test_a_test_mail_says_whether_it_went_and_why_not(desk: Client, alice: User, settings: Any) -> None:
    address = "/settings/notifications/"
    assert "Send me a test mail" not in page(desk, address)
    User.objects.filter(pk=alice.pk).update(email="alice@acme.example")
    assert "This desk sends no mail" in desk.post(f"{address}test-mail/", follow=True).content.decode()
    settings.MAIL_ON = True
    assert "Send me a test mail" in page(desk, address)
    told = desk.post(f"{address}test-mail/", follow=True).content.decode()
    assert "on its way to alice@acme.example" in told
    (letter,) = mail.outbox
    assert letter.to == ["alice@acme.example"] and "reaches you" in letter.body
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT = 9  # where nobody listens
    told = desk.post(f"{address}test-mail/", follow=True).content.decode()
    assert "did not go: the mail server did not take it (ConnectionRefusedError)." in told
    assert desk.get(f"{address}test-mail/").status_code == 405
