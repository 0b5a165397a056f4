"""Notices and watchers over the API."""

from typing import Any

from django.contrib.auth.models import User
from django.core import mail

from tests.api.caller import Caller, code_of
from tests.factories import NOW, make_agent, make_note, make_outsider, make_supervisor, make_ticket
from tickets.choices import NoticeEvent
from tickets.models import Notice, Watch
from tickets.notices.telling import tell


def test_the_caller_reads_their_own_and_marks_them(api: Caller, alice: User) -> None:
    bob = make_agent("bob")
    for person in (alice, alice, bob):
        tell([person], NoticeEvent.ASSIGNED, ticket=make_ticket(), now=NOW)
    listed = api.get("notices/?unread=true").json()["results"]
    assert [row["sentence"] for row in listed] == ["The desk gave this ticket to you."] * 2
    assert api.post("notices/read/", {"ids": [listed[0]["id"]]}, Idempotency_Key="1").json() == {"read": 1}
    assert api.post("notices/read/", {"ticket": listed[1]["ticket"]}, Idempotency_Key="2").json() == {"read": 1}
    assert api.get("notices/?unread=true").json()["results"] == []
    assert len(api.get("notices/").json()["results"]) == 2
    assert Notice.objects.get(person=bob).read_at is None


def test_a_notice_tells_the_first_words_it_is_about(api: Caller, alice: User) -> None:
    note = make_note(make_ticket(), "Called the depot.\nNobody there.")
    tell([alice], NoticeEvent.MENTIONED, ticket=note.ticket, now=NOW, message=note.pk)
    tell([alice], NoticeEvent.ASSIGNED, ticket=make_ticket(), now=NOW)
    rows = api.get("notices/").json()["results"]
    assert [row["words"] for row in rows] == ["", "Called the depot. Nobody there."]


def test_a_ticket_is_watched_over_the_api(api: Caller, alice: User) -> None:
    ticket = make_ticket()
    rows = api.post(f"tickets/{ticket.pk}/watch/", None, Idempotency_Key="1").json()["watchers"]
    assert [(row["username"], row["why"]) for row in rows] == [("alice", "chosen")]
    assert api.get(f"tickets/{ticket.pk}/watchers/").json()["watchers"] == rows
    assert api.post(f"tickets/{ticket.pk}/unwatch/", None, Idempotency_Key="2").json() == {"watchers": []}
    assert not Watch.objects.exists()


def test_a_note_that_some_would_not_hear_of_is_refused_until_that_is_known(api: Caller) -> None:
    ticket = make_ticket()
    make_outsider("charlie")
    answer = api.post(f"tickets/{ticket.pk}/notes/", {"text": "@charlie?"}, Idempotency_Key="1")
    assert answer.status_code == 409 and answer.json()["code"] == "unheard"
    words = {"text": "@charlie?", "unheard": True}
    assert api.post(f"tickets/{ticket.pk}/notes/", words, Idempotency_Key="2").status_code == 201


def test_how_one_is_told_is_read_and_changed(api: Caller) -> None:
    usual = api.get("notices/settings/").json()
    assert usual["ways"]["note"] == "desk" and usual["mail"] and not usual["mail_sent"]
    words = {"ways": {"note": "off"}, "quiet_from": "22:00:00", "quiet_until": "07:00:00", "mail": False}
    changed = api.post("notices/settings/change/", words, Idempotency_Key="1").json()
    assert changed["ways"]["note"] == "off" and changed["ways"]["due"] == usual["ways"]["due"] and not changed["mail"]
    words = {"theme": "dark", "single_keys": False}
    changed = api.post("notices/settings/change/", words, Idempotency_Key="desk").json()
    assert (changed["theme"], changed["single_keys"], changed["ways"]["note"]) == ("dark", False, "off")
    strange: tuple[dict[str, Any], ...] = (
        {"time_zone": "Middle/Earth"},
        {"time_zone": "localtime"},
        {"time_zone": "Factory"},
        {"ways": {"odd": "off"}},
        {"language": "xx"},
    )
    for number, odd in enumerate(strange, start=2):
        wrong = api.post("notices/settings/change/", odd, Idempotency_Key=str(number))
        assert code_of(wrong) == (400, "invalid") and list(wrong.json()["fields"]) == list(odd)
    for number, moment in enumerate(("02:30:15.5+02:00", "02:30:00Z"), start=10):
        wrong = api.post("notices/settings/change/", {"quiet_from": moment}, Idempotency_Key=str(number))
        assert wrong.status_code == 400


def test_the_weekly_report_is_for_who_may_see_the_reports(api: Caller) -> None:
    assert api.get("notices/settings/").json()["weekly_report"] is False
    refused = api.post("notices/settings/change/", {"weekly_report": True}, Idempotency_Key="1")
    assert refused.status_code == 409 and "You may not see the reports" in str(refused.json())
    sam = Caller(make_supervisor())
    assert sam.post("notices/settings/change/", {"weekly_report": True}, Idempotency_Key="2").json()["weekly_report"]
    assert not sam.post("notices/settings/change/", {"weekly_report": False}, Idempotency_Key="3").json()[
        "weekly_report"
    ]


def test_a_token_that_only_reads_marks_nothing_as_read(alice: User) -> None:
    tell([alice], NoticeEvent.ASSIGNED, ticket=make_ticket(), now=NOW)
    reads = Caller(alice, "tickets:read")
    assert len(reads.get("notices/").json()["results"]) == 1
    assert code_of(reads.post("notices/read/", {})) == (403, "scope_missing")
    assert Notice.objects.get().read_at is None


def test_a_program_tries_whether_mail_arrives(api: Caller, settings: Any) -> None:
    refused = api.post("notices/settings/test-mail/", Idempotency_Key="1")
    assert code_of(refused) == (409, "cannot_change")
    settings.MAIL_ON = True
    User.objects.update(email="alice@acme.example")
    told = api.post("notices/settings/test-mail/", Idempotency_Key="2")
    assert told.json() == {"to": "alice@acme.example"} and len(mail.outbox) == 1
    api.post("notices/settings/test-mail/", Idempotency_Key="2")
    assert len(mail.outbox) == 1
