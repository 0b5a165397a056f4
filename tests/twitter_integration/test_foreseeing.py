"""Whether many answers may go and what each costs: the same as asked one by one, in as many statements as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import ACME, ANA, BEN, make_address, make_customer, make_message, make_ticket
from tickets.outbound import Asked
from twitter_integration.channel import TwitterChannel
from twitter_integration.models import PartnerAccount, Standing, XApp

pytestmark = pytest.mark.django_db
CHANNEL = TwitterChannel()


@pytest.fixture(autouse=True)
def account() -> PartnerAccount:
    app = XApp.objects.create(name="Acme app", consumer_key="k", consumer_secret="s", tier="self-serve")
    return PartnerAccount.objects.create(address=make_address(), app=app, page_id=ACME, page_name="acmehelp_demo")


def asked() -> list[Asked]:
    named = [{"start": 0, "end": 9, "kind": "mention", "target": "https://x.com/acmehelp_demo"}]
    ana = make_message(make_ticket(), external_id="1950000000000000001", spans=named)
    found = make_message(make_ticket(make_customer(BEN)), external_id="1950000000000000002", kind="found")
    Standing.objects.create(account_key=ACME, person_key=BEN, receives_dm=False, dm_known_at=timezone.now())
    about = [
        (False, "On its way.", ANA, ana.external_id),
        (False, "See https://example.com/a", ANA, ana.external_id),
        (False, "On its way.", BEN, found.external_id),
        (False, "On its way.", ANA, "1950000000000000009"),
        (True, "On its way.", ANA, ""),
        (True, "On its way.", BEN, ""),
    ]
    return [
        Asked(key=n, address_key=ACME, private=private, text=text, recipient=who, in_reply_to=post or "")
        for n, (private, text, who, post) in enumerate(about)
    ]


def test_many_are_foreseen_as_one_by_one() -> None:
    told = asked()
    seen = CHANNEL.foresee(told, now=timezone.now())
    for one in told:
        facts = {"private": one.private, "in_reply_to": one.in_reply_to}
        alone = CHANNEL.may_send(ACME, recipient=one.recipient, **facts)  # type: ignore[arg-type]  # as each is named
        found = seen[one.key].permission
        assert (found.allowed, found.reason, found.code) == (alone.allowed, alone.reason, alone.code), one
        price = CHANNEL.price(alone.rates, [one.text], private=one.private, answers=bool(one.in_reply_to))
        assert seen[one.key].price == price, one
    assert {one.permission.allowed for one in seen.values()} == {True, False}


def test_several_messages_are_judged_as_each_alone_and_in_one_statement() -> None:
    about = [(one.in_reply_to, one.recipient) for one in asked() if not one.private]
    with CaptureQueriesContext(connection) as found:
        told = CHANNEL.may_answer(ACME, about)
    assert len(found) == 1
    alone = [CHANNEL.may_send(ACME, private=False, in_reply_to=post, recipient=who) for post, who in about]
    assert list(told) == alone and {one.allowed for one in told} == {True, False}
    assert [one.code for one in CHANNEL.may_answer("nobody", about)] == ["no_account"] * len(about)


def test_it_takes_no_more_statements_for_many() -> None:
    told = asked()
    with CaptureQueriesContext(connection) as found:
        CHANNEL.foresee(told, now=timezone.now())
    assert len(found) <= 5


def test_of_an_account_that_is_gone_nothing_may_go() -> None:
    gone = Asked(key=1, address_key="nobody", private=False, text="Hello")
    [seen] = CHANNEL.foresee([gone], now=timezone.now()).values()
    assert not seen.permission.allowed and seen.price == 0
