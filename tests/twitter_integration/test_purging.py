"""Purging an account: nothing of X is left, numbers and decisions are, and the proof would tell otherwise."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from django.utils import timezone

from kapture.models import ApiAnswer
from tests.api.caller import Caller
from tests.factories import BEN, make_address, make_agent, make_clock, make_customer, make_message, make_ticket
from tests.twitter_integration.bodies import CLASSIC, MODERN, direct, post, relation
from tests.twitter_integration.installed import install
from tests.twitter_integration.test_every_activity import FIXTURES
from tests.twitter_integration.test_polling import ask, write
from tickets import intake
from tickets.choices import UNDONE_STATUSES, Metric
from tickets.doctor import findings as desk_findings
from tickets.models import Activity, Customer, Identity, Message, OutboxEntry, SlaClock, Tag, Ticket
from tickets.replies import reply
from tickets.wording.sentences import Names, tell
from twitter_integration import polling
from twitter_integration.console import doing
from twitter_integration.console.actor import Actor
from twitter_integration.deliveries.drain import drain
from twitter_integration.doctor import findings as x_findings
from twitter_integration.facts.hearing import hear
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import AccountAct, Collection, Delivery, Event, PartnerAccount, UnfinishedPurge
from twitter_integration.monitoring.health import signs
from twitter_integration.payloads import parse
from twitter_integration.purge.proving import find_traces, gather_needles
from twitter_integration.purge.purging import Proof, purge
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision
from twitter_integration.subscriptions import count_subscriptions, subscribe

NOW = timezone.now


@pytest.fixture
def busy(acme: PartnerAccount, sandbox: ThreadedSandbox) -> PartnerAccount:
    """Acme with two posts of its own, a mention with a picture, a message, a note, an answer on its way, a delivery."""
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo my order 5521 is lost", media=1)
    write(sandbox, "my telephone number is 0700 900 100")
    polling.poll_due()
    ticket = Ticket.objects.filter(private=False).get()
    make_message(ticket, "Ana says her order 5521 is lost", kind="note", direction="internal", external_id=None)
    reply(ticket, text="We are looking for order 5521.", private=False, by=make_agent(), now=NOW())
    body = json.dumps({"for_user_id": acme.page_id, "text": "raw words of Ana"}).encode()
    store([Arrival(app_id=acme.app_id, body=body, received_at=NOW())])
    return acme


def arrival(account: PartnerAccount, body: bytes) -> Arrival:
    return Arrival(app_id=account.app_id, body=body, received_at=NOW())


def words() -> str:
    """Every text there is, as one."""
    columns = [*Message.objects.values_list("text", "original_text", "permalink", "spans")]
    people = Identity.objects.values_list("name", "handle", "bio")
    return repr([*columns, *people, *Ticket.objects.values_list("last_text")])


def test_texts_people_media_and_raw_bodies_go(busy: PartnerAccount) -> None:
    proof = purge(busy, now=NOW())
    assert proof.clean, proof.as_json()
    assert "5521" not in words() and "ana_demo" not in words()
    assert not Delivery.objects.exists() and not Event.objects.exists()
    assert proof.before["messages with text"] == 4 and proof.before["media"] == 1


def test_acts_stay_without_their_target_and_collections_go(busy: PartnerAccount) -> None:
    operator = Actor(name="operator", via="command")
    asked: list[tuple[str, dict[str, str]]] = [("mute", {"person": "@ana_demo"}), ("profile", {})]
    asked += [("update-profile", {"location": "Hamburg"}), ("create-collection", {"name": "Praise of Acme"})]
    for action, values in asked:
        doing.perform(busy, doing.Order(action=action, values=values, reason="Floods"), actor=operator, now=NOW())
    proof = purge(busy, now=NOW())
    assert proof.clean, proof.as_json()
    act = AccountAct.objects.get(action="mute")
    assert (act.target, act.target_name, act.reason, act.outcome) == ("", "", "", "done")
    assert not AccountAct.objects.exclude(changes=[]).exists()
    assert not Collection.objects.exists() and proof.before["profile and settings"] == 1


def test_what_programs_were_answered_goes_as_well(busy: PartnerAccount) -> None:
    program, message = Caller(make_agent("bob")), Message.objects.filter(direction="out").get()
    OutboxEntry.objects.filter(message=message).update(state="failed")
    answer = program.post(f"messages/{message.pk}/retry/", Idempotency_Key="again")
    assert "5521" in answer.content.decode()
    purge(busy, now=NOW())
    assert not ApiAnswer.objects.exists()


def test_numbers_and_decisions_stay(busy: PartnerAccount) -> None:
    def tickets() -> list[Any]:
        return list(Ticket.objects.order_by("pk").values("pk", "opened_at", "message_count", "priority"))

    before = tickets()
    counts = SlaClock.objects.count(), Message.objects.count(), Customer.objects.count()
    purge(busy, now=NOW())
    assert tickets() == before
    assert (SlaClock.objects.count(), Message.objects.count(), Customer.objects.count()) == counts
    assert Activity.objects.filter(verb="ticket.opened").count() == 2


def test_its_tickets_leave_the_queues_and_their_clocks_judge_nobody(busy: PartnerAccount) -> None:
    other = make_ticket(make_customer(handle="ben_demo"), address=make_address("900000000000000009"))
    ticket = Ticket.objects.filter(private=False, address=busy.address).get()
    ticket.clocks.all().delete()
    late, kept = make_clock(ticket, due_at=NOW() - timedelta(hours=1)), make_clock(ticket, Metric.RESOLUTION, met=True)
    SlaClock.objects.filter(pk=kept.pk).update(ended_at=NOW())
    purge(busy, now=NOW())
    undone = Ticket.objects.filter(status__in=UNDONE_STATUSES)
    assert [one.pk for one in undone] == [other.pk] and not Ticket.objects.exclude(next_due_at=None).exists()
    assert SlaClock.objects.get(pk=late.pk).met is None and not SlaClock.objects.filter(ended_at=None).exists()
    assert SlaClock.objects.get(pk=kept.pk).met is True
    line = ticket.activities.get(verb="ticket.emptied")
    assert "removed" in tell(line.verb, line.data, who="", names=Names())


def test_its_tickets_say_that_it_was_removed_here_and_offer_no_way_to_answer(
    busy: PartnerAccount, client: Client
) -> None:
    purge(busy, now=NOW())
    client.force_login(make_agent("sam"))
    page = client.get(f"/tickets/{Ticket.objects.get(private=False).pk}/").content.decode()
    assert "Removed here on" in page and "Deleted on X" not in page
    assert "Everything of this X account was removed here" in page and "with the text copied" not in page


def test_more_tickets_than_are_closed_at_once_are_closed(acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_CLOSED_AT_ONCE", 2)
    customer = make_customer()
    for _ in range(5):
        make_ticket(customer, address=acme.address)
    purge(acme, now=NOW())
    assert set(Ticket.objects.values_list("status")) == {("closed",)}


def test_a_purged_account_is_no_fault_wherever_accounts_are_looked_at(busy: PartnerAccount) -> None:
    purge(busy, now=NOW())
    out = StringIO()
    call_command("x_account", "list", stdout=out)
    assert out.getvalue().endswith("purged  no token\n")
    busy = PartnerAccount.objects.select_related("app", "address").get()
    assert [sign.label for sign in signs(busy, now=NOW())] == ["Purged"] and busy.address.banner == ""
    assert [f.sentence for f in (*x_findings(), *desk_findings()) if not f.ok and "acme" in f.subject.lower()] == []


def test_the_account_is_off_and_nothing_waits_to_be_sent(busy: PartnerAccount) -> None:
    purge(busy, now=NOW())
    busy.refresh_from_db()
    assert not busy.enabled
    assert set(OutboxEntry.objects.values_list("state", "code")) == {("failed", "purged")}


def test_another_account_and_people_it_shares_are_left_alone(busy: PartnerAccount) -> None:
    other = make_address("900000000000000009")
    ana = make_customer(handle="ana_demo")
    ticket = make_ticket(ana, address=other)
    make_message(ticket, "Ana to the other brand")
    assert purge(busy, now=NOW()).clean
    ana.refresh_from_db()
    assert ana.handle == "ana_demo"
    assert Message.objects.get(address=other).text == "Ana to the other brand"


def test_who_only_followed_or_was_met_once_is_forgotten_too(busy: PartnerAccount) -> None:
    store([arrival(busy, relation("follow", who=BEN))])
    drain()
    make_customer("900000000000002001", name="Nobody speaks of her", bio="Loves trains and her privacy")
    assert Identity.objects.filter(external_id=BEN).exists()
    assert purge(busy, now=NOW()).clean
    assert not Identity.objects.exclude(external_id__startswith="purged-").exists()
    assert not Identity.objects.exclude(handle="", name="", bio="").exists()


def test_our_other_brand_as_a_customer_is_no_trace_of_itself(busy: PartnerAccount) -> None:
    other = install("900000000000000009", app="Acme app", handle="second_demo")
    store([arrival(busy, post("between brands", who=other.page_id))])
    drain()
    assert purge(busy, now=NOW()).clean
    assert PartnerAccount.objects.filter(page_id=other.page_id).exists()


def test_a_purge_may_be_run_again(busy: PartnerAccount) -> None:
    purge(busy, now=NOW())
    Identity.objects.update(external_id=Concat(Value("purged-1000"), Cast("pk", CharField())))  # as after years
    again = purge(busy, now=NOW())
    assert again.clean and not any(again.before.values())


def test_the_search_finds_what_was_forgotten_wherever_it_hides(busy: PartnerAccount) -> None:
    needles = gather_needles(busy)
    assert "my telephone number is 0700 900 100" in needles
    number = Message.objects.filter(external_id__isnull=False).values_list("external_id", flat=True)[0]
    purge(busy, now=NOW())
    hidden = Activity.objects.latest("pk")
    Activity.objects.filter(pk=hidden.pk).update(data={"deep": {"down": f"see {number}"}})
    Customer.objects.update(name="my telephone number is 0700 900 100")
    found = find_traces(busy, needles).found
    assert found["tickets_activity.data"] == [str(hidden.pk)]
    assert set(found) == {"tickets_activity.data", "tickets_customer.name"}


def test_a_purge_that_was_cut_off_is_proved_by_the_next(busy: PartnerAccount) -> None:
    def cut_off(line: str) -> None:
        if line.startswith("Searching"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(busy, now=NOW(), say=cut_off)
    with connection.cursor() as cursor:
        cursor.execute("SELECT needles FROM twitter_integration_unfinishedpurge")
        assert "0700" not in cursor.fetchone()[0]
    Customer.objects.update(name="my telephone number is 0700 900 100")
    assert set(purge(busy, now=NOW()).traces.found) == {"tickets_customer.name"}
    assert not UnfinishedPurge.objects.exists()


def test_an_id_is_found_by_itself_and_not_within_a_longer_number(busy: PartnerAccount) -> None:
    tag = Tag.objects.create(name="19500000000000000001")
    assert not find_traces(busy, ["1950000000000000000"]).found
    assert find_traces(busy, [tag.name]).found == {"tickets_tag.name": [str(tag.pk)]}


def test_the_command_tells_how_far_it_is(busy: PartnerAccount) -> None:
    err = StringIO()
    call_command("x_account", "purge", "@acmehelp_demo", "--yes", stdout=StringIO(), stderr=err)
    assert "messages removed …" in err.getvalue() and "Searching tickets_message …" in err.getvalue()


def test_a_proof_with_a_trace_is_not_clean(busy: PartnerAccount) -> None:
    proof = purge(busy, now=NOW())
    stained = {"messages with text": 1}
    facts: dict[str, Any] = {"account": "a", "at": NOW(), "before": stained, "kept": {}, "traces": proof.traces}
    assert not Proof(after=stained, **facts).clean


def run(*options: str) -> str:
    out = StringIO()
    call_command("x_account", "purge", "@acmehelp_demo", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_without_yes_the_command_only_counts(busy: PartnerAccount) -> None:
    told = run()
    assert "messages with text: 4\n" in told and "Add --yes to do it." in told
    assert json.loads(run("--json"))["would_remove"]["media"] == 1
    busy.refresh_from_db()
    assert Message.objects.exclude(text="").count() == 4 and busy.enabled and str(busy.access_token)


def test_the_command_prints_the_proof(busy: PartnerAccount) -> None:
    told = run("--yes")
    assert "messages with text: 4 → 0" in told and "  nothing found." in told


def test_the_command_fails_and_names_the_rows_where_something_is_left(busy: PartnerAccount) -> None:
    tag = Tag.objects.create(name="0700 900 100 is the number of somebody")
    Identity.objects.update(bio=tag.name)
    with pytest.raises(CommandError, match="Something is left"):
        run("--yes")
    Identity.objects.update(bio="")
    assert find_traces(busy, [tag.name]).found == {"tickets_tag.name": [str(tag.pk)]}


def test_a_proof_without_anything_to_look_for_says_so(acme: PartnerAccount) -> None:
    told = run("--yes")
    assert "Nothing was searched for" in told and "nothing found" not in told


def test_it_is_given_up_at_x_and_its_tokens_are_deleted(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    subscribe(reachable, now=NOW())
    assert purge(reachable, now=NOW()).troubles == []
    reachable.refresh_from_db()
    assert (str(reachable.access_token), str(reachable.access_token_secret)) == ("", "")
    assert count_subscriptions(reachable.app).used == 0 and not reachable.subscriptions.exists()


def test_what_x_could_not_be_told_is_said_and_nothing_stays_for_it(busy: PartnerAccount, settings: Any) -> None:
    settings.X_API_URL = "http://127.0.0.1:9"
    err = StringIO()
    with pytest.raises(CommandError, match="its tokens are deleted all the same"):
        call_command("x_account", "purge", "@acmehelp_demo", "--yes", stdout=StringIO(), stderr=err)
    assert "X was not told everything:" in err.getvalue() and "is not kept" in err.getvalue()
    busy.refresh_from_db()
    assert str(busy.access_token) == "" and "5521" not in words()


def test_nothing_of_a_purged_account_is_kept_any_more(busy: PartnerAccount) -> None:
    other = install("900000000000000009", app="Acme app", handle="second_demo")
    purge(busy, now=NOW())
    assert len(store([arrival(busy, post()), arrival(busy, direct()), arrival(busy, post(us=other.page_id))])) == 1
    assert [row.lane for row in Delivery.objects.all()] == [other.page_id]


def test_what_was_on_its_way_or_names_it_only_inside_is_forgotten_by_the_drain(busy: PartnerAccount) -> None:
    purge(busy, now=NOW())
    revoked = (FIXTURES / "account_activity" / "revoked.json").read_bytes()
    assert len(store([arrival(busy, revoked)])) == 1
    PartnerAccount.objects.update(purged_at=None)
    store([arrival(busy, post("on its way"))])
    PartnerAccount.objects.update(purged_at=NOW())
    drain()
    assert not Delivery.objects.exists() and not Event.objects.exists()
    assert Message.objects.filter(text="on its way").count() == 0


def test_a_withdrawal_of_consent_before_goes_too(busy: PartnerAccount) -> None:
    store([arrival(busy, (FIXTURES / dialect / "revoked.json").read_bytes()) for dialect in (CLASSIC, MODERN)])
    drain()
    assert Event.objects.filter(kind="revoked", account_id="").exists()
    assert purge(busy, now=NOW()).clean
    assert not Delivery.objects.exists() and not Event.objects.exists()


@pytest.mark.parametrize("name", ["900000000000000001", '"900000000000000001"', r'"\u0039000000000000\u00300001"'])
def test_a_dead_letter_goes_however_it_writes_the_accounts_id(acme: PartnerAccount, name: str) -> None:
    body = f'{{"\\u0066or_user_id":{name},"broken":"PURGELEAK","tweet_create_events":[{{"id":1}}]}}'.encode()
    longer = body.replace(b"tweet", b"direct").replace(name.encode(), b'"1900000000000000001"')
    store([arrival(acme, body), arrival(acme, longer)])
    drain()
    assert set(Delivery.objects.values_list("state", "lane")) == {("dead", "")}
    proof = purge(acme, now=NOW())
    assert proof.before["deliveries"] == 1 and proof.clean
    assert bytes(Delivery.objects.get().body) == longer


def test_what_names_a_purged_account_by_a_number_is_not_kept_either(acme: PartnerAccount) -> None:
    purge(acme, now=NOW())
    assert store([arrival(acme, b'{"for_user_id":900000000000000001,"tweet_create_events":[{"id":1}]}')]) == []


def test_what_x_answers_to_a_question_asked_before_is_not_kept(busy: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked_before = PartnerAccount.objects.select_related("app", "address").get()
    purge(busy, now=NOW())
    (event,) = parse(post("answered late")).events
    assert hear(asked_before, [event], source="rest_v2", now=NOW()).count == 0
    assert not Event.objects.exists()


def test_connecting_again_lifts_it(busy: PartnerAccount) -> None:
    purge(busy, now=NOW())
    facts = AccountFacts(page_id=busy.page_id, access_token="new", access_token_secret="new-secret")
    account = provision(AppFacts(name=busy.app.name), facts, now=NOW())
    assert account.enabled and account.purged_at is None
    assert len(store([arrival(busy, post())])) == 1


def test_bodies_of_another_account_that_tells_of_the_same_people_are_no_trace(busy: PartnerAccount) -> None:
    other = install("900000000000000009", app="Acme app", handle="second_demo")
    PartnerAccount.objects.filter(pk=other.pk).update(enabled=False)  # it notes nobody
    number = Message.objects.filter(external_id__isnull=False).latest("pk").external_id
    store([arrival(other, post(number=str(number), us=other.page_id))])
    drain()
    assert purge(busy, now=NOW()).clean
    assert Delivery.objects.filter(lane=other.page_id).exists()


def test_a_later_poll_brings_nothing_back(busy: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    purge(busy, now=NOW())
    ask(sandbox)
    assert polling.poll_due() == []
