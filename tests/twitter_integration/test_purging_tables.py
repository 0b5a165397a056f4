"""Purging an account, table by table: nothing of X stays in any of them, and none can be forgotten."""

from datetime import timedelta
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from tests.factories import BEN, make_address, make_agent, make_customer, make_message, make_rule, make_ticket
from tests.twitter_integration.bodies import post
from tickets.bulk.ordering import Aim, order
from tickets.composing.by_hand import hand_over
from tickets.incidents import grouping
from tickets.merging import merge
from tickets.models import (
    Activity,
    CustomerList,
    CustomerNote,
    Draft,
    Gesture,
    HandleChange,
    HandOff,
    Identity,
    Incident,
    ListEntry,
    Message,
    OutboxEntry,
    RuleRun,
    SavedView,
    Saying,
    Ticket,
    Trace,
)
from tickets.outbound import SendError
from tickets.replies import reply
from tickets.sending.outcomes import record_failure
from tickets.timeline import load_names, plain_sentence
from twitter_integration.deliveries.drain import drain
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import AccountAct, ActReminder, MediaUpload, PartnerAccount, ReplyRule, SearchQuery
from twitter_integration.purge.emptying import REMOVES
from twitter_integration.purge.holdings import STAYS
from twitter_integration.purge.proving import find_traces, gather_needles
from twitter_integration.purge.purging import purge

NOW = timezone.now


@pytest.fixture
def busy(acme: PartnerAccount) -> PartnerAccount:
    """Acme with a mention and an answer on its way."""
    store([Arrival(app_id=acme.app_id, body=post("My order 5521 is lost"), received_at=NOW())])
    drain()
    reply(Ticket.objects.get(), text="We are looking for order 5521.", private=False, by=make_agent(), now=NOW())
    return acme


def test_searches_that_are_kept_name_nobody_any_more(busy: PartnerAccount) -> None:
    handle = Ticket.objects.get().identity.handle
    HandleChange.objects.create(identity=Ticket.objects.get().identity, before="Old_Ana", after=handle, seen_at=NOW())
    line = f"from:@{handle},@old_ana is:open OR @{handle}"
    SavedView.objects.create(owner=make_agent("sam"), name=f"@{handle} and @else", query=line)
    purge(busy, now=NOW())
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("@- and @else", "from:@-,@- is:open OR from:@-")


def test_nor_by_a_name_that_nobody_else_has(busy: PartnerAccount) -> None:
    Identity.objects.filter(tickets=Ticket.objects.get()).update(name="Kenji Sato", handle="kenji_demo")
    make_ticket(make_customer(BEN, name="Sato Ren", handle="ren"), address=make_address("other"))
    line = "-from:kenji OR from:Sato OR from:kenji_d OR from:cleo kenji"
    SavedView.objects.create(owner=make_agent("sam"), name="Kenji", query=line)
    purge(busy, now=NOW())
    assert SavedView.objects.get().query == "-from:@- OR from:Sato OR from:@- OR from:cleo kenji"
    assert "from:kenji" not in str(list(LogEntry.objects.get_for_model(SavedView).values_list("changes", flat=True)))


def test_what_a_view_is_called_names_nobody_either(busy: PartnerAccount) -> None:
    """Words of the desk's own stay, and what others are still called."""
    Identity.objects.filter(tickets=Ticket.objects.get()).update(name="Kenji Late Sato", handle="kenji_demo")
    make_ticket(make_customer(BEN, name="Sato Ren", handle="kenjiro"), address=make_address("other"))
    SavedView.objects.create(
        owner=make_agent("sam"), name="zv3 kenji, KENJI'S and Kenjis (late, Sato)", query="is:late"
    )
    purge(busy, now=NOW())
    called = "zv3 @-, @-'S and Kenjis (late, Sato)"
    assert SavedView.objects.get().name == called
    [told] = LogEntry.objects.get_for_model(SavedView)
    assert (told.object_repr, told.changes["name"]) == (called, ["None", called])


def test_answers_by_hand_go_and_who_was_at_them_stays(busy: PartnerAccount) -> None:
    ticket, asked = Ticket.objects.get(), Message.objects.filter(direction="in").get()
    hand_over(ticket, text="Order 5521 was found", private=False, by=make_agent("sam"), now=NOW(), answered=asked)
    assert str(asked.external_id) in HandOff.objects.get().link
    proof = purge(busy, now=NOW())
    left = HandOff.objects.select_related("by").get()
    assert (left.text, left.link, left.fingerprint, left.outcome) == (
        "",
        "",
        "",
        "withdrawn",
    ) and left.by.username == "sam"
    assert proof.clean and proof.before["answers by hand with text or link"] == 1


