"""A message is deleted for us: what is no private message of the account stays, whatever id somebody gives."""

import pytest

from tests.factories import make_answer, make_message, make_ticket
from tests.twitter_integration.console.test_doing import perform
from tickets.choices import Visibility
from tickets.models import Message
from twitter_integration.choices import ActOutcome
from twitter_integration.console.fields import BadInput
from twitter_integration.models import AccountAct, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox


def forget(account: PartnerAccount, number: object) -> str:
    return perform(account, "delete-message", message=str(number)).sentence


def test_public_words_are_never_deleted_as_a_message(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ticket = make_ticket(address=acme.address)
    number = str(sandbox.act("post", user="ana_demo", text="@acmehelp_demo where is my order?")["id"])
    post = make_message(ticket, external_id=number)
    for public in (post, make_answer(ticket)):
        with pytest.raises(BadInput, match="no private message"):
            forget(acme, public.external_id)
    told = Message.objects.filter(ticket=ticket).values_list("text", "deleted_at")
    assert sorted(told) == [("On its way.", None), ("Where is my order?", None)]
    assert set(AccountAct.objects.values_list("outcome", flat=True)) == {ActOutcome.REFUSED}


def test_an_id_nobody_knows_is_refused_and_not_remembered_as_gone(acme: PartnerAccount) -> None:
    with pytest.raises(BadInput, match="no private message with that number"):
        forget(acme, 1934268415012081666)
    assert not Message.objects.exists()


def test_a_private_message_that_x_has_no_more_goes_here_too(acme: PartnerAccount) -> None:
    talk = make_ticket(address=acme.address, private=True)
    ours = make_answer(talk, visibility=Visibility.PRIVATE)
    assert forget(acme, ours.external_id) == "It was so already."
    ours.refresh_from_db()
    assert ours.deleted_at is not None and ours.text == ""


def test_what_the_desk_does_not_hold_is_deleted_on_x_alone(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sent = sandbox.act("dm", user="acmehelp_demo", to="ana_demo", text="One moment")
    assert forget(acme, sent["id"]).startswith("The message is deleted for us")
    assert not Message.objects.exists()
