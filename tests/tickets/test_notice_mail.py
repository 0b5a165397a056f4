"""Mail about what is unread: gathered, at most so often, never with private words, given up where it is refused."""

import smtplib
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage

from tests.factories import NOW, make_agent, make_customer, make_message, make_note, make_ticket
from tickets.choices import NoticeEvent
from tickets.doctor import findings
from tickets.models import Notice, NoticeSettings, Ticket
from tickets.notices import mailing
from tickets.notices.mailing import LADDER, MOST_REFUSALS, send_due
from tickets.notices.reading import mark_read
from tickets.notices.telling import tell

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _mail_is_on(settings: Any) -> None:
    settings.MAIL_ON, settings.PUBLIC_URL = True, "https://desk.example.com"


def told(
    person: User, event: NoticeEvent = NoticeEvent.MENTIONED, *, ticket: Ticket | None = None, **facts: Any
) -> None:
    tell([person], event, ticket=ticket or make_ticket(), now=facts.pop("now", NOW), **facts)


def sent_at(moment: datetime) -> list[Any]:
    """What goes at this moment."""
    before = len(mail.outbox)
    send_due(clock=lambda: moment)
    return mail.outbox[before:]


def test_what_is_unread_is_gathered_into_one_mail(alice: User, bob: User) -> None:
    told(bob, by=alice)
    told(bob, by=alice, now=NOW + 5 * MINUTE)
    told(bob, NoticeEvent.CUSTOMER)
    assert sent_at(NOW + 14 * MINUTE) == []
    (letter,) = sent_at(NOW + 15 * MINUTE)
    assert letter.to == ["bob@acme.example"] and letter.body.count("Alice mentioned you in a note.") == 2
    assert "The customer wrote" not in letter.body
    assert sent_at(NOW + timedelta(days=1)) == []


def late(person: User, ticket: Ticket | None = None, event: NoticeEvent = NoticeEvent.LATE, **facts: Any) -> None:
    told(person, event, ticket=ticket, metric="first_response", share=100, **facts)


def test_the_subject_says_what_matters_most_and_so_do_both_parts(bob: User) -> None:
    first, second = make_ticket(), make_ticket()
    told(bob)
    late(bob, first)
    late(bob, second, NoticeEvent.TOLD)
    late(bob, first)  # its next reply too: still one ticket
    told(bob, NoticeEvent.ASSIGNED)
    (letter,) = sent_at(NOW + timedelta(hours=1))
    words = f"2 tickets are late: #{first.pk}, #{second.pk}, and 2 more notices"
    html, _kind = letter.alternatives[0]
    assert letter.subject == words and letter.body.startswith(words) and f"<strong>{words}</strong>" in html
    assert letter.body.index("is late.") < letter.body.index("mentioned you")


def test_of_one_ticket_or_of_a_night_s_many_it_says_so(bob: User) -> None:
    ticket = make_ticket()
    late(bob, ticket)
    told(bob, ticket=ticket)
    (letter,) = sent_at(NOW + timedelta(hours=1))
    assert letter.subject == f"#{ticket.pk} is late, and 1 more notice"
    Notice.objects.create(person=bob, event="late", way="digest", at=NOW, data={"n": 12, "share": 100})
    late(bob, ticket, now=NOW + timedelta(hours=2))
    (letter,) = sent_at(NOW + timedelta(hours=3))
    assert letter.subject == f"13 tickets are late: #{ticket.pk} …"


def test_of_what_is_private_the_subject_says_no_more_than_that_they_wrote(bob: User) -> None:
    NoticeSettings.objects.create(person=bob, ways={"customer": "mail"})
    for _ in range(2):
        message = make_message(make_ticket(private=True), "4711")
        told(bob, NoticeEvent.CUSTOMER, ticket=message.ticket, message=message.pk, private=True)
    (letter,) = sent_at(NOW + timedelta(hours=1))
    assert letter.subject.startswith("Customers wrote on 2 tickets: #") and "4711" not in str(letter.message())


