"""Files on their way to X: in pieces, described, waited for without waiting, used again, refused with the reason."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.things import film, picture
from tickets.composing.enclosing import inspect
from tickets.outbound import OutboundFile, OutboundMessage, SendError
from twitter_integration.channel import TwitterChannel
from twitter_integration.models import MediaUpload, PartnerAccount
from twitter_integration.outgoing import uploads
from twitter_integration.sandbox import media
from twitter_integration.sandbox.server import ThreadedSandbox

ACME, ANA = "900000000000000001", "900000000000000002"
channel = TwitterChannel()


def outbound(given: SimpleUploadedFile, *, key: str = "1", alt_text: str = "") -> OutboundFile:
    facts, content = inspect(given), given.open().read()
    assert facts is not None
    return OutboundFile(
        key=key,
        name=str(given.name),
        kind=facts.kind,
        content_type=facts.content_type,
        size=facts.size,
        alt_text=alt_text,
        open=partial(SimpleUploadedFile, "x", content),  # type: ignore[arg-type]  # reads and closes like any file
    )


def post(*files: OutboundFile, text: str = "See here.", **changes: Any) -> OutboundMessage:
    facts: dict[str, Any] = {"key": "k1", "address_key": ACME, "private": False, "text": text, "recipient": ""}
    return OutboundMessage(**(facts | {"files": files} | changes))


def on_x(sandbox: ThreadedSandbox) -> list[media.Media]:
    rows = sandbox.world.store.rows("SELECT id FROM media WHERE owner_id = ? ORDER BY id", (int(ACME),))
    return media.find_all(sandbox.world.store, [row["id"] for row in rows])


def refusal(message: OutboundMessage) -> SendError:
    with pytest.raises(SendError) as caught:
        channel.send(message)
    return caught.value


def test_a_post_carries_its_pictures_with_their_descriptions(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    files = [outbound(picture(), key=str(n), alt_text=f"Picture {n}" if n else "") for n in range(4)]
    assert channel.send(post(*files)).external_id
    assert [(m.category, m.alt) for m in on_x(sandbox)] == [
        ("tweet_image", ""),
        *(("tweet_image", f"Picture {n}") for n in (1, 2, 3)),
    ]


def test_a_picture_needs_no_words(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    assert channel.send(post(outbound(picture()), text="")).external_id


def test_a_private_message_carries_one_thing_in_its_own_category(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    message = post(outbound(picture(form="JPEG")), private=True, recipient=ANA)
    assert channel.send(message).external_id
    assert [m.category for m in on_x(sandbox)] == ["dm_image"]


def test_a_large_file_goes_in_pieces_and_another_sender_goes_on(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.world.switches.set("media_processing", "0")
    monkeypatch.setattr(uploads, "PIECE", 1000)
    monkeypatch.setattr(uploads, "MOST_SECONDS", -1.0)
    message = post(outbound(film(padding=2500)))
    busy = refusal(message)
    assert (busy.code, busy.retry_after, busy.permanent, busy.unsettled) == ("uploading", 1.0, False, False)
    monkeypatch.setattr(uploads, "MOST_SECONDS", 15.0)
    assert channel.send(message).external_id
    assert [(m.category, m.kind) for m in on_x(sandbox)] == [("tweet_video", "video")]


def test_while_x_works_on_a_film_the_message_waits_in_the_queue(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("media_processing", "3600")
    message = post(outbound(film()))
    waits = refusal(message)
    assert waits.code == "processing" and waits.retry_after and waits.unheard and not waits.unsettled
    asked = MediaUpload.objects.get()
    assert refusal(message).code == "processing" and MediaUpload.objects.get().pk == asked.pk
    sandbox.world.switches.set("media_processing", "0")
    MediaUpload.objects.update(check_at=timezone.now())
    assert channel.send(message).external_id


def test_what_x_cannot_use_fails_with_its_reason_and_the_next_try_begins_anew(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.world.switches.set("media_processing", "0")
    failed = refusal(post(outbound(film(seconds=141))))
    assert failed.permanent and "“van.mp4”" in failed.sentence and "exceeds the maximum of 140" in failed.sentence
    assert not MediaUpload.objects.exists()


def test_ids_are_used_again_while_x_keeps_them(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    file = outbound(picture())
    sandbox.world.faults.plan("status", status=503, path="/2/tweets", method="POST")
    assert refusal(post(file)).unsettled
    assert channel.send(post(file)).external_id
    assert len(on_x(sandbox)) == 1
    MediaUpload.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    channel.send(post(file, text="And again."))
    assert len(on_x(sandbox)) == 2


def test_ids_x_does_not_know_any_more_are_forgotten(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    file = outbound(picture())
    channel.send(post(file))
    MediaUpload.objects.update(media_id="1234567890")
    assert refusal(post(file, text="And again.")).permanent
    assert channel.send(post(file, text="And again.")).external_id


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 503}, {"kind": "cut"}, {"kind": "status", "status": 429}]
)
def test_an_upload_that_breaks_leaves_no_doubt_about_the_message(
    acme: PartnerAccount, sandbox: ThreadedSandbox, fault: dict[str, Any]
) -> None:
    sandbox.world.faults.plan(**fault, path="/2/media/*", method="POST")
    error = refusal(post(outbound(picture())))
    assert (error.permanent, error.unsettled, error.unheard) == (False, False, True)
    assert channel.send(post(outbound(picture()))).external_id


def test_a_dead_token_stops_the_account_at_the_upload_already(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", status=401, path="/2/media/*", method="POST")
    assert refusal(post(outbound(picture()))).stop_address


def test_an_app_of_the_old_interface_uploads_there(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    acme.app.offers = {"media.upload": ["v1.1"]}
    acme.app.save()
    message = post(outbound(picture(), alt_text="The van"), outbound(picture(form="WEBP"), key="2"))
    assert channel.send(message).external_id
    assert [(m.category, m.alt) for m in on_x(sandbox)] == [("tweet_image", "The van"), ("tweet_image", "")]
    assert set(MediaUpload.objects.values_list("dialect", flat=True)) == {"v1.1"}


def test_where_the_new_interface_is_closed_the_old_one_is_tried(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    acme.app.tier = "enterprise"
    acme.app.save()
    words = "You currently have access to a subset of X API V2 endpoints."
    sandbox.world.faults.plan("status", status=403, detail=words, path="/2/media/*", method="POST")
    assert channel.send(post(outbound(picture()))).external_id
    assert MediaUpload.objects.get().dialect == "v1.1"
