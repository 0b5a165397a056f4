"""What X lets slip about people and posts is kept, and decides what may be sent before anybody writes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import ACME, ANA, make_agent, make_customer, make_message, make_ticket
from tests.twitter_integration.bodies import MODERN, direct, post
from tests.twitter_integration.installed import deliver, install
from tickets.models import Ticket
from twitter_integration import polling
from twitter_integration.channel import TwitterChannel
from twitter_integration.deliveries.drain import drain
from twitter_integration.events import UNDATED, Dialect, Kind, Person, RelationEvent
from twitter_integration.facts.knowing import Lesson, learn, lessons_of
from twitter_integration.models import Allowance, PartnerAccount, ReplyRule, Standing, Usage
from twitter_integration.registering.choices import AccessLevel
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.standings import refresh_due

pytestmark = pytest.mark.django_db
channel = TwitterChannel()
NOW = timezone.now


def standing(person: str = ANA) -> Standing:
    return Standing.objects.get(account_key=ACME, person_key=person)


def follow(kind: Kind) -> RelationEvent:
    ana, acme = Person(id=ANA), Person(id=ACME)
    by_us = kind.value.endswith("by_us")
    return RelationEvent(
        kind=kind,
        account_id=ACME,
        occurred_at=UNDATED,
        dialect=Dialect.X_ACTIVITY,
        key="x",
        source=acme if by_us else ana,
        target=ana if by_us else acme,
    )


def test_a_private_message_shows_that_its_writer_takes_them(acme_here: PartnerAccount) -> None:
    deliver(acme_here, direct(dialect=MODERN))
    drain()
    assert standing().receives_dm is True
    assert channel.may_send(ACME, private=True, in_reply_to="", recipient=ANA).as_of is not None


def test_a_post_is_read_with_how_its_author_stands_to_us(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.act("follow", user="ana_demo", to="acmehelp_demo")
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello?", reply_settings="mentionedUsers")
    polling.poll(acme, "mentions", now=NOW())
    assert (standing().followed_by, standing().following, standing().blocking) == (True, False, False)
    assert ReplyRule.objects.get().reply_settings == "mentionedUsers"


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Kind.FOLLOW_OF_US, "followed_by", True),
        (Kind.UNFOLLOW_BY_US, "following", False),
        (Kind.BLOCK_BY_US, "blocking", True),
        (Kind.BLOCK_OF_US, "blocked_by", True),
    ],
)
def test_what_somebody_did_to_us_is_remembered_of_them(kind: Kind, name: str, value: bool) -> None:
    (lesson,) = lessons_of([(follow(kind), NOW())])
    assert (lesson.person, lesson.facts) == (ANA, {name: value})


def test_the_later_lesson_counts_in_whatever_order_they_come() -> None:
    now = NOW()
    learn([Lesson(at=now, account=ACME, person=ANA, facts={"blocked_by": False}, receives_dm=True)])
    learn([Lesson(at=now - timedelta(hours=1), account=ACME, person=ANA, facts={"blocked_by": True})])
    learn([Lesson(at=now, account=ACME, person=ANA, facts={"protected": True})])
    assert (standing().blocked_by, standing().protected, standing().receives_dm) == (False, True, True)


def test_a_post_that_anybody_may_answer_again_is_free() -> None:
    learn([Lesson(at=NOW(), post="7", reply_settings="following")])
    learn([Lesson(at=NOW(), post="7", reply_settings="everyone")])
    assert not ReplyRule.objects.exists()


def test_a_refused_message_is_not_offered_again(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    learn([Lesson(at=NOW(), account=ACME, person=ANA, receives_dm=False)])
    refused = channel.may_send(ACME, private=True, in_reply_to="", recipient=ANA)
    assert (refused.allowed, refused.code) == (False, "dm_closed")
    assert refused.as_of is not None and refused.by_hand_url.endswith(f"recipient_id={ANA}")


def test_whoever_blocked_us_cannot_be_answered_in_public(acme_here: PartnerAccount) -> None:
    deliver(acme_here, post(number="1950000000000000001"))
    drain()
    learn([Lesson(at=NOW(), account=ACME, person=ANA, facts={"blocked_by": True})])
    refused = channel.may_send(ACME, private=False, in_reply_to="1950000000000000001")
    assert (refused.allowed, refused.code) == (False, "blocked_by")


def test_what_may_be_refused_is_said_and_allowed(acme_here: PartnerAccount) -> None:
    asked = make_message(make_ticket(address=acme_here.address), "look @ this", external_id="11", kind="quote")
    learn([Lesson(at=NOW(), post="11", reply_settings="verified")])
    perhaps = channel.may_send(ACME, private=False, in_reply_to=asked.external_id or "")
    assert (perhaps.allowed, perhaps.code) == (True, "replies_perhaps_restricted") and perhaps.reason


@pytest.mark.parametrize(("level", "private"), [(AccessLevel.READ, False), (AccessLevel.WRITE, True)])
def test_a_token_without_the_permission_sends_nothing(acme_here: PartnerAccount, level: str, private: bool) -> None:
    PartnerAccount.objects.update(access_level=level)
    assert channel.may_send(ACME, private=private, in_reply_to="", recipient=ANA).code == "scope"


def taken_up(account: PartnerAccount) -> Ticket:
    ticket = make_ticket(make_customer(ANA), address=account.address, status="open", assignee=make_agent())
    make_message(ticket, "hello?", external_id="11")
    Ticket.objects.filter(pk=ticket.pk).update(last_inbound_at=NOW())
    return ticket


def test_x_is_asked_about_whom_somebody_is_about_to_answer(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    taken_up(acme)
    assert (refresh_due(now=NOW()), refresh_due(now=NOW())) == (1, 0)
    assert standing().receives_dm is not None
    assert Usage.objects.get(operation="people.read").items == 1


def test_x_is_not_asked_when_most_of_the_budget_is_used(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    taken_up(acme)
    Allowance.objects.create(account=acme, cost_per_day=0)
    assert refresh_due(now=NOW()) == 0
    assert not Usage.objects.filter(operation="people.read").exists()


@pytest.fixture
def acme_here() -> PartnerAccount:
    """Acme's account without X."""
    return install()