def test_what_authors_settled_of_its_posts_goes_and_of_others_stays(busy: PartnerAccount) -> None:
    other = make_message(make_ticket(make_customer(), address=make_address("900000000000000009")), "To the other")
    for number in (Message.objects.exclude(external_id=None).filter(address=busy.address)[0].external_id, BEN):
        ReplyRule.objects.create(post_id=str(number), reply_settings="mentionedUsers", known_at=NOW())
    ReplyRule.objects.create(post_id=str(other.external_id), reply_settings="following", known_at=NOW())
    proof = purge(busy, now=NOW())
    assert proof.clean and proof.before["whom authors let answer"] == 2
    assert [rule.post_id for rule in ReplyRule.objects.all()] == [other.external_id]


def test_reminders_uploads_and_half_read_searches_go(busy: PartnerAccount) -> None:
    named = {"action": "mute", "target": BEN, "target_name": "@ben_demo", "by_name": "operator", "via": "command"}
    act = AccountAct.objects.create(account=busy, page_name=busy.page_name, at=NOW(), **named)
    ActReminder.objects.create(account=busy, act=act, due_at=NOW() + timedelta(days=9))
    upload = {"key": "k", "category": "tweet_image", "dialect": "v2", "media_id": "1950000000000000077"}
    MediaUpload.objects.create(account=busy, begun_at=NOW(), expires_at=NOW(), **upload)
    SearchQuery.objects.create(account=busy, label="Acme", query="acme", until_id="1950000000000000078", head_id="1")
    proof = purge(busy, now=NOW())
    assert proof.before["reminders"] == 1 and proof.before["files on their way to X"] == 1 and proof.clean
    assert not ActReminder.objects.exists() and not MediaUpload.objects.exists()
    assert SearchQuery.objects.filter(since_id="", until_id="", head_id="", last_error="").exists()


def test_what_x_said_of_a_failed_answer_goes_from_the_history(busy: PartnerAccount) -> None:
    error = SendError("@ana_demo does not take your messages.", code="forbidden")
    OutboxEntry.objects.update(state="sending")
    record_failure(OutboxEntry.objects.get(), error, now=NOW())
    purge(busy, now=NOW())
    line = Activity.objects.get(verb="reply.failed")
    assert "ana_demo" not in str(line.data) and line.data["code"] == "forbidden"


def test_the_proof_would_find_what_stands_in_other_tables_alone(busy: PartnerAccount) -> None:
    ticket, asked = Ticket.objects.get(), Message.objects.get(direction="in")
    words = "We found it behind the shelf"
    hand_over(ticket, text=words, private=False, by=make_agent("sam"), now=NOW(), answered=asked)
    Draft.objects.create(person=make_agent("bob"), ticket=ticket, mode="public", text="Begun words", changed_at=NOW())
    ReplyRule.objects.create(post_id="1950000000000000079", reply_settings="following", known_at=NOW())
    needles = gather_needles(busy)
    assert {words, "1950000000000000079"} <= set(needles)
    found = find_traces(busy, needles).found
    assert {"tickets_handoff.text", "tickets_draft.text", "twitter_integration_replyrule.post_id"} <= set(found)


def test_what_rules_found_goes_and_which_of_them_held_stays(acme: PartnerAccount) -> None:
    make_rule("Lost", {"field": "text", "is": "has_any", "value": ["lost and gone"]}, tags=["lost"], position=1)
    make_rule("Famous", {"field": "followers", "is": "at_least", "value": 10_000}, position=2)
    told(acme, "My order is lost and gone")
    (line,) = Activity.objects.filter(verb="ticket.ruled")
    assert line.data["grounds"][0]["found"] == "lost and gone" and len(RuleRun.objects.get().steps) == 2
    proof = purge(acme, now=NOW())
    line.refresh_from_db()
    sentence = plain_sentence(line, load_names([line], user=AnonymousUser()))
    assert "grounds" not in line.data and sentence.endswith("‘Lost’ (version 1).")
    held = [(step["name"], step["held"], "grounds" in step) for step in RuleRun.objects.get().steps]
    assert held == [("Lost", True, False), ("Famous", False, False)]
    assert proof.clean and (proof.before["lines with grounds"], proof.before["routings with their grounds"]) == (1, 1)