def test_an_account_that_stopped_comes_before_all_and_its_name_begins_no_header(bob: User) -> None:
    tell([bob], NoticeEvent.ACCOUNT, now=NOW, name="@acme\r\nBcc: x", why="no right")
    late(bob)
    (letter,) = sent_at(NOW + timedelta(hours=1))
    assert letter.subject == "@acme Bcc: x does not send any more, and 1 more notice"


def test_what_is_read_first_is_not_mailed(bob: User) -> None:
    told(bob)
    mark_read(bob, now=NOW)
    assert sent_at(NOW + timedelta(hours=1)) == []


def test_what_is_told_while_another_turns_out_to_be_read_is_mailed_all_the_same(bob: User, monkeypatch: Any) -> None:
    told(bob)
    asked = mailing._unmailed

    def nothing_yet(person: User) -> Any:
        found = asked(person).none()
        monkeypatch.setattr(mailing, "_unmailed", asked)
        told(person, now=NOW + 60 * MINUTE)
        return found

    monkeypatch.setattr(mailing, "_unmailed", nothing_yet)
    assert sent_at(NOW + 60 * MINUTE) == []
    assert len(sent_at(NOW + 75 * MINUTE)) == 1


def test_what_goes_at_once_does_but_no_more_than_once_a_minute(bob: User) -> None:
    told(bob, NoticeEvent.TOLD)
    assert len(sent_at(NOW)) == 1
    told(bob, NoticeEvent.TOLD, now=NOW + timedelta(seconds=20))
    assert sent_at(NOW + timedelta(seconds=30)) == []
    assert len(sent_at(NOW + MINUTE)) == 1


def test_quiet_hours_are_kept_in_the_person_s_own_zone(bob: User) -> None:
    quiet = {"quiet_from": time(22), "quiet_until": time(7), "time_zone": "Asia/Tokyo"}
    NoticeSettings.objects.create(person=bob, **quiet)
    told(bob, NoticeEvent.TOLD, now=datetime(2026, 3, 2, 14, 0, tzinfo=UTC))  # 23:00 there
    assert sent_at(datetime(2026, 3, 2, 21, 59, tzinfo=UTC)) == []
    assert len(sent_at(datetime(2026, 3, 2, 22, 0, tzinfo=UTC))) == 1


def test_private_words_are_never_in_it_and_public_ones_only_if_wanted(bob: User, settings: Any) -> None:
    private, public = make_ticket(private=True), make_ticket()
    secret = make_note(private, "The card number is 4711")
    open_note = make_note(public, "Called the depot")
    hidden = make_message(public, "secretly", visibility="private")
    for ticket, said in ((private, secret), (public, open_note), (public, hidden)):
        told(bob, ticket=ticket, message=said.pk)
    (letter,) = sent_at(NOW + timedelta(hours=1))
    whole = str(letter.message())
    assert "4711" not in whole and "secretly" not in whole and "Called the depot" in whole
    settings.NOTICE_MAIL_QUOTES = False
    told(bob, ticket=public, message=open_note.pk, now=NOW + timedelta(hours=2))
    (letter,) = sent_at(NOW + timedelta(hours=3))
    assert "depot" not in str(letter.message())


def test_a_ticket_that_is_given_quotes_what_the_customer_said_in_public(bob: User) -> None:
    ticket = make_ticket()
    make_message(ticket, "Where is my suitcase?"), make_message(ticket, "secretly", visibility="private")
    told(bob, NoticeEvent.ASSIGNED, ticket=ticket)
    told(bob, NoticeEvent.ASSIGNED, ticket=make_message(make_ticket(private=True), "4711").ticket)
    NoticeSettings.objects.update_or_create(person=bob, defaults={"time_zone": "America/New_York"})
    (letter,) = sent_at(NOW + timedelta(hours=1))
    whole = str(letter.message())
    assert "Where is my suitcase?" in whole and "secretly" not in whole and "4711" not in whole
    assert "(2026-03-02 05:00 EST)" in letter.body


def test_who_is_asked_to_approve_is_led_to_where_it_is_decided(bob: User) -> None:
    message = make_message(text="On its way.", direction="out")
    told(bob, NoticeEvent.APPROVAL, ticket=message.ticket, message=message.pk, approval=7)
    (letter,) = sent_at(NOW)
    assert "https://desk.example.com/approvals/#approval-7" in letter.body and "On its way." in letter.body


