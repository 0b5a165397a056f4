"""What came too late is not told to X, however late that shows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.twitter_integration.test_channel import answer, channel, complain, refusal
from twitter_integration.models import PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("private", [True, False])
def test_a_call_that_came_too_late_is_not_written(
    acme: PartnerAccount, sandbox: ThreadedSandbox, private: bool
) -> None:
    parent = "" if private else complain(sandbox)
    message = answer(private=private, in_reply_to=parent, not_after=timezone.now() - timedelta(seconds=1))
    error = refusal(channel.send, message)
    assert (error.code, error.unheard, error.unsettled, error.permanent) == ("late", True, False, False)
    in_time = replace(message, not_after=timezone.now() + timedelta(minutes=1))
    assert channel.send(in_time).external_id  # X refuses a post it has already
