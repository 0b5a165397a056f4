"""Files only a participant is given: fetched when they arrive, kept by us, gone with their message."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.test import Client

from tests.factories import ACME
from tests.things import picture
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, only_ticket, take_in, writes
from tickets.channels import FetchError
from tickets.choices import FetchState
from tickets.composing.fetching import LADDER, ask_again, fetch_due
from tickets.composing.files import sweep
from tickets.happenings import Retraction
from tickets.inbound import Attachment
from tickets.intake import retract
from tickets.models import Address, Media, MediaFetch, StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
PNG = picture().read()


@pytest.fixture
def receipt(acme: Address, wire: Wire) -> Media:
    """Ana sends a picture of a receipt, privately."""
    url = "https://ton.twitter.com/1.1/ton/data/dm/1/2/dEmO.png"
    file = Attachment(external_id="2", kind="photo", url=url, needs_auth=True)
    take_in(writes("Here is the receipt", external_id="1950", attachments=[file]), minute=0)
    return Media.objects.get()


def fetch(minute: float) -> int:
    return fetch_due(clock=lambda: at(minute))


def row() -> MediaFetch:
    return MediaFetch.objects.get()


def test_a_private_file_is_fetched_and_kept(receipt: Media, wire: Wire) -> None:
    wire.files = [PNG]
    assert (fetch(60), row().state, fetch(61)) == (1, FetchState.DONE, 0)
    stored = StoredFile.objects.get(media=receipt)
    assert (stored.kind, stored.content_type) == ("photo", "image/png") and stored.file.read() == PNG


def test_what_fails_is_tried_again_in_steps_and_then_left_to_a_person(receipt: Media, wire: Wire) -> None:
    wire.files = [FetchError("X has a disturbance.")] * 6
    minute = 60.0
    for wait in (*LADDER, timedelta(hours=9)):
        assert (fetch(minute), fetch(minute)) == (1, 0)
        minute += wait.total_seconds() / 60
    assert (row().state, row().reason) == (FetchState.FAILED, "X has a disturbance.")
    wire.files = [PNG]
    ask_again(receipt, now=at(minute))
    assert (fetch(minute), row().state) == (1, FetchState.DONE)


def test_what_is_not_given_any_more_is_not_asked_for_again(receipt: Media, wire: Wire) -> None:
    wire.files = [FetchError("X does not give the file any more.", permanent=True)]
    assert (fetch(60), fetch(6000), row().state) == (1, 0, FetchState.FAILED)


def test_it_waits_as_long_as_it_is_told(receipt: Media, wire: Wire) -> None:
    wire.files = [FetchError("X's limit is reached.", retry_after=900), PNG]
    assert (fetch(60), fetch(74), fetch(75)) == (1, 0, 1)


def test_a_fetch_whose_worker_died_is_taken_over(receipt: Media, wire: Wire) -> None:
    wire.files = [PNG]
    MediaFetch.objects.update(tries=1, next_at=at(63))
    assert (fetch(62), fetch(63)) == (0, 1)


def test_the_file_goes_with_its_message(receipt: Media, wire: Wire) -> None:
    wire.files = [PNG]
    fetch(60)
    name = str(StoredFile.objects.get().file.name)
    retract([Retraction(channel="twitter", address_key=ACME, external_id="1950", at=at(70))], now=at(70))
    assert (sweep(), default_storage.exists(name), MediaFetch.objects.count()) == (1, False, 0)


def test_what_no_picture_is_is_kept_as_a_file(receipt: Media, wire: Wire) -> None:
    wire.files = [b"<script>alert(1)</script>"]
    fetch(60)
    stored = StoredFile.objects.get()
    assert (stored.kind, stored.content_type) == ("other", "application/octet-stream")


def test_the_page_shows_it_to_who_may_read_private_messages(receipt: Media, wire: Wire, alice: User, bob: User) -> None:
    client, other = Client(), Client()
    client.force_login(alice)
    other.force_login(without(bob, "see_private"))
    address = f"/tickets/{only_ticket().pk}/"
    assert "is being fetched" in client.get(address).content.decode()
    wire.files = [FetchError("X has a disturbance.", permanent=True), PNG]
    fetch(60)
    assert "could not be fetched. X has a disturbance." in client.get(address).content.decode()
    assert other.post(f"/media/{receipt.pk}/fetch-again/").status_code == 404
    assert client.post(f"/media/{receipt.pk}/fetch-again/").status_code == 302
    MediaFetch.objects.update(next_at=at(61))
    fetch(62)
    stored = StoredFile.objects.get()
    assert f'src="/files/{stored.pk}/"' in client.get(address).content.decode()
    assert (client.get(f"/files/{stored.pk}/").status_code, other.get(f"/files/{stored.pk}/").status_code) == (200, 404)