def test_who_may_not_see_it_any_more_is_not_mailed(bob: User) -> None:
    told(bob)
    bob.groups.clear()
    assert sent_at(NOW + timedelta(hours=1)) == []


def test_names_of_others_begin_no_header_and_no_tag(bob: User) -> None:
    mallory = make_agent("mallory", first_name="Eve\r\nBcc: all@acme.example", last_name="<b>x")
    ticket = make_ticket(make_customer("9", name="\u202eAna\n<script>"))
    told(bob, NoticeEvent.ASSIGNED, by=mallory, ticket=ticket)
    (letter,) = sent_at(NOW + timedelta(hours=1))
    raw = letter.message()
    assert raw["Bcc"] is None and "\n" not in str(letter.subject) and "\u202e" not in letter.body
    html, _kind = letter.alternatives[0]
    assert "<script>" not in html and "<b>x" not in html


def test_a_ticket_s_mails_stand_in_one_thread_and_one_click_ends_them(bob: User, client: Any) -> None:
    ticket = make_ticket()
    told(bob, ticket=ticket)
    (letter,) = sent_at(NOW + timedelta(hours=1))
    heads = letter.extra_headers
    assert heads["References"] == f"<ticket.{ticket.pk}.{bob.pk}@desk.example.com>" and heads["Message-ID"]
    assert heads["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = heads["List-Unsubscribe"].strip("<>").removeprefix("https://desk.example.com")
    assert client.get(address).status_code == 200 and NoticeSettings.objects.get().mail_off_at is None
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    told(bob, NoticeEvent.TOLD)
    assert sent_at(NOW + timedelta(days=1)) == [] and Notice.objects.filter(person=bob).count() == 2
    assert client.post(f"{address[:-2]}x/").status_code == 404


def test_a_server_that_does_not_answer_is_tried_again_on_the_ladder(bob: User, monkeypatch: Any) -> None:
    told(bob, NoticeEvent.TOLD)
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", _raise(ConnectionRefusedError()))
        assert sent_at(NOW) == []
    assert sent_at(NOW + LADDER[0] - timedelta(seconds=1)) == []
    assert len(sent_at(NOW + LADDER[0])) == 1 and NoticeSettings.objects.get().mail_tries == 0


def test_an_address_that_is_refused_is_given_up_and_the_doctor_says_so(bob: User, monkeypatch: Any) -> None:
    told(bob, NoticeEvent.TOLD)
    patch, moment = smtplib.SMTPRecipientsRefused({bob.email: (550, b"No such user")}), NOW
    monkeypatch.setattr(EmailMessage, "send", _raise(patch))
    for _ in range(MOST_REFUSALS):
        sent_at(moment)
        moment += timedelta(hours=7)
    wish = NoticeSettings.objects.get()
    assert wish.mail_stopped_at and wish.mail_reason == "550 No such user" and wish.mail_due_at is None
    assert any("No such user" in one.sentence for one in findings() if not one.ok)
    told(bob, NoticeEvent.TOLD)
    assert NoticeSettings.objects.get().mail_due_at is None


def test_who_died_before_noting_it_mails_it_again_under_the_same_id(bob: User, monkeypatch: Any) -> None:
    told(bob, NoticeEvent.TOLD)
    with monkeypatch.context() as patch:
        patch.setattr("tickets.notices.mailing._note_sent", _raise(SystemExit()))
        with pytest.raises(SystemExit):
            sent_at(NOW)
    assert sent_at(NOW + MINUTE) == []
    sent_at(NOW + 6 * MINUTE)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_without_a_mail_server_nothing_waits_to_be_mailed_later(bob: User, settings: Any) -> None:
    settings.MAIL_ON = False
    told(bob, NoticeEvent.TOLD)
    settings.MAIL_ON = True
    assert sent_at(NOW + timedelta(days=1)) == [] and Notice.objects.get().way == ""


def _raise(error: BaseException) -> Any:
    def fail(*_args: Any, **_named: Any) -> None:
        raise error

    return fail