def test_what_a_merge_kept_goes_and_there_is_nothing_to_undo(acme: PartnerAccount) -> None:
    told(acme, "My order is lost", "Where is my invoice?")
    home, other = Ticket.objects.order_by("pk")
    alice = make_agent()
    gesture = merge([other.pk], into=home.pk, by=alice, now=NOW())
    strange = [make_ticket(make_customer(BEN), address=make_address("900000000000000009")) for _ in range(2)]
    kept = merge([strange[1].pk], into=strange[0].pk, by=alice, now=NOW())
    proof = purge(acme, now=NOW())
    assert proof.clean and proof.before["merges, splits and moves to undo"] == 1
    assert list(Gesture.objects.all()) == [kept] and Trace.objects.count() == 2
    browser = Client()
    browser.force_login(alice)
    page = browser.get(f"/tickets/{home.pk}/").content.decode()
    assert f"#{other.pk}" in page and str(gesture.pk) not in page


def test_those_forgotten_stand_on_no_list_and_their_sayings_go(acme: PartnerAccount) -> None:
    told(acme, "My order is lost")
    ana, ben = Identity.objects.get(), make_customer(BEN)
    make_ticket(ben, address=make_address("900000000000000009"))
    vips, press = CustomerList.objects.create(name="VIPs"), CustomerList.objects.create(name="Press")
    ListEntry.objects.create(list=press, handle=ana.handle.lower())
    for number, person in enumerate((ana, ben)):
        ListEntry.objects.create(list=vips, handle=person.handle.lower(), identity=person)
        Saying.objects.create(digest=number, identity=person, said_at=NOW())
        CustomerNote.objects.create(customer=person.customer, text="Never call", at=NOW())
    proof = purge(acme, now=NOW())
    assert proof.clean and (proof.before["people on lists"], proof.before["sayings"]) == (2, 1)
    assert proof.before["notes about people"] == 1 and CustomerNote.objects.get().customer == ben.customer
    assert ListEntry.objects.get().identity == Saying.objects.get().identity == ben


def told(account: PartnerAccount, *texts: str) -> None:
    """Ana's posts, a minute apart."""
    bodies = [post(text, minute=minute) for minute, text in enumerate(texts)]
    store([Arrival(app_id=account.app_id, body=body, received_at=NOW()) for body in bodies])
    drain()


def test_what_incidents_were_called_goes(busy: PartnerAccount) -> None:
    by, ticket = make_agent("sam"), Ticket.objects.get()
    standing = grouping.make(ticket, "Parcel of Ana Demo", by=by, now=NOW())
    other = make_ticket(make_customer(BEN))
    unmade = grouping.make(other, "Door of Ana Demo", by=by, now=NOW())
    grouping.unmake(unmade, by=by, now=NOW())
    purge(busy, now=NOW())
    assert set(Incident.every.values_list("name", flat=True)) == {"Incident"}
    named = list(Activity.objects.filter(verb="incident.named"))
    assert [line.data for line in named] == [{}, {}]
    assert "incident" in plain_sentence(named[0], load_names(named, user=by))
    assert Incident.objects.get() == standing


def test_what_a_change_of_many_was_told_goes_and_what_became_of_it_stays(busy: PartnerAccount) -> None:
    value, aim = {"status": "pending", "reason": "Ana at the depot"}, Aim((Ticket.objects.get().pk,))
    run = order(aim, "status", value, by=make_agent("bob"), now=NOW(), sheet=uuid4())
    run.traces.update(mark="refused", reason="@ana_demo takes no messages.")
    purge(busy, now=NOW())
    run.refresh_from_db()
    assert (run.value, *run.traces.values_list("mark", "reason")) == ({"status": "pending"}, ("refused", ""))


def test_every_table_is_purged_or_said_to_hold_nothing_of_x() -> None:
    """A new table fails here until somebody has decided which it is."""
    purged = [name for names in REMOVES.values() for name in names]
    labels = ("tickets", "twitter_integration")
    models = {m.__name__ for one in labels for m in apps.get_app_config(one).get_models(include_auto_created=True)}
    assert sorted([*purged, *STAYS]) == sorted({*models, "ApiAnswer"})
    assert all(STAYS.values())
