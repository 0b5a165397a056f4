"""Files of direct messages at X: signed for exactly their address, and asked for nowhere else."""

import pytest
from django.conf import settings

from tickets.channels import FetchError
from twitter_integration.channel import TwitterChannel
from twitter_integration.downloads import is_of_x
from twitter_integration.models import PartnerAccount
from twitter_integration.sandbox import media, messages
from twitter_integration.sandbox.server import ThreadedSandbox

ACME = "900000000000000001"
channel = TwitterChannel()


def picture_from_ana(sandbox: ThreadedSandbox) -> tuple[str, bytes]:
    """Ana writes to Acme with a picture; returns its address and what it holds."""
    sent = sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="The receipt", media=True)
    found = messages.find(sandbox.world.store, str(sent["id"]))
    assert found is not None
    (file,) = media.find_all(sandbox.world.store, found.shape.media)
    address = sandbox.world.site.private_file(file, message_id=found.id)
    return address, media.content(sandbox.world.store, file)


def fetch(url: str, *, most: int = 10_000_000) -> bytes:
    with channel.fetch(ACME, url, most=most) as file:
        return file.read()


def refused(url: str, *, most: int = 10_000_000) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, most=most)
    return caught.value


def test_a_participant_is_given_the_file(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    address, content = picture_from_ana(sandbox)
    assert fetch(address) == content


def test_a_file_that_is_gone_or_too_large_is_not_asked_for_again(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    address, _ = picture_from_ana(sandbox)
    assert refused(address, most=10).permanent
    assert refused(address.replace("/dm/", "/dm/9")).permanent


@pytest.mark.parametrize("status", [503, 429])
def test_a_disturbance_passes(acme: PartnerAccount, sandbox: ThreadedSandbox, status: int) -> None:
    address, content = picture_from_ana(sandbox)
    sandbox.world.faults.plan("status", status=status, path="/1.1/ton/*")
    assert not refused(address).permanent
    assert fetch(address) == content


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/1.1/ton/data/dm/1/2/x.png",
        "http://ton.twitter.com/1.1/ton/data/dm/1/2/x.png",
        "https://ton.twitter.com@evil.example/1.1/ton/data/dm/1/2/x.png",
        "https://ton.twitter.com:8443/1.1/ton/data/dm/1/2/x.png",
        "http://127.0.0.1:1/1.1/ton/data/dm/1/2/x.png",
        "file:///etc/passwd",
        "https://[",
    ],
)
def test_our_signature_goes_to_x_alone(acme: PartnerAccount, url: str) -> None:
    assert not is_of_x(url)
    error = refused(url)
    assert error.permanent and "not X's" in error.sentence


def test_where_calls_to_x_go_and_xs_own_hosts_are_x() -> None:
    assert is_of_x("https://ton.twitter.com/1.1/ton/data/dm/1/2/x.png")
    assert is_of_x(f"{settings.X_API_URL}/1.1/ton/data/dm/1/2/x.png")
