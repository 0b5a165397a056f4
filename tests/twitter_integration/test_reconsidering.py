"""Which refusals are over: what changed since at the account, its tier, the post or the person, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import ACME, ANA, make_address, make_message, make_ticket
from tickets.models import Ticket
from tickets.outbound import Refused
from twitter_integration.errors import MEANINGS, ErrorKind
from twitter_integration.facts.knowing import Lesson, learn
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.outgoing.reconsidering import over

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)
POST = "1950000000000000001"


@pytest.fixture(autouse=True)
def account() -> PartnerAccount:
    app = XApp.objects.create(name="Acme app", consumer_key="k", consumer_secret="s", tier="self-serve")
    return PartnerAccount.objects.create(address=make_address(), app=app, page_id=ACME, page_name="acmehelp_demo")


@pytest.fixture
def ticket() -> Ticket:
    """Ana named the account."""
    ticket = make_ticket()
    spans = [{"start": 0, "end": 9, "kind": "mention", "target": "https://x.com/acmehelp_demo"}]
    make_message(ticket, "@acmehelp_demo where?", external_id=POST, spans=spans)
    return ticket


def refused(kind: ErrorKind | str, *, private: bool = False, worked: timedelta | None = None) -> Refused:
    """An hour ago; `worked`: so long ago something went out that way."""
    known = isinstance(kind, ErrorKind)
    return Refused(
        key=7,
        address_key=ACME,
        private=private,
        code="403" if known else kind,
        reason=MEANINGS[ErrorKind(kind)].sentence if known else "No call for it.",
        at=NOW - HOUR,
        recipient=ANA,
        in_reply_to="" if private else POST,
        worked_at=NOW - worked if worked is not None else None,
    )


def is_over(one: Refused) -> bool:
    return over([one], now=NOW) == {7}


def test_what_nothing_was_told_of_since_is_not_over(ticket: Ticket) -> None:
    learn([Lesson(at=NOW - HOUR, account=ACME, person=ANA, receives_dm=False)])
    learn([Lesson(at=NOW - HOUR, post=POST, reply_settings="other")])
    kinds = [kind for kind in ErrorKind if kind != ErrorKind.CANNOT_MESSAGE]
    assert [kind for kind in kinds if is_over(refused(kind))] == []
    assert not is_over(refused(ErrorKind.CANNOT_MESSAGE, private=True))


def test_who_wrote_since_takes_messages_again() -> None:
    learn([Lesson(at=NOW - HOUR / 2, account=ACME, person=ANA, receives_dm=True)])
    assert is_over(refused(ErrorKind.CANNOT_MESSAGE, private=True))
    learn([Lesson(at=NOW - HOUR / 3, account=ACME, person=ANA, facts={"blocked_by": True})])
    assert not is_over(refused(ErrorKind.CANNOT_MESSAGE, private=True))


def test_whom_an_author_lets_answer_may_have_changed(ticket: Ticket) -> None:
    learn([Lesson(at=NOW - HOUR, post=POST, reply_settings="other")])
    learn([Lesson(at=NOW - HOUR / 2, post=POST, reply_settings="everyone")])
    assert is_over(refused(ErrorKind.REPLIES_RESTRICTED))


def test_another_tier_answers_what_it_answers(ticket: Ticket) -> None:
    assert not is_over(refused(ErrorKind.NOT_SUMMONED))
    XApp.objects.update(tier="enterprise")
    assert is_over(refused(ErrorKind.NOT_SUMMONED)) and is_over(refused("tier"))
    quoting = replace(refused("tier"), quote_of=POST, in_reply_to="")
    assert is_over(quoting)
    XApp.objects.update(tier="self-serve")
    assert not is_over(quoting)


def test_an_account_that_was_connected_anew_has_its_permissions(ticket: Ticket, account: PartnerAccount) -> None:
    PartnerAccount.objects.update(connected_at=NOW - 2 * HOUR)
    assert not is_over(refused(ErrorKind.PERMISSION))
    PartnerAccount.objects.update(connected_at=NOW - HOUR / 2)
    assert is_over(refused(ErrorKind.PERMISSION)) and not is_over(refused(ErrorKind.UNREACHABLE))
    PartnerAccount.objects.update(paused=True)
    assert not is_over(refused(ErrorKind.PERMISSION))


@pytest.mark.parametrize("kind", [ErrorKind.UNREACHABLE, ErrorKind.OVERLOADED, ErrorKind.NO_ACCESS])
def test_what_passed_is_known_by_what_went_out_since(ticket: Ticket, kind: ErrorKind) -> None:
    assert is_over(refused(kind, worked=HOUR / 2)) and not is_over(refused(kind, worked=2 * HOUR))


def test_x_forgets_the_same_words_after_some_hours(ticket: Ticket) -> None:
    later = NOW + timedelta(hours=6)
    assert over([refused(ErrorKind.DUPLICATE)], now=later) and not is_over(refused(ErrorKind.DUPLICATE))
    assert not over([refused(ErrorKind.GONE), refused(ErrorKind.TOO_LONG), refused("mistaken")], now=later)


def test_an_account_that_is_gone_has_no_reason_that_is_over(account: PartnerAccount) -> None:
    account.delete()
    assert not is_over(refused("no_account"))


def test_many_are_asked_for_like_one(ticket: Ticket) -> None:
    with CaptureQueriesContext(connection) as found:
        over([refused(kind) for kind in ErrorKind], now=NOW)
    assert len(found) == 4
