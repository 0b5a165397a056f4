"""The stream with the sandbox in X's place: what people do there stands on the page, and can be dealt with."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_agent, make_supervisor
from tests.twitter_integration.conftest import acme, reachable, sandbox
from tests.twitter_integration.doorbell import Doorbell
from tickets.models import Ticket
from twitter_integration.deliveries.drain import drain
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Event, Ignored, PartnerAccount
from twitter_integration.polling import poll
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe

__all__ = ["acme", "reachable", "sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)


def carry(account: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    """What X posts to us is stored and worked."""
    assert sandbox.settle()
    now = timezone.now()
    store([Arrival(app_id=account.app_id, body=body, received_at=now) for body in Doorbell.rung])
    Doorbell.rung.clear()
    drain()


def test_likes_follows_and_posts_arrive_and_an_ignored_author_opens_no_ticket(
    reachable: PartnerAccount, sandbox: ThreadedSandbox, client: Client
) -> None:
    Doorbell.rung.clear()
    stream, ignored = (f"/accounts/{reachable.page_id}/{place}/" for place in ("stream", "ignored"))
    subscribe(reachable, now=timezone.now())
    own = sandbox.act("post", user="acmehelp_demo", text="We are open again")
    sandbox.act("like", user="ana_demo", post=own["id"])
    sandbox.act("follow", user="ben_demo", to="acmehelp_demo")
    sandbox.act("post", user="ben_demo", text="@acmehelp_demo free crypto here")
    carry(reachable, sandbox)
    client.force_login(make_supervisor())
    told = client.get(stream).content.decode()
    assert all(title in told for title in ("Like of us", "Follow of us", "Mention of us", "Post by us"))
    spam = Event.objects.get(kind="mention")
    client.post(ignored, {"event": spam.pk, "until": f"{timezone.now().year + 2}-01-01"})
    sandbox.act("post", user="ben_demo", text="@acmehelp_demo even more free crypto")
    carry(reachable, sandbox)
    poll(reachable, "mentions", now=timezone.now())  # read again, it is counted once
    assert Ticket.objects.count() == 1 and Ignored.objects.get().count == 1
    assert "even more free crypto" in client.get(f"{stream}?kind=mention").content.decode()
    client.force_login(make_agent())
    later = Event.objects.filter(kind="mention").latest("pk")
    for _again in range(2):
        client.post(f"{stream}{later.pk}/ticket/")
    assert sorted(Ticket.objects.values_list("identity__handle", flat=True)) == ["ben_demo", "ben_demo"]
