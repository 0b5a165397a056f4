"""Who is told: from what happened on tickets to notices, once for each person, and never of what they may not see."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.at_once import at_once
from tests.factories import (
    NOW,
    make_activity,
    make_address,
    make_agent,
    make_answer,
    make_clock,
    make_outsider,
    make_policy,
    make_ticket,
)
from tickets.assignment import assign, take
from tickets.choices import NoticeEvent, NoticeWay, WatchReason
from tickets.errors import Unheard
from tickets.merging import merge
from tickets.models import (
    Activity,
    EscalationStep,
    Membership,
    Message,
    Notice,
    NoticeReader,
    NoticeSettings,
    Staffing,
    Team,
    Ticket,
    Watch,
)
from tickets.notices.gathering import forget, gather
from tickets.notices.reading import count_unread, mark_read, read_page, seen_notices
from tickets.notices.stops import tell_stops
from tickets.notices.telling import tell
from tickets.notices.words import sentence
from tickets.promises.escalating import escalate
from tickets.regrouping.undoing import undo
from tickets.replies import note
from tickets.timeline import load_names, plain_sentence

pytestmark = pytest.mark.django_db(transaction=True)


def told(person: User) -> list[tuple[str, int | None]]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("event", "ticket_id"))


def unread(person: User) -> list[Notice]:
    return list(Notice.objects.filter(person=person, read_at=None).order_by("id"))


def watch(ticket: Ticket, *people: User) -> None:
    for person in people:
        Watch.objects.create(ticket=ticket, person=person, at=NOW)


def forget_rights(person: User, *codes: str) -> User:
    """As from the next request on."""
    person.groups.clear()
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return User.objects.get(pk=person.pk)


def test_who_is_given_a_ticket_is_told_once_and_who_gives_it_is_not(alice: User, bob: User) -> None:
    ticket = make_ticket()
    assign(ticket, to=bob, by=alice, now=NOW)
    gather(now=NOW), gather(now=NOW)
    assert told(bob) == [(NoticeEvent.ASSIGNED, ticket.pk)] and told(alice) == []
    take(make_ticket(), by=alice, now=NOW)
    gather(now=NOW)
    assert told(alice) == []


def test_two_who_gather_at_once_tell_once(alice: User, bob: User) -> None:
    for _ in range(20):
        assign(make_ticket(), to=bob, by=alice, now=NOW)
    at_once(lambda: gather(now=NOW), lambda: gather(now=NOW))
    gather(now=NOW)
    assert sum(one.data.get("n", 1) for one in Notice.objects.filter(person=bob)) == 20


def test_many_given_in_one_go_are_one_notice(alice: User, bob: User) -> None:
    for hand, count in ((alice, 3), (None, 5)):
        for _ in range(count):
            make_activity(make_ticket(private=True), "ticket.assigned", {"to": bob.pk}, actor=hand)
    gather(now=NOW)
    assert [sentence(one) for one in Notice.objects.filter(person=bob).order_by("pk")] == [
        *["Alice gave this ticket to you."] * 3,
        "5 tickets were given to you.",
    ]
    assert Notice.objects.get(person=bob, ticket=None).data == {"n": 5}
    bob = forget_rights(bob, "view_ticket")
    make_activity(make_ticket(private=True), "ticket.assigned", {"to": bob.pk})
    gather(now=NOW)
    assert count_unread(bob) == 1


def test_it_costs_as_much_for_many_lines(alice: User, bob: User) -> None:
    def lines(count: int) -> int:
        for _ in range(count):
            ticket = make_ticket(assignee=bob)
            watch(ticket, alice)
            for verb in ("ticket.joined", "ticket.assigned", "clock.step", "note.written"):
                make_activity(ticket, verb, {"to": alice.pk, "share": 100})
        with CaptureQueriesContext(connection) as found:
            gather(now=NOW)
        return len(found)

    assert lines(1) == lines(12) <= 30


def test_of_a_private_ticket_only_they_are_told_who_may_read_it(bob: User) -> None:
    sees = forget_rights(make_agent("dora"), "view_ticket", "work_ticket")
    ticket, charlie = make_ticket(private=True), make_outsider()
    watch(ticket, bob, sees, charlie)
    make_activity(ticket, "ticket.joined")
    gather(now=NOW)
    assert [len(told(one)) for one in (bob, sees, charlie)] == [1, 0, 0]


def test_who_loses_the_right_reads_nothing_of_it_any_more(bob: User) -> None:
    private, public = make_ticket(private=True), make_ticket()
    for ticket in (private, public):
        watch(ticket, bob)
    make_activity(private, "ticket.joined"), make_activity(public, "ticket.joined")
    make_activity(public, "reply.queued", {"private": True})
    gather(now=NOW)
    assert count_unread(bob) == 3
    bob = forget_rights(bob, "view_ticket")
    assert count_unread(bob) == 1 and [one.ticket_id for one in seen_notices(bob)] == [public.pk]
    assert count_unread(forget_rights(bob)) == 0


def test_what_is_wanted_not_at_all_is_not_told(alice: User, bob: User) -> None:
    NoticeSettings.objects.create(person=bob, ways={NoticeEvent.ASSIGNED: NoticeWay.OFF})
    assign(make_ticket(), to=bob, by=alice, now=NOW)
    gather(now=NOW)
    assert told(bob) == []


def test_they_stand_by_ticket_and_are_read_together(bob: User) -> None:
    one, other = make_ticket(assignee=bob), make_ticket(assignee=bob)
    for ticket in (one, one, other, one):
        make_activity(ticket, "reply.native")
    gather(now=NOW)
    groups, after = read_page(bob, unread=True)
    assert [(group.ticket and group.ticket.pk, group.unread) for group in groups] == [(one.pk, 3), (other.pk, 1)]
    assert mark_read(bob, now=NOW, ticket=one) == 3 and count_unread(bob) == 1 and after is None
    assert mark_read(bob, now=NOW) == 1 and mark_read(bob, now=NOW) == 0


def test_a_mention_tells_who_is_named_and_they_watch_from_then_on(alice: User, bob: User) -> None:
    ticket = make_ticket(assignee=alice)
    note(ticket, text="@Bob, can you? cc @nobody_here", by=alice, now=NOW)
    gather(now=NOW)
    assert told(bob) == [(NoticeEvent.MENTIONED, ticket.pk)] and told(alice) == []
    assert Watch.objects.get(ticket=ticket, person=bob).why == WatchReason.MENTIONED


def test_who_names_somebody_that_may_not_see_the_ticket_is_warned_first(alice: User) -> None:
    ticket = make_ticket(private=True)
    make_outsider("charlie")
    with pytest.raises(Unheard, match="@charlie"):
        note(ticket, text="@charlie look", by=alice, now=NOW)
    assert not Message.objects.filter(ticket=ticket).exists()
    note(ticket, text="@charlie look", by=alice, now=NOW, unheard=True)
    gather(now=NOW)
    assert not Notice.objects.exists() and "mentions" not in Activity.objects.get(verb="note.written").data


def test_who_answers_or_is_given_a_ticket_watches_it_unless_they_do_not_want_to(alice: User, bob: User) -> None:
    ticket = make_ticket()
    NoticeSettings.objects.create(person=bob, watch_mine=False)
    assign(ticket, to=bob, by=alice, now=NOW)
    make_activity(ticket, "reply.queued", actor=alice)
    gather(now=NOW)
    assert list(Watch.objects.values_list("person", "why")) == [(alice.pk, WatchReason.ANSWERED)]


def test_who_wrote_what_could_not_be_sent_is_told(alice: User, bob: User) -> None:
    answer = make_answer(make_ticket(assignee=bob), agent=alice, state="failed")
    assert answer.ticket is not None
    make_activity(answer.ticket, "reply.failed", {"message": answer.pk, "reason": "They wrote: secret"})
    gather(now=NOW)
    assert told(alice) == told(bob) == [(NoticeEvent.FAILED, answer.ticket_id)]
    assert "secret" not in str(list(Notice.objects.values()))


def test_the_door_tells_others_than_who_acts_and_only_who_may_see(alice: User, bob: User) -> None:
    people: list[Any] = [alice, bob, make_outsider()]
    assert tell(people, NoticeEvent.APPROVAL, ticket=make_ticket(), by=alice, now=NOW) == 1
    assert len(told(bob)) == 1 and told(alice) == []


def test_after_a_restore_on_another_server_they_are_told_from_now_on(alice: User, bob: User) -> None:
    NoticeReader.objects.update(changed=2**60)
    assign(make_ticket(), to=bob, by=alice, now=NOW)
    gather(now=NOW)
    assert told(bob) == []
    assign(make_ticket(), to=bob, by=alice, now=NOW)
    gather(now=NOW)
    assert len(told(bob)) == 1


def test_what_a_customer_writes_several_times_is_one_notice(alice: User, bob: User) -> None:
    ticket, other = make_ticket(assignee=bob), make_ticket(assignee=bob)
    for place in (ticket, ticket, other):
        make_activity(place, "ticket.joined", {"message": place.pk})
    gather(now=NOW)
    assert [sentence(one) for one in unread(bob)] == ["The customer wrote 2 times.", "The customer wrote."]
    make_activity(ticket, "ticket.joined", {"message": 7})
    gather(now=NOW)
    (of_other, newest) = unread(bob)
    assert (sentence(newest), newest.data["message"], of_other.ticket) == ("The customer wrote 3 times.", 7, other)
    mark_read(bob, now=NOW)
    make_activity(ticket, "ticket.joined")
    gather(now=NOW)
    assert [sentence(one) for one in unread(bob)] == ["The customer wrote."]


def test_what_asked_to_act_on_a_ticket_is_read_once_it_is_not_theirs_any_more(alice: User, bob: User) -> None:
    ticket, kept = make_ticket(), make_ticket(assignee=bob)
    assign(ticket, to=bob, by=alice, now=NOW)
    ticket.refresh_from_db()
    for verb, data in (("ticket.joined", {}), ("clock.step", {"share": 80}), ("note.written", {})):
        make_activity(ticket, verb, data, actor=alice)
    make_activity(kept, "ticket.joined")
    gather(now=NOW)
    assert len(unread(bob)) == 5
    assign(ticket, to=None, by=alice, now=NOW)
    gather(now=NOW)
    assert [(one.event, one.ticket) for one in unread(bob)] == [("note", ticket), ("customer", kept)]
    # Given, taken and given again before a worker looked.
    assign(ticket, to=bob, by=alice, now=NOW)
    assign(ticket, to=None, by=alice, now=NOW)
    assign(ticket, to=bob, by=alice, now=NOW)
    gather(now=NOW)
    assert [one.event for one in unread(bob)] == ["note", "customer", "assigned"]


def test_old_ones_are_forgotten_read_or_not(alice: User, bob: User, settings: Any) -> None:
    settings.NOTICES_KEPT_DAYS = 30
    tell([bob], NoticeEvent.TOLD, ticket=make_ticket(), now=NOW - timedelta(days=31))
    tell([bob], NoticeEvent.TOLD, ticket=make_ticket(), now=NOW)
    assert forget(now=NOW) == 1 and len(told(bob)) == 1


def test_a_promise_that_is_late_is_told_to_the_leads_of_the_queue(alice: User, bob: User) -> None:
    ticket = make_ticket(assignee=alice)
    floor = Team.objects.create(name="Floor")
    Staffing.objects.create(queue=ticket.queue, team=floor)
    Membership.objects.create(team=floor, person=bob, lead=True)
    for member in (alice, make_agent("dora")):
        Membership.objects.create(team=floor, person=member)
    for share in (75, 100):
        make_activity(ticket, "clock.step", {"metric": "resolution", "share": share})
    gather(now=NOW)
    assert told(alice) == [(NoticeEvent.DUE, ticket.pk), (NoticeEvent.LATE, ticket.pk)]
    assert told(bob) == [(NoticeEvent.LATE, ticket.pk)] and Notice.objects.count() == 3


def test_many_that_are_late_at_once_are_one_notice(bob: User) -> None:
    floor = Team.objects.create(name="Floor")
    Membership.objects.create(team=floor, person=bob, lead=True)
    Staffing.objects.create(queue=make_ticket().queue, team=floor)
    for _ in range(5):
        make_activity(make_ticket(), "clock.step", {"metric": "resolution", "share": 100})
    gather(now=NOW)
    one = Notice.objects.get()
    assert (one.person, one.event, one.ticket, sentence(one)) == (bob, NoticeEvent.LATE, None, "5 tickets are late.")


def test_several_promises_of_few_tickets_name_the_tickets(bob: User) -> None:
    floor = Team.objects.create(name="Floor")
    Membership.objects.create(team=floor, person=bob, lead=True)
    Staffing.objects.create(queue=make_ticket().queue, team=floor)
    late = [make_ticket(), make_ticket()]
    for ticket in late:
        for metric in ("first_response", "resolution"):
            make_activity(ticket, "clock.step", {"metric": metric, "share": 110, "raised_to": "urgent"})
    gather(now=NOW)
    assert told(bob) == [(NoticeEvent.LATE, ticket.pk) for ticket in late for _ in range(2)]
    words = "Resolution is late by 10 % of its time. Priority raised to Urgent."
    assert sentence(Notice.objects.latest("pk")) == words


def test_a_merge_brings_watchers_along_and_undoing_it_lets_them_go(alice: User, bob: User) -> None:
    home, other = make_ticket(), make_ticket()
    watch(other, bob)
    gesture = merge([other.pk], into=home.pk, by=alice, now=NOW)
    assert [one.person for one in home.watches.all()] == [bob]
    watch(home, carol := make_agent("carol"))
    undo(gesture.pk, by=alice, now=NOW)
    assert [one.person for one in home.watches.all()] == [carol]
    assert [one.person for one in other.watches.all()] == [bob]


def test_a_step_tells_whom_it_names(alice: User, bob: User) -> None:
    policy = make_policy(minutes={"first_response": 60})
    ticket = make_ticket(sla_policy=policy, assignee=alice)
    step = EscalationStep.objects.create(policy=policy, share=75, tell_assignee=True)
    step.notify.add(bob)
    make_clock(ticket, policy=policy, next_step_at=NOW + timedelta(minutes=45))
    assert escalate(now=NOW + timedelta(minutes=46)) == 1
    gather(now=NOW)
    assert (told(bob), told(alice)) == ([(NoticeEvent.TOLD, ticket.pk)], [(NoticeEvent.DUE, ticket.pk)])
    shown = tell_line(Activity.objects.get(verb="clock.step"), bob)
    assert shown == "First reply: 75 % of its time is used up. Bob told."


def test_that_a_promise_is_late_is_told_once_and_what_a_step_did_to_whom_it_tells(alice: User, bob: User) -> None:
    policy = make_policy(minutes={"first_response": 60})
    ticket = make_ticket(sla_policy=policy, assignee=alice)
    floor = Team.objects.create(name="Floor")
    Membership.objects.create(team=floor, person=bob, lead=True)
    Staffing.objects.create(queue=ticket.queue, team=floor)
    Membership.objects.create(team=floor, person=alice)
    make_clock(ticket, policy=policy, next_step_at=NOW + timedelta(minutes=60))
    EscalationStep.objects.create(policy=policy, share=110, priority="high")
    EscalationStep.objects.create(policy=policy, share=150, priority="urgent", tell_leads=True)
    for minute in (61, 67):
        assert escalate(now=NOW + timedelta(minutes=minute)) == 1
        gather(now=NOW)
        assert told(bob) == told(alice) == [(NoticeEvent.LATE, ticket.pk)]
    assert Ticket.objects.get().priority == "high"
    assert escalate(now=NOW + timedelta(minutes=91)) == 1
    gather(now=NOW)
    assert told(bob) == [(NoticeEvent.LATE, ticket.pk)] * 2 and len(told(alice)) == 1
    words = "First reply is late by 50 % of its time. Priority raised to Urgent."
    assert sentence(Notice.objects.latest("pk")) == words


def tell_line(line: Activity, reader: User) -> str:
    return plain_sentence(line, load_names([line], user=reader))


def test_who_may_mend_it_is_told_of_an_account_that_stopped_and_again_the_next_day(alice: User) -> None:
    admin = User.objects.create_superuser("root")
    make_address(sending_stopped=True, banner="Its token died.")
    assert [tell_stops(now=NOW + timedelta(hours=hours)) for hours in (0, 1, 25)] == [1, 0, 1]
    assert told(admin) == [(NoticeEvent.ACCOUNT, None)] * 2 and told(alice) == []
    assert sentence(Notice.objects.latest("pk")) == "Acme (@acmehelp_demo) does not send any more: Its token died."
